/** The bystander of `npm run proof -- --only fairness`: its figures must not hide a stall. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { watchBystander } from '../../scripts/proof/fairness/bystander.ts'

const EVERY_MS = 50
const HELD = 10

/** Holds every answer back until `count` requests have arrived. */
async function serveTogether(count: number): Promise<{ url: string; served: Promise<void> }> {
  const { promise: served, resolve } = Promise.withResolvers<void>()
  const held: ServerResponse[] = []
  const server = createServer((request, response) => {
    request.resume()
    held.push(response)
    if (held.length < count) return
    for (const one of held.splice(0)) one.writeHead(201).end()
    resolve()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, served }
}

test('requests are sent whether or not earlier ones were answered, and each wait counts from the due time', async () => {
  const { url, served } = await serveTogether(HELD)
  const watch = watchBystander({ url, code: 'any', headers: {} })
  await served
  const { milliseconds, errors } = await watch.end(0)
  expect(errors).toEqual([])
  // The i-th before the last one waited at least for those that were due after it.
  const longest = milliseconds.toReversed().slice(0, HELD)
  for (const [i, wait] of longest.entries()) expect(wait).toBeGreaterThan((HELD - 1 - i) * EVERY_MS - 1)
})

test('a request without an answer is counted, with its wait so far', async () => {
  const { url } = await serveTogether(Number.POSITIVE_INFINITY)
  const watch = watchBystander({ url, code: 'any', headers: {} })
  const { milliseconds, unanswered, errors } = await watch.end(200)
  expect({ unanswered, errors }).toEqual({ unanswered: milliseconds.length, errors: [] })
  expect(milliseconds.at(-1)).toBeGreaterThan(199)
})

test('an answer other than 201 is an error', async () => {
  const server = createServer((_, response) => response.writeHead(503).end())
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { errors, unanswered } = await watchBystander({ url, code: 'any', headers: {} }).end(10_000)
  expect({ errors, unanswered }).toEqual({ errors: ['answered 503'], unanswered: 0 })
})

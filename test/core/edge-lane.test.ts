/** Which requests wait for which others: slow bodies hold no place, and heavy routes are at work one at a time. */
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import * as z from 'zod'
import type { Core } from '../../src/core/core.ts'
import { NO_TURNS } from '../../src/core/kernel/fairness/turns.ts'
import { type CommonFault, ok } from '../../src/core/kernel/outcome.ts'
import type { Variables } from '../../src/http/context.ts'
import { type Edge, mount } from '../../src/http/edge.ts'
import { createLane } from '../../src/http/fairness/lane.ts'
import { type Route, route } from '../../src/http/route.ts'

type Identity = { readonly kind: 'anyone' }

const edge: Edge<'anyone', Identity, CommonFault> = {
  identify: async () => ok({ kind: 'anyone' }),
  dialect: 'native',
  isForMachines: () => false,
  isPublic: () => true,
  refusal: (fault) => ({ status: 400, json: fault }),
  failure: () => ({ status: 500 }),
}

const echo = route<'anyone', Identity, CommonFault, undefined, undefined, z.ZodType>({
  method: 'post',
  path: '/echo',
  access: 'anyone',
  operation: { id: 'echo', summary: 'Answers with the body' },
  body: { schema: z.json(), encoding: 'json' },
  replies: { 200: { description: 'The body' } },
  handle: async (call) => {
    const body = await call.body()
    return body.ok ? ok({ status: 200, json: body.value }) : body
  },
}) as Route<'anyone', Identity, CommonFault>

/** A route that is heavy, and lasts until it is let go. */
function heavyRoute() {
  const begun: (() => void)[] = []
  const made = route<'anyone', Identity, CommonFault>({
    method: 'post',
    path: '/make',
    access: 'anyone',
    isHeavy: true,
    operation: { id: 'make', summary: 'Makes an object' },
    replies: { 201: { description: 'It is made' } },
    handle: () => new Promise((resolve) => void begun.push(() => resolve(ok({ status: 201 })))),
  }) as Route<'anyone', Identity, CommonFault>
  return { made, begun }
}

/** A server whose clock is moved by hand. */
function serve(routes: readonly Route<'anyone', Identity, CommonFault>[] = [echo], places = 1) {
  let now = 0
  const waiting = new Set<{ readonly at: number; readonly end: () => void }>()
  const pass = (milliseconds: number) => {
    now += milliseconds
    for (const one of waiting) {
      if (one.at <= now && waiting.delete(one)) one.end()
    }
  }
  const pause = (milliseconds: number) =>
    new Promise<void>((end) => void waiting.add({ at: now + milliseconds, end }))
  const within = <T>(milliseconds: number, work: Promise<T>) =>
    Promise.race([work, pause(milliseconds).then(() => null)])
  const lane = createLane({ places, waiting: 100 }, { now: () => now, pause, within, keepAlive: () => {} })
  const app = new Hono<{ Variables: Variables }>()
  app.use(async (c, next) => {
    c.set('core', { service: { getPublicUrl: () => 'https://latchkey.example' } } as Core)
    c.set('request', { id: 'one', method: 'POST', path: '/echo', address: null })
    c.set('lane', lane)
    c.set('turns', NO_TURNS)
    c.set('now', () => now)
    await next()
  })
  app.route('/', mount(edge, routes))
  const post = (body: BodyInit | null, headers: Record<string, string>, path = '/echo') =>
    app.request(
      new Request(`http://localhost${path}`, {
        method: 'POST',
        body,
        headers,
        duplex: 'half',
      } as RequestInit),
    )
  return { post, pass }
}

/** A body of which the rest comes later. */
function slowly(first: string) {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const encoder = new TextEncoder()
  void writer.write(encoder.encode(first))
  return {
    body: readable,
    async end(rest: string) {
      await writer.write(encoder.encode(rest))
      await writer.close()
    },
  }
}

/** Lets all go on that can, a millisecond at a time. */
async function during(milliseconds: number, pass: (milliseconds: number) => void): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed++) {
    await new Promise<void>((resolve) => setImmediate(resolve))
    pass(1)
  }
}

async function statusAfter(
  answer: Response | Promise<Response>,
  milliseconds: number,
  pass: (milliseconds: number) => void,
): Promise<number | null> {
  const found = { status: null as number | null }
  void Promise.resolve(answer).then(({ status }) => Object.assign(found, { status }))
  await during(milliseconds, pass)
  return found.status
}

const SIZES = { small: '20', large: '200000' }

test.each(Object.entries(SIZES))('while a %s body is on its way others are served', async (_, length) => {
  const { post, pass } = serve()
  const slow = slowly('{"a":')
  const held = post(slow.body, { 'Content-Length': length })
  expect(await statusAfter(held, 20, pass)).toBeNull()
  expect(await statusAfter(post('{}', { 'Content-Length': '2' }), 50, pass)).toBe(200)
  await slow.end('1}')
  await during(50, pass)
  expect(await (await held).json()).toEqual({ a: 1 })
})

test('a body that has not arrived after ten seconds is refused', async () => {
  const { post, pass } = serve()
  const held = post(slowly('{"a":').body, { 'Content-Length': '20' })
  expect(await statusAfter(held, 9_000, pass)).toBeNull()
  await during(1_100, pass)
  expect(await (await held).json()).toEqual({
    kind: 'body_unreadable',
    reason: 'it did not arrive within 10 seconds',
  })
})

test('of bodies whose length is unknown some are read at once, and the next when one of them is done', async () => {
  const { post, pass } = serve()
  const slow = Array.from({ length: 16 }, () => slowly('{"a":'))
  const held = slow.map(({ body }) => post(body, {}))
  await during(200, pass)
  const next = post('{}', { 'Transfer-Encoding': 'chunked' })
  expect(await statusAfter(next, 100, pass)).toBeNull()
  await slow[3]?.end('1}')
  expect(await statusAfter(next, 200, pass)).toBe(200)
  expect((await held[3])?.status).toBe(200)
})

test('of heavy routes one is at work at a time, and the next begins when that has rested as long as it took', async () => {
  const { made, begun } = heavyRoute()
  const { post, pass } = serve([echo, made], 4)
  const first = post(null, {}, '/make')
  const second = post(null, {}, '/make')
  await during(20, pass)
  expect(begun).toHaveLength(1)
  expect(await statusAfter(post('{}', { 'Content-Length': '2' }), 10, pass)).toBe(200)
  begun[0]?.()
  await during(15, pass)
  expect((await first).status).toBe(201)
  expect(begun).toHaveLength(1)
  await during(50, pass)
  expect(begun).toHaveLength(2)
  begun[1]?.()
  expect((await second).status).toBe(201)
})

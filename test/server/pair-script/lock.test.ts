/** The pairing script. Several runs at once on one machine. Contract: illumio.md §3.2, §3.3, and the head of the script. */
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  CODE,
  claims,
  pair,
  plantLock,
  server,
  usePairServer,
  venDirectory,
  withDirectory,
} from '../../support/pair-run.ts'
import { startPairScript } from '../../support/pair-script.ts'

usePairServer()

describe('two at once', () => {
  test('while one waits for its answer the other leaves: exit 6, one request', async () => {
    const release = Promise.withResolvers<void>()
    server.answerNext({ status: 201, after: release.promise })
    const first = pair()
    await server.received(1)
    const second = await pair()
    expect(second.status).toBe(6)
    expect(second.stderr).toContain('another run is under way')
    release.resolve()
    expect((await first).status).toBe(0)
    expect(server.requests).toHaveLength(1)
    expect((await pair()).stdout).toContain('Already paired')
  })

  test.each([
    ['with nothing there', () => {}],
    ['over a lock that a killed run left', () => plantLock('1.1.another-boot')],
    ['over a lock whose process id is another process now', () => plantLock(`${process.pid}.1.x`)],
  ])('eight start in one instant, %s: one agent', async (_name, prepare) => {
    prepare()
    const runs = await Promise.all(Array.from({ length: 8 }, () => pair()))
    expect(runs.filter((run) => run.status === 0).length).toBeGreaterThan(0)
    for (const run of runs) expect([0, 6]).toContain(run.status)
    expect(new Set(claims()).size).toBe(1)
    expect(server.agentCount()).toBe(1)
    expect(readdirSync(venDirectory).some((name) => name.startsWith('pair.'))).toBe(false)
  })

  test('a run killed in the middle: the next one takes over, with the same claim', async () => {
    const release = Promise.withResolvers<void>()
    server.answerNext({ status: 201, after: release.promise })
    const args = ['--management-server', server.url, '--activation-code', CODE]
    const killed = startPairScript(args, withDirectory())
    await server.received(1)
    killed.process.kill('SIGKILL')
    release.resolve()
    await killed.finished
    expect(readdirSync(venDirectory)).toContain('pair.lock')
    const run = await pair()
    expect(run.status).toBe(0)
    expect(run.stdout).toContain('answer got lost')
    expect(claims()[0]).toBe(claims()[1])
    expect(server.agentCount()).toBe(1)
  })

  test('a run that is asked to end leaves no lock', async () => {
    const release = Promise.withResolvers<void>()
    server.answerNext({ status: 201, after: release.promise })
    const args = ['--management-server', server.url, '--activation-code', CODE]
    const ended = startPairScript(args, withDirectory())
    await server.received(1)
    ended.process.kill('SIGTERM')
    release.resolve()
    expect((await ended.finished).status).toBe(143)
    expect(readdirSync(venDirectory)).toEqual([expect.stringMatching(/^claim-/)])
  })
})

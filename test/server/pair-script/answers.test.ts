/** The pairing script. What it makes of an answer, or of none. Contract: illumio.md §3.2, §3.3, and the head of the script. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { closedPort } from '../../support/pair-activation-server.ts'
import {
  CODE,
  claims,
  credentials,
  pair,
  server,
  usePairServer,
  venDirectory,
  withDirectory,
} from '../../support/pair-run.ts'
import { runPairScript } from '../../support/pair-script.ts'

usePairServer()

describe('answers', () => {
  test('401: says what it may be and gives the request id', async () => {
    const message = '[{"token":"authentication_error","message":"Authentication failed"}]'
    server.answerNext({ status: 401, headers: { 'X-Request-Id': 'req-42' }, body: message })
    const run = await pair()
    expect(run.status).toBe(3)
    expect(run.stderr).toMatch(
      /refused this activation code.*mistyped, spent, expired or revoked.*explain.*req-42/,
    )
    expect(server.requests).toHaveLength(1)
    expect(existsSync(join(venDirectory, 'credentials'))).toBe(false)
  })

  test('after a refusal the same claim is tried again', async () => {
    server.answerNext({ status: 401 })
    await pair()
    expect((await pair()).status).toBe(0)
    expect(claims()[0]).toBe(claims()[1])
  })

  test('406: shows every message, hides an echoed code, drops what would drive a terminal', async () => {
    const faults = [
      { token: 'input_validation_error', message: `Input "${CODE}" \u001b[31mfailed\u001b[0m` },
      { message: 'Größe\nand more', token: 'too_big' },
    ]
    server.answerNext({ status: 406, body: JSON.stringify(faults, null, 2) })
    const run = await pair()
    expect(run.status).toBe(4)
    expect(run.stderr).toContain('Input "[hidden]"  [31mfailed [0m\nGröße and more')
    expect(run.stderr).not.toContain(CODE)
  })

  test('413 and a 406 of no shape: exit 4', async () => {
    server.answerNext({ status: 413, body: '' }, { status: 406, body: '<html>' })
    expect((await pair()).status).toBe(4)
    const run = await pair()
    expect(run.status).toBe(4)
    expect(run.stderr).toContain('did not say why')
  })

  test.each([500, 404, 302])('HTTP %i: exit 9, at once, and no redirect is followed', async (status) => {
    server.answerNext({ status, headers: { location: `${server.url}/api/v2/agents/activate` }, body: '' })
    const run = await pair()
    expect(run.status).toBe(9)
    expect(run.stderr).toContain(`HTTP ${status}`)
    expect(server.requests).toHaveLength(1)
  })

  test('the answer is understood whatever its spacing, order, escapes and additions', async () => {
    const body = `{ "refresh_token" :\t"r-1" ,\n"note":"\\"workload\\":{\\"href\\":\\"/orgs/9/workloads/x\\"}",
      "more": [ { "href": "/no" }, [], {}, -1.5e3, null, true ], "expires_in" : 600,"token_type":"Bearer",
      "workload":{"labels":[{"href":"/orgs/1/labels/1"}],"href":"\\/orgs\\/1\\/workloads\\/\\u0061b"}
      , "ven":{"href":"/orgs/1/vens/ab"},"agent":{ "href":"/orgs/1/agents/7" },"access_token":"a-1" }`
    server.answerNext({ status: 201, body })
    expect((await pair()).status).toBe(0)
    expect(credentials()).toMatchObject({
      agent: '/orgs/1/agents/7',
      ven: '/orgs/1/vens/ab',
      workload: '/orgs/1/workloads/ab',
      token_type: 'Bearer',
      access_token: 'a-1',
      expires_in: '600',
      refresh_token: 'r-1',
    })
  })

  test.each([
    ['no JSON', '<html>'],
    ['empty', ''],
    ['cut short', '{"agent":{"href":"/orgs/1/agents/7"},"ven":{"href":"/orgs/1/vens/u"}'],
    ['more than one value', '{} {}'],
    ['without a workload', '{"agent":{"href":"/orgs/1/agents/7"},"access_token":"a"}'],
    [
      'with a line break in a value',
      '{"agent":{"href":"/orgs/1/agents/7"},"ven":{"href":"/orgs/1/vens/u"},"workload":{"href":"/orgs/1/\\nven=x"},"access_token":"a"}',
    ],
    ['too deep', '['.repeat(5000)],
    ['too long', `{"a":"${'a'.repeat(100_000)}"}`],
  ])(
    'an answer that is %s: exit 9, nothing is kept but the claim, and the next run mends it',
    async (_name, body) => {
      server.answerNext({ status: 201, body })
      expect((await pair()).status).toBe(9)
      expect(readdirSync(venDirectory)).toEqual([expect.stringMatching(/^claim-/)])
      expect((await pair()).status).toBe(0)
      expect(claims()[0]).toBe(claims()[1])
    },
  )
})

describe('retries', () => {
  test.each([
    [503, '0'],
    [503, '1'],
    [429, '0'],
  ])('HTTP %i with Retry-After %s is tried again, with the same claim', async (status, seconds) => {
    server.answerNext({ status, headers: { 'Retry-After': seconds } })
    const run = await pair()
    expect(run.status).toBe(0)
    expect(run.stderr).toContain(`trying again in ${seconds} s`)
    expect(server.requests).toHaveLength(2)
    expect(claims()[0]).toBe(claims()[1])
  })

  test('a server that stays busy is given up on, after a bounded number of tries', async () => {
    server.answerNext(...Array(50).fill({ status: 503, headers: { 'Retry-After': '0' } }))
    const run = await pair()
    expect(run.status).toBe(5)
    expect(run.stderr).toContain('gave up after 8 tries')
    expect(server.requests).toHaveLength(8)
  })

  test('a Retry-After of an hour is not waited for, nor one beyond the deadline', async () => {
    server.answerNext({ status: 503, headers: { 'Retry-After': '3600' } })
    const long = await pair()
    expect(long.status).toBe(5)
    expect(long.stderr).toContain('wait for 3600 seconds')
    server.answerNext({ status: 503, headers: { 'Retry-After': '20' } })
    expect((await pair([], { LATCHKEY_PAIR_DEADLINE_SECONDS: '3' })).status).toBe(5)
    expect(server.requests).toHaveLength(2)
  })

  test('no server there: exit 5 within the deadline, and the claim waits for the next run', async () => {
    const args = ['--management-server', `http://127.0.0.1:${await closedPort()}`, '--activation-code', CODE]
    const run = await runPairScript(args, withDirectory({ LATCHKEY_PAIR_DEADLINE_SECONDS: '0' }))
    expect(run.status).toBe(5)
    expect(run.stderr).toContain('no answer from http://127.0.0.1')
    expect(readdirSync(venDirectory)).toEqual([expect.stringMatching(/^claim-/)])
  })

  test('answers lost until it gave up: the next run gets the agent that was made', async () => {
    server.answerNext({ lost: true })
    expect((await pair([], { LATCHKEY_PAIR_DEADLINE_SECONDS: '0' })).status).toBe(5)
    const run = await pair()
    expect(run.status).toBe(0)
    expect(run.stdout).toContain('answer got lost')
    expect(claims()[0]).toBe(claims()[1])
    expect(server.agentCount()).toBe(1)
  })
})

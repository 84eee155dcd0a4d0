/** The pairing script. In every shell that it promises to run in, with every tool that it needs. Contract: illumio.md §3.2, §3.3, and the head of the script. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
import {
  makeBusyboxToolbox,
  makeDirectory,
  makeToolbox,
  PAIR_SCRIPT,
  pathOf,
  runPairScript,
  SHELLS,
} from '../../support/pair-script.ts'

usePairServer()

describe.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))('in %s', (_name, shell) => {
  const run = (args: readonly string[] = []) =>
    runPairScript(['--management-server', server.url, '--activation-code', CODE, ...args], withDirectory(), {
      shell,
    })

  test('pairs, then says that it is paired already', async () => {
    const first = await run()
    expect(first).toMatchObject({ status: 0, stderr: '' })
    expect(first.stdout).toMatch(/\nPaired as workload \/orgs\/1\/workloads\/uuid-1\n$/)

    const second = await run()
    expect(second).toMatchObject({ status: 0, stderr: '' })
    expect(second.stdout).toMatch(/\nAlready paired as workload \/orgs\/1\/workloads\/uuid-1 \(.*\)\n$/)
    expect(server.agentCount()).toBe(1)
    expect(claims()[0]).toBe(claims()[1])
  })

  test('asks again with the same claim when the answer was lost', async () => {
    server.answerNext({ lost: true })
    const run1 = await run()
    expect(run1.status).toBe(0)
    expect(run1.stdout).toContain('answer got lost')
    expect(server.requests).toHaveLength(2)
    expect(claims()[0]).toBe(claims()[1])
    expect(server.agentCount()).toBe(1)
  })

  test('escapes what would break JSON', async () => {
    const odd = 'a "quoted" \\ back\tslash\n\u0001 naïve 日本 😀'
    expect((await run(['--role', odd, `--app=--${odd}=`])).status).toBe(0)
    expect(server.requests[0]?.body.overrides).toEqual({ labels: { role: odd, app: `--${odd}=` } })
  })

  test('recovers from a lock whose owner was killed', async () => {
    plantLock(`${process.pid}.1.another-boot`)
    expect(await run()).toMatchObject({ status: 0, stderr: '' })
    expect(readdirSync(venDirectory).some((name) => name.startsWith('pair.'))).toBe(false)
  })
})

describe('tools', () => {
  test.skipIf(pathOf('busybox') === undefined)('pairs with busybox for every tool but curl', async () => {
    const path = makeBusyboxToolbox()?.directory ?? ''
    expect(await pair(['--role', 'ä"'], { PATH: path })).toMatchObject({ status: 0, stderr: '' })
    expect(await pair([], { PATH: path })).toMatchObject({ status: 0, stderr: '' })
    expect(server.requests[0]?.body.overrides).toEqual({ labels: { role: 'ä"' } })
    expect(server.agentCount()).toBe(1)
  })

  test('names the tool that is missing', async () => {
    const run = await pair([], { PATH: makeToolbox(['curl']).directory })
    expect(run.status).toBe(1)
    expect(run.stderr).toContain('needs curl')
    expect(existsSync(venDirectory)).toBe(false)
  })

  test('does nothing when its download was cut short', async () => {
    const text = readFileSync(PAIR_SCRIPT, 'utf8')
    const script = join(makeDirectory(), 'cut.sh')
    const env = withDirectory({ VEN_MANAGEMENT_SERVER: server.url, VEN_ACTIVATION_CODE: CODE })
    const cuts = [...Array(15).keys()].map((n) => Math.floor((text.length * n) / 15))
    for (const cut of [...cuts, text.lastIndexOf('main') + 4, text.lastIndexOf('}')]) {
      writeFileSync(script, text.slice(0, cut))
      await runPairScript([], env, { script })
    }
    expect(server.requests).toHaveLength(0)
    writeFileSync(script, text)
    expect((await runPairScript([], env, { script })).status).toBe(0)
  })
})

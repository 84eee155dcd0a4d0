/** The pairing script's inputs: options and the environment, and its answers to bad ones (the script's head lists them). */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { closedPort } from '../../support/pair-activation-server.ts'
import {
  CODE,
  OTHER_CODE,
  pair,
  server,
  usePairServer,
  venDirectory,
  withDirectory,
} from '../../support/pair-run.ts'
import { makeToolbox, PAIR_SCRIPT, runPairScript } from '../../support/pair-script.ts'

usePairServer()

describe('options', () => {
  const serverAndCode = ['--management-server', 'pce.example:8443', '--activation-code', CODE]

  test.each([
    ['no server', ['--activation-code', CODE], '--management-server is missing'],
    ['no code', ['--management-server', 'pce.example:8443'], '--activation-code is missing'],
    ['an unknown option', [...serverAndCode, '--frobnicate'], 'unknown option --frobnicate'],
    ['an unknown option with a value', [...serverAndCode, '--frob=1'], 'unknown option --frob'],
    ['a stray argument', [...serverAndCode, 'stray'], 'belongs to no option'],
    ['a single dash', [...serverAndCode, '-a'], 'belongs to no option'],
    ['a value that is missing at the end', [...serverAndCode, '--role'], '--role needs a value'],
    ['an option for a value', [...serverAndCode, '--role', '--insecure'], '--role needs a value'],
    ['an empty value', [...serverAndCode, '--role='], '--role needs a value'],
    ['an empty value of its own', [...serverAndCode, '--role', ''], '--role needs a value'],
    ['a value for --insecure', [...serverAndCode, '--insecure=no'], '--insecure takes no value'],
    ['a bad --mode', [...serverAndCode, '--mode', 'full'], '--mode must be'],
    ['a bad --enforcement-mode', [...serverAndCode, '--enforcement-mode', 'x'], '--enforcement-mode must be'],
    ['modes that disagree', [...serverAndCode, '--mode=idle', '--enforcement-mode=full'], 'contradict'],
    ['a bad --visibility-level', [...serverAndCode, '--visibility-level', 'x'], '--visibility-level must be'],
    ['a bad --log-traffic', [...serverAndCode, '--log-traffic=maybe'], '--log-traffic takes'],
    ['a proxy without a port', [...serverAndCode, '--proxy-server', 'proxy'], 'must name a port'],
    ['a proxy with a password', [...serverAndCode, '--proxy-server', 'u:p@proxy:1'], '--proxy-server'],
  ])('%s: exit 2, a reason, and nothing happens', async (_name, args, reason) => {
    const run = await runPairScript(args, withDirectory())
    expect(run).toMatchObject({ status: 2, stdout: '' })
    expect(run.stderr).toContain(reason)
    expect(existsSync(venDirectory)).toBe(false)
  })

  test.each([
    ['short', CODE.slice(1)],
    ['long', `${CODE}0`],
    ['in upper case', CODE.toUpperCase()],
    ['with a line end', `${CODE.slice(1)}\n`],
    ['with a quote', `${CODE.slice(1)}"`],
  ])('a code that is %s: exit 2, and it is not repeated', async (_name, code) => {
    const run = await runPairScript(
      ['--management-server', 'h:1', '--activation-code', code],
      withDirectory(),
    )
    expect(run).toMatchObject({ status: 2, stdout: '' })
    expect(run.stderr).toContain('activation code must be 81')
    expect(run.stderr.toLowerCase()).not.toContain(CODE.slice(1, 20))
  })

  test.each([
    [['--management-server', 'h:1', CODE]],
    [['--management-server', 'h:1', `--activation-cod=${CODE}`]],
    [['--management-server', 'h:1', '--activation-cod', CODE]],
  ])('a code behind a wrong option is not repeated', async (args) => {
    const run = await runPairScript(args, withDirectory())
    expect(run.status).toBe(2)
    expect(run.stderr).not.toContain(CODE)
  })

  test.each([
    'pce.example',
    'pce.example:',
    'pce.example:0',
    'pce.example:65536',
    'pce.example:08443',
    'pce.example:8443/path',
    'https://pce.example:8443/path',
    'https://user@pce.example:8443',
    'ftp://pce.example:21',
    'https://',
    ':8443',
    '-x:1',
    'a b:1',
    '2001:db8::1:8443',
    '[2001:db8::1]',
    '[2001:db8::1:8443',
    '[pce.example]:8443',
    'http://pce.example:8080',
    'http://127.example.com:8080',
    'http://127.0.0.1.example.com:8080',
    'http://192.0.2.1:8080',
  ])('server %s: exit 2', async (name) => {
    const args = ['--management-server', name, '--activation-code', CODE]
    expect(await runPairScript(args, withDirectory())).toMatchObject({ status: 2, stdout: '' })
  })

  test.each([
    ['pce.example:8443', [], 'https://pce.example:8443'],
    ['PCE.example:8443', [], 'https://pce.example:8443'],
    ['https://pce.example', [], 'https://pce.example:443'],
    ['https://pce.example:8443/', [], 'https://pce.example:8443'],
    ['[2001:DB8::1]:8443', [], 'https://[2001:db8::1]:8443'],
    ['https://[2001:db8::1]', [], 'https://[2001:db8::1]:443'],
    ['http://pce.example:8080', ['--insecure'], 'http://pce.example:8080'],
    ['http://localhost:9', [], 'http://localhost:9'],
    ['http://[::1]:9', [], 'http://[::1]:9'],
  ])('server %s %j is asked at %s', async (name, args, url) => {
    const toolbox = makeToolbox(['curl'])
    const log = join(toolbox.directory, 'log')
    toolbox.put('curl', `printf '%s\\n' "$@" >'${log}'\nexit 3`)
    await runPairScript(
      ['--management-server', name, '--activation-code', CODE, ...args],
      withDirectory({ PATH: toolbox.directory }),
    )
    expect(readFileSync(log, 'utf8')).toMatch(
      new RegExp(`\n${url.replace(/[[\].]/g, '\\$&')}/api/v2/agents/activate\n$`),
    )
  })

  test('plain http to this machine is not shown to a proxy elsewhere', async () => {
    const run = await pair(['--proxy-server', 'proxy.example:3128'])
    expect(run.status).toBe(2)
    expect(run.stderr).toContain('through a proxy')
    expect((await pair([], { http_proxy: `http://127.0.0.1:${await closedPort()}` })).status).toBe(0)
  })

  test('both spellings of every override arrive, --mode under its new name', async () => {
    await pair(['--mode', 'illuminated', '--role', 'Web', '--app', 'Shop', '--env', 'Prod', '--loc', 'EU'])
    await pair([
      '--mode=enforced',
      '--enforcement-mode=full',
      '--log-traffic',
      '--visibility-level=flow_drops',
    ])
    await pair(['--log-traffic', 'false', '--enforcement-mode', 'selective', '--role=Web', '--loc=EU'])
    await pair()
    expect(server.requests.map((request) => request.body.overrides)).toEqual([
      { enforcement_mode: 'visibility_only', labels: { role: 'Web', app: 'Shop', env: 'Prod', loc: 'EU' } },
      { enforcement_mode: 'full', visibility_level: 'flow_drops', log_traffic: true },
      { enforcement_mode: 'selective', log_traffic: false, labels: { role: 'Web', loc: 'EU' } },
      undefined,
    ])
  })

  test('server and code may come from the environment, and an option wins', async () => {
    const env = withDirectory({ VEN_MANAGEMENT_SERVER: server.url, VEN_ACTIVATION_CODE: CODE })
    expect((await runPairScript([], env)).status).toBe(0)
    expect(server.requests[0]?.body.activation_code).toBe(CODE)
    expect((await pair([], { VEN_MANAGEMENT_SERVER: 'h:1', VEN_ACTIVATION_CODE: OTHER_CODE })).status).toBe(0)
    expect(server.requests[1]?.body.activation_code).toBe(CODE)
  })

  test('--help tells every option, variable and exit code, and does nothing', async () => {
    const run = await runPairScript(['--help'], withDirectory())
    expect(run).toMatchObject({ status: 0, stderr: '' })
    const text = readFileSync(PAIR_SCRIPT, 'utf8')
    const options = [...text.matchAll(/^ {4}(--[a-z-]+)\) [A-Z]/gm)].map((match) => match[1] ?? '')
    const codes = [...text.matchAll(/^EXIT_[A-Z_]+=(\d)$/gm)].map((match) => `\n  ${match[1]}  `)
    expect([options.length, codes.length]).toEqual([11, 9])
    for (const word of [
      ...options,
      ...codes,
      '--insecure',
      'LATCHKEY_VEN_DIR',
      'LATCHKEY_PAIR_DEADLINE_SECONDS',
    ])
      expect(run.stdout).toContain(word)
    expect(existsSync(venDirectory)).toBe(false)
  })
})

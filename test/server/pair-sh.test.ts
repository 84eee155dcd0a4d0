// The Linux pairing script against a server of this test's own: options, exit codes, what it keeps
// and what it never shows. Contract: illumio.md section 3.2 and 3.3, and the head of pair.sh.
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { networkInterfaces } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type ActivationServer,
  closedPort,
  type PairInterface,
  startActivationServer,
  startProxy,
} from '../support/pair-activation-server.ts'
import { SELF_SIGNED_CERTIFICATE } from '../support/pair-certificate.ts'
import {
  freshVenDirectory,
  makeBusyboxToolbox,
  makeDirectory,
  makeLoggingToolbox,
  makeToolbox,
  PAIR_SCRIPT,
  pathOf,
  removeDirectories,
  runPairScript,
  SHELLS,
  startPairScript,
} from '../support/pair-script.ts'

const CODE = `1${'0123456789abcdef'.repeat(5)}`
const OTHER_CODE = `1${'fedcba9876543210'.repeat(5)}`

let server: ActivationServer
let venDirectory: string

beforeEach(async () => {
  server = await startActivationServer()
  venDirectory = freshVenDirectory()
})

afterEach(async () => {
  await server.close()
  removeDirectories()
})

function pair(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  return runPairScript(
    ['--management-server', server.url, '--activation-code', CODE, ...args],
    withDirectory(env),
  )
}

function withDirectory(env: Readonly<Record<string, string>> = {}) {
  return { LATCHKEY_VEN_DIR: venDirectory, ...env }
}

function credentials(): Record<string, string> {
  const lines = readFileSync(join(venDirectory, 'credentials'), 'utf8').trimEnd().split('\n')
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

function claims(): string[] {
  return server.requests.map((request) => request.body.claim)
}

function modeOf(path: string): string {
  return (lstatSync(path).mode & 0o7777).toString(8)
}

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

describe('what is sent', () => {
  test('one POST to the activation endpoint, without credentials, with the facts of this machine', async () => {
    await pair()
    expect(server.requests).toHaveLength(1)
    const request = server.requests[0]
    expect(request).toMatchObject({ method: 'POST', path: '/api/v2/agents/activate' })
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json' })
    expect(request?.headers.authorization).toBeUndefined()
    expect(request?.body).toMatchObject({
      activation_code: CODE,
      claim: expect.stringMatching(/^[0-9a-f]{64}$/),
      hostname: expect.stringMatching(/./),
      os_id: expect.stringMatching(/^[a-z]+-[a-z0-9_]+(-[a-z0-9.]+)?$/),
      os_detail: expect.stringMatching(/^\d+\.\d+/),
      os_platform: 'linux',
      agent_version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      ven_type: 'server',
    })
    if (existsSync('/etc/machine-id'))
      expect(request?.body.uid).toBe(readFileSync('/etc/machine-id', 'utf8').trim())
  })

  test('every claim is another', async () => {
    await pair()
    venDirectory = freshVenDirectory()
    await pair()
    expect(new Set(claims()).size).toBe(2)
  })

  test('a hostname of odd bytes: UTF-8 passes, what is none is left out', async () => {
    const toolbox = makeToolbox()
    const bytes = Buffer.concat([
      Buffer.from('wéb-😀"\\\u007f'),
      // A lone tail, an overlong slash, half a surrogate pair, beyond Unicode, a lead without its tail.
      Buffer.from([0x80, 0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0x80, 0xff, 0xe2, 0x82]),
      Buffer.from('end'),
    ])
    writeFileSync(join(toolbox.directory, 'name'), bytes)
    toolbox.put('uname', `[ "$1" = -n ] || exec ${pathOf('uname')} "$@"\ncat '${toolbox.directory}/name'`)
    expect((await pair([], { PATH: toolbox.directory })).status).toBe(0)
    expect(server.requests[0]?.body.hostname).toBe('wéb-😀"\\\u007fend')
  })

  test('interfaces as `ip` tells them', async () => {
    const toolbox = makeToolbox()
    toolbox.put(
      'ip',
      `case $* in
      '-o route show default') echo 'default via 10.0.0.1 dev eth0 proto dhcp metric 100'
        echo 'default via 10.0.0.2 dev eth0 metric 200' ;;
      '-o -6 route show default') echo 'default via fe80::1 dev eth0 metric 1024' ;;
      '-o addr show') cat <<'LINES'
1: lo    inet 127.0.0.1/8 scope host lo
1: lo    inet6 ::1/128 scope host
2: eth0    inet 10.0.0.5/24 brd 10.0.0.255 scope global dynamic eth0
2: eth0    inet6 2001:db8::5/64 scope global
2: eth0    inet6 fe80::5/64 scope link
3: we"ird@if4    inet 192.0.2.9/32 scope global we"ird
5: tun0    inet 10.8.0.5 peer 10.8.0.6/32 scope global tun0
LINES
      esac`,
    )
    await pair([], { PATH: toolbox.directory })
    expect(server.requests[0]?.body.interfaces).toEqual([
      { name: 'eth0', address: '10.0.0.5', cidr_block: 24, default_gateway_address: '10.0.0.1' },
      { name: 'eth0', address: '2001:db8::5', cidr_block: 64, default_gateway_address: 'fe80::1' },
      { name: 'we"ird', address: '192.0.2.9', cidr_block: 32 },
      { name: 'tun0', address: '10.8.0.5', cidr_block: 32 },
    ])
  })

  test('no more interfaces than the server takes', async () => {
    const toolbox = makeToolbox()
    toolbox.put(
      'ip',
      'i=0; while [ $i -lt 99 ]; do i=$((i + 1)); echo "$i: veth$i    inet 10.0.0.$i/24 scope global veth$i"; done',
    )
    await pair([], { PATH: toolbox.directory })
    expect(server.requests[0]?.body.interfaces).toHaveLength(32)
    expect(server.requests[0]?.text.length).toBeLessThan(8192)
  })

  test.each([[['ip']], [['none']]])('the interfaces of this machine, without %j', async (without) => {
    await pair([], { PATH: makeToolbox(without).directory })
    const sent = server.requests[0]?.body.interfaces.map(comparable)
    for (const own of ownInterfaces().slice(0, 32)) expect(sent).toContain(own)
  })

  test('--proxy-server: plain http goes through the proxy', async () => {
    const proxy = await startProxy()
    expect((await pair(['--proxy-server', `127.0.0.1:${proxy.port}`])).status).toBe(0)
    expect(proxy.seen).toEqual([`POST ${server.url}/api/v2/agents/activate`])
    expect(server.requests).toHaveLength(1)
    await proxy.close()
  })
})

describe('https', () => {
  beforeEach(async () => {
    await server.close()
    server = await startActivationServer('https')
  })

  test('a certificate that nobody vouches for: exit 5 at once, nothing was sent', async () => {
    const run = await pair()
    expect(run.status).toBe(5)
    expect(run.stderr).toMatch(/CA.*--insecure/)
    expect(server.requests).toHaveLength(0)
  })

  test('--insecure, or the certificate of the CA, lets it through', async () => {
    expect((await pair(['--insecure'])).status).toBe(0)
    const file = join(makeDirectory(), 'ca.pem')
    writeFileSync(file, SELF_SIGNED_CERTIFICATE)
    expect((await pair([], { CURL_CA_BUNDLE: file })).status).toBe(0)
    expect(server.agentCount()).toBe(1)
  })

  test('host:port means https, and --proxy-server or https_proxy a tunnel', async () => {
    const proxy = await startProxy()
    const args = ['--management-server', `localhost:${server.port}`, '--activation-code', CODE, '--insecure']
    const withOption = [...args, '--proxy-server', `127.0.0.1:${proxy.port}`]
    server.answerNext({ status: 401, headers: { 'X-Request-Id': 'of-the-server' } }, { status: 401 })
    const refused = await runPairScript(withOption, withDirectory())
    expect(refused.status).toBe(3)
    expect(refused.stderr).toContain('request id: of-the-server')
    expect((await runPairScript(withOption, withDirectory())).stderr).toContain('request id: none given')
    expect((await runPairScript(withOption, withDirectory())).status).toBe(0)
    const env = withDirectory({ https_proxy: `http://127.0.0.1:${proxy.port}` })
    expect((await runPairScript(args, env)).status).toBe(0)
    expect(proxy.seen).toEqual(Array(4).fill(`CONNECT localhost:${server.port}`))
    await proxy.close()
  })

  test('https to a server of plain http: exit 5 at once', async () => {
    const plain = await startActivationServer()
    const args = ['--management-server', `127.0.0.1:${plain.port}`, '--activation-code', CODE]
    expect((await runPairScript(args, withDirectory())).status).toBe(5)
    await plain.close()
  })
})

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
    expect(long.stderr).toContain('left alone for 3600 seconds')
    server.answerNext({ status: 503, headers: { 'Retry-After': '20' } })
    expect((await pair([], { LATCHKEY_PAIR_DEADLINE_SECONDS: '3' })).status).toBe(5)
    expect(server.requests).toHaveLength(2)
  })

  test('nobody there: exit 5 within the deadline, and the claim waits for the next run', async () => {
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

describe('a machine that is paired', () => {
  test('keeps the identity in a file of KEY=value lines, renewed by the next run', async () => {
    await pair()
    expect(credentials()).toEqual({
      management_server: server.url,
      activation_code_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      agent: '/orgs/1/agents/1',
      ven: '/orgs/1/vens/uuid-1',
      workload: '/orgs/1/workloads/uuid-1',
      token_type: 'Bearer',
      access_token: 'access-1.a-b_c',
      expires_in: '600',
      obtained_at: expect.stringMatching(/^\d{10}$/),
      refresh_token: 'refresh-1',
    })
    const renewed = { ...identityOf(1), access_token: 'access-renewed' }
    server.answerNext({ status: 200, body: JSON.stringify(renewed) })
    await pair()
    expect(credentials()).toMatchObject({ access_token: 'access-renewed' })
  })

  test('refuses another code or server: exit 7, nothing sent, nothing changed', async () => {
    await pair()
    const before = readFileSync(join(venDirectory, 'credentials'), 'utf8')
    const code = await pair(['--activation-code', OTHER_CODE])
    const host = await pair(['--management-server', `http://localhost:${server.port}`])
    expect([code.status, host.status]).toEqual([7, 7])
    expect(code.stderr).toMatch(
      /already paired as workload \/orgs\/1\/workloads\/uuid-1, with another activation/,
    )
    expect(host.stderr).toMatch(/with another server.*unpair.*remove .*credentials/)
    expect(server.requests).toHaveLength(1)
    expect(readFileSync(join(venDirectory, 'credentials'), 'utf8')).toBe(before)
  })

  test('shows a server, or a code, only the claim that belongs to it', async () => {
    server.answerNext({ status: 401 }, { status: 401 }, { status: 401 })
    await pair()
    await pair(['--activation-code', OTHER_CODE])
    await pair(['--management-server', `http://localhost:${server.port}`])
    await pair()
    expect(new Set(claims()).size).toBe(3)
    expect(claims()[3]).toBe(claims()[0])
  })

  test('says so when the earlier pairing had ended and a new agent was made', async () => {
    await pair()
    server.endClaims()
    const run = await pair()
    expect(run.status).toBe(0)
    expect(run.stdout).toMatch(/uuid-1, had ended\.\nPaired as workload \/orgs\/1\/workloads\/uuid-2\n$/)
    expect(credentials().workload).toBe('/orgs/1/workloads/uuid-2')
  })

  test('keeps its credentials when the server refuses or is away, and says whose they are', async () => {
    await pair()
    const before = readFileSync(join(venDirectory, 'credentials'), 'utf8')
    server.answerNext({ status: 401 }, { status: 503 })
    const refused = await pair()
    expect(refused.status).toBe(3)
    expect(refused.stderr).toContain('was paired as workload /orgs/1/workloads/uuid-1')
    const away = await pair([], { LATCHKEY_PAIR_DEADLINE_SECONDS: '0' })
    expect(away.status).toBe(5)
    expect(away.stderr).toContain('stays paired as workload /orgs/1/workloads/uuid-1')
    expect(readFileSync(join(venDirectory, 'credentials'), 'utf8')).toBe(before)
  })
})

describe('the directory', () => {
  test('is for its owner only, and so is every file in it', async () => {
    expect((await pair()).status).toBe(0)
    expect(modeOf(venDirectory)).toBe('700')
    const names = readdirSync(venDirectory)
    expect(names.sort()).toEqual([expect.stringMatching(/^claim-[0-9a-f]{64}$/), 'credentials'])
    for (const name of names) expect(modeOf(join(venDirectory, name))).toBe('600')
  })

  test('made open by the documented way to fetch the script, it is closed', async () => {
    mkdirSync(join(venDirectory, 'tmp'), { recursive: true })
    writeFileSync(join(venDirectory, 'tmp', 'pair.sh'), '')
    chmodSync(venDirectory, 0o751)
    expect((await pair()).status).toBe(0)
    expect(modeOf(venDirectory)).toBe('700')
  })

  test('files that were opened to others are closed', async () => {
    await pair()
    for (const name of readdirSync(venDirectory)) chmodSync(join(venDirectory, name), 0o644)
    await pair()
    for (const name of readdirSync(venDirectory)) expect(modeOf(join(venDirectory, name))).toBe('600')
  })

  test('the claim is in it when the first request arrives', async () => {
    let kept: string[] = []
    const seen = server.received(1).then(() => {
      kept = readdirSync(venDirectory).filter((name) => name.startsWith('claim-'))
    })
    server.answerNext({ status: 503, after: seen, headers: { 'Retry-After': '0' } })
    await pair()
    expect(kept).toHaveLength(1)
    expect(readFileSync(join(venDirectory, kept[0] ?? ''), 'utf8').trim()).toBe(claims()[0])
  })

  test.each<[string, () => void]>([
    ['is a symbolic link', () => symlinkSync(makeDirectory(), venDirectory)],
    ['is a dangling link', () => symlinkSync('/nowhere', venDirectory)],
    ['is a file', () => writeFileSync(venDirectory, '')],
    [
      'is open and full of something else',
      () => mkdirSync(join(venDirectory, 'precious'), { recursive: true }),
    ],
    ['cannot be made', () => writeFileSync(join(dirname(venDirectory), 'file'), '')],
    ['holds a linked file', () => plant((file) => symlinkSync('/etc/hostname', file))],
    ['holds a directory for a file', () => plant((file) => mkdirSync(file))],
  ])('that %s: exit 8, nothing sent', async (name, prepare) => {
    prepare()
    if (name === 'cannot be made') venDirectory = join(dirname(venDirectory), 'file', 'ven')
    const run = await pair()
    expect(run.status).toBe(8)
    expect(run.stderr).toContain('nothing was sent')
    expect(server.requests).toHaveLength(0)
  })

  test('given with a slash behind it is still seen to be a link', async () => {
    symlinkSync(makeDirectory(), venDirectory)
    expect((await pair([], { LATCHKEY_VEN_DIR: `${venDirectory}//` })).status).toBe(8)
  })

  test.skipIf(process.getuid?.() !== 0)('of another user: exit 8, nothing sent', async () => {
    mkdirSync(venDirectory, { mode: 0o700 })
    chownSync(venDirectory, 65534, 65534)
    const run = await pair()
    expect(run.status).toBe(8)
    expect(run.stderr).toContain('belongs to another user')
    expect(server.requests).toHaveLength(0)
  })

  test.each(['relative', '/', '/tmp/..', '/tmp/../etc', '/./'])('%s is not taken for one', async (path) => {
    expect((await pair([], { LATCHKEY_VEN_DIR: path })).status).toBe(2)
  })

  test('a damaged claim is not sent, and not replaced', async () => {
    server.answerNext({ status: 401 })
    await pair()
    const file = join(venDirectory, readdirSync(venDirectory)[0] ?? '')
    writeFileSync(file, 'short\n')
    const run = await pair()
    expect(run.status).toBe(8)
    expect(run.stderr).toContain('is damaged')
    expect(readFileSync(file, 'utf8')).toBe('short\n')
    expect(server.requests).toHaveLength(1)
  })
})

describe('secrets', () => {
  test('are in no argument list of any program, in no output, and the code in no file', async () => {
    const log = join(makeDirectory(), 'argv')
    const env = withDirectory({
      PATH: makeLoggingToolbox(log).directory,
      VEN_MANAGEMENT_SERVER: server.url,
      VEN_ACTIVATION_CODE: CODE,
    })
    server.answerNext({ status: 503, headers: { 'Retry-After': '0' } }, { lost: true })
    const first = await runPairScript([], env, { shell: ['sh', '-x'] })
    const second = await runPairScript([], env)
    const third = await runPairScript(['--activation-code', OTHER_CODE], env)
    expect([first.status, second.status, third.status]).toEqual([0, 0, 7])
    const shown =
      [first, second, third].map((run) => run.stdout + run.stderr).join('') + readFileSync(log, 'utf8')
    expect(shown).toContain('curl -q')
    const claim = claims()[0] ?? ''
    for (const secret of [CODE, OTHER_CODE, claim, 'access-1', 'refresh-1'])
      expect(shown).not.toContain(secret)
    for (const name of readdirSync(venDirectory)) {
      expect(name).not.toContain(CODE)
      expect(readFileSync(join(venDirectory, name), 'utf8')).not.toContain(CODE)
    }
  })

  test('are not given away by a ~/.curlrc', async () => {
    const home = makeDirectory()
    const trace = join(home, 'trace')
    writeFileSync(join(home, '.curlrc'), `trace-ascii = "${trace}"\n`)
    expect((await pair([], { HOME: home })).status).toBe(0)
    expect(existsSync(trace)).toBe(false)
  })
})

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

function identityOf(number: number) {
  return {
    agent: { href: `/orgs/1/agents/${number}` },
    ven: { href: `/orgs/1/vens/uuid-${number}` },
    workload: { href: `/orgs/1/workloads/uuid-${number}` },
  }
}

/** Puts something where the credentials belong. */
function plant(make: (file: string) => void): void {
  mkdirSync(venDirectory, { mode: 0o700 })
  make(join(venDirectory, 'credentials'))
}

function plantLock(owner: string): void {
  mkdirSync(venDirectory, { mode: 0o700 })
  symlinkSync(owner, join(venDirectory, 'pair.lock'))
}

/** What the operating system says, without the addresses that every machine has. */
function ownInterfaces(): string[] {
  const all = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).map((own) => ({ name, internal: own.internal, cidr: own.cidr ?? '/' })),
  )
  return all
    .filter((own) => !own.internal && !own.cidr.startsWith('fe80'))
    .map((own) =>
      comparable({
        ...own,
        address: own.cidr.split('/')[0] ?? '',
        cidr_block: Number(own.cidr.split('/')[1]),
      }),
    )
}

/** One spelling per address: the script may leave the zeros of IPv6 in. */
function comparable(one: PairInterface): string {
  const address = one.address.includes(':') ? new URL(`http://[${one.address}]`).hostname : one.address
  return `${one.name} ${address}/${one.cidr_block}`
}

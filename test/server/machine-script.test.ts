/** The script of `/i`, which makes a machine an agent, and the program that it leaves there. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Agent, openClient, verify } from '../../client/index.ts'
import {
  makeBusyboxToolbox,
  makeDirectory,
  makeLoggingToolbox,
  removeDirectories,
  SHELLS,
  type Shell,
} from '../support/pair-script.ts'
import { sharedServer } from '../support/server.ts'

const { url, credentials } = sharedServer()
const { auth_username: id, secret } = credentials.illumio
const client = openClient(url, { kind: 'api_key', id, secret })
let script = ''
let profile = ''

beforeAll(async () => {
  script = await (await fetch(`${url}/i`)).text()
  const { data } = await client.POST('/v1/profiles', { body: { name: 'machines of a script' } })
  profile = data?.id ?? ''
})
afterAll(removeDirectories)

async function newKey(max_uses = 1) {
  const { data } = await client.POST('/v1/keys', { body: { profile_id: profile, max_uses } })
  if (!data) throw new Error('no key was made')
  return data
}

const newState = () => join(makeDirectory(), 'agent')

type Options = {
  readonly env?: Readonly<Record<string, string>>
  readonly shell?: Shell
  readonly input?: string
}

/** As `curl URL/i | sh -s -- ARGUMENTS`. */
function install(args: readonly string[], options: Options = {}) {
  return run(['-s', '--', ...args], { input: script, ...options })
}

async function run(args: readonly string[], { env = {}, shell = ['sh'], input = '' }: Options = {}) {
  const [program, ...before] = shell
  const child = spawn(program, [...before, ...args], { env: { PATH: process.env.PATH ?? '', ...env } })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await ended, stdout: stdout.trimEnd(), stderr }
}

const agentProgram = (state: string, ...args: readonly string[]) =>
  run([join(state, 'latchkey-agent'), ...args])

test('it is the same for every caller, whatever they say of themselves', async () => {
  const other = await fetch(`${url}/i`, {
    headers: { 'User-Agent': 'x', 'X-Forwarded-Host': 'evil.example' },
  })
  expect(await other.text()).toBe(script)
  expect(other.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(script).toContain(`DEFAULT_SERVER='${url}'`)
  expect(script).not.toMatch(/@[A-Z]+@/)
})

test.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))(
  '%s: two runs make one agent, whose token is good, and close what they keep',
  async (_, shell) => {
    const [state, key] = [newState(), await newKey(2)]
    const options = { shell, env: { LATCHKEY_CODE: key.code } }
    const first = await install(['--state', state, '--hostname', 'script-01'], options)
    expect([first.code, first.stderr]).toEqual([0, `latchkey-agent: enrolled; the state is in ${state}\n`])
    const second = await install(['--hostname', 'script-01', '--state', state], options)
    expect([second.code, second.stdout]).toEqual([0, first.stdout])
    expect(second.stderr).toContain('nothing is spent')
    const { stdout: token } = await run([join(state, 'latchkey-agent'), 'token'], { shell })
    expect(await verify(token, { issuer: url })).toMatchObject({ sub: first.stdout, key_id: key.id })
    const modes = readdirSync(state).map((name) => [
      name,
      (statSync(join(state, name)).mode & 0o777).toString(8),
    ])
    expect(modes).toEqual([
      ['agent.json', '600'],
      ['claim', '600'],
      ['latchkey-agent', '700'],
    ])
    expect((statSync(state).mode & 0o777).toString(8)).toBe('700')
    // The client library goes on where the script ended.
    const agent = new Agent({ url, state })
    expect([agent.identity?.id, await agent.token()]).toEqual([first.stdout, token])
  },
)

test('runs at once make one agent', async () => {
  const [state, key] = [newState(), await newKey(3)]
  const file = join(makeDirectory(), 'code')
  writeFileSync(file, `${key.code}\n`)
  mkdirSync(state, { mode: 0o700 })
  const runs = await Promise.all([1, 2, 3].map(() => install(['--state', state, '--code-file', file])))
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0])
  expect(new Set(runs.map(({ stdout }) => stdout)).size).toBe(1)
  const { data } = await client.GET('/v1/keys/{key}', { params: { path: { key: key.id } } })
  expect(data?.uses).toBe(1)
})

test('a download that was cut short does nothing', async () => {
  for (let part = 1; part < 10; part++) {
    const state = newState()
    const input = script.slice(0, Math.floor((script.length * part) / 10))
    await install(['--state', state], { input, env: { LATCHKEY_CODE: 'lk_any' } })
    expect(existsSync(state)).toBe(false)
  }
})

test('no secret is in an argument of a program, or in what is printed', async () => {
  const [state, key, log] = [newState(), await newKey(), join(makeDirectory(), 'argv')]
  const PATH = makeLoggingToolbox(log).directory
  const done = await install(['--state', state], {
    shell: ['sh', '-x'],
    env: { PATH, LATCHKEY_CODE: key.code },
  })
  expect(done.code).toBe(0)
  const before = JSON.parse(readFileSync(join(state, 'agent.json'), 'utf8'))
  writeFileSync(join(state, 'agent.json'), JSON.stringify({ ...before, refresh_at: 0 }))
  const file = join(state, 'token')
  const kept = await run([join(state, 'latchkey-agent'), 'token', '--file', file], { env: { PATH } })
  expect([kept.code, kept.stdout]).toEqual([0, ''])
  const after = JSON.parse(readFileSync(join(state, 'agent.json'), 'utf8'))
  expect(readFileSync(file, 'utf8')).toBe(`${after.access_token}\n`)
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600')
  const shown = readFileSync(log, 'utf8') + done.stdout + done.stderr + kept.stderr
  expect(shown).toContain('curl -q')
  const claim = readFileSync(join(state, 'claim'), 'utf8')
  for (const hidden of [key.code, claim, before.access_token, before.refresh_token, after.refresh_token]) {
    expect(shown).not.toContain(hidden)
  }
})

test('busybox is enough, with curl', async () => {
  const toolbox = makeBusyboxToolbox()
  if (toolbox === undefined) return
  const [state, key] = [newState(), await newKey()]
  const env = { PATH: toolbox.directory, LATCHKEY_CODE: key.code }
  expect(await install(['--state', state], { env })).toMatchObject({ code: 0 })
})

test('a token is refreshed at two thirds of its life, once for all who ask, until the agent is revoked', async () => {
  const [state, key] = [newState(), await newKey()]
  const { stdout: agent } = await install(['--state', state], { env: { LATCHKEY_CODE: key.code } })
  const path = join(state, 'agent.json')
  const age = () =>
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), refresh_at: 0.5 }))
  const old = (await agentProgram(state, 'token')).stdout
  age()
  const tokens = await Promise.all([1, 2, 3].map(() => agentProgram(state, 'token')))
  expect(tokens.map(({ code }) => code)).toEqual([0, 0, 0])
  for (const { stdout } of tokens) expect(await verify(stdout, { issuer: url })).toMatchObject({ sub: agent })
  expect(tokens.map(({ stdout }) => stdout)).not.toContain(old)
  expect((await agentProgram(state, 'status')).stdout).toBe(`enrolled at ${url} as ${agent}`)
  await client.POST('/v1/agents/{agent}/revoke', { params: { path: { agent } }, body: { and_key: 'keep' } })
  age()
  expect(await agentProgram(state, 'token')).toMatchObject({ code: 4, stdout: '' })
})

test('usage: one line of what is wrong, exit 2; --help, exit 0', async () => {
  const [state, missing] = [newState(), join(makeDirectory(), 'none')]
  expect(await install(['--state', state, '--code-file', missing])).toEqual({
    code: 2,
    stdout: '',
    stderr: `latchkey-agent: cannot read ${missing}\n`,
  })
  expect(await agentProgram(state)).toMatchObject({ code: 2, stdout: '' })
  expect(await agentProgram(state, '--help')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('latchkey-agent token [--file FILE]'),
    stderr: '',
  })
})

test('a code that the server refuses: exit 3, and the request id', async () => {
  const refused = await install(['--state', newState()], { env: { LATCHKEY_CODE: `lk_${'A'.repeat(54)}` } })
  expect([refused.code, refused.stdout]).toEqual([3, ''])
  expect(refused.stderr).toMatch(/refused this code.*request id: [0-9a-f-]{36}$/m)
})

describe('hostile and broken servers', () => {
  type Scripted = { status: number; headers?: Record<string, string>; body?: string }
  const answers: Scripted[] = []
  const seen: string[] = []
  const server = createServer(async (request, response) => {
    seen.push(await text(request))
    const { status, headers, body } = answers.shift() ?? { status: 500 }
    response.writeHead(status, headers).end(body)
  })
  let hostile = ''
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    hostile = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => void server.close())

  const agent = {
    id: '00000000-0000-4000-8000-000000000001',
    organization_id: 1,
    profile_id: 'prf_1',
    key_id: 'key_1',
  }
  const good = { agent, access_token: 'a-1', refresh_token: 'r-1', expires_in: 600 }
  const attempt = (state: string) =>
    install(['--server', hostile, '--state', state], { env: { LATCHKEY_CODE: 'lk_any' } })

  test.each([
    ['no JSON', '<html>'],
    ['cut short', JSON.stringify(good).slice(0, -1)],
    ['without a token', JSON.stringify({ ...good, access_token: undefined })],
    ['with a quote in a token', JSON.stringify({ ...good, access_token: 'a","url":"http://evil.example' })],
    ['with a line break in a token', JSON.stringify({ ...good, refresh_token: 'r\nx' })],
    ['with a command in the id', JSON.stringify({ ...good, agent: { ...agent, id: '$(touch /tmp/no)' } })],
    ['with a life that is no number', JSON.stringify({ ...good, expires_in: '1+x' })],
    [
      'with an organization that is no number',
      JSON.stringify({ ...good, agent: { ...agent, organization_id: 'x' } }),
    ],
    ['too deep', '['.repeat(5_000)],
    ['too long', `{"a":"${'a'.repeat(100_000)}"}`],
  ])('an answer that is %s: exit 9, and only the claim is kept, for the next run', async (_, body) => {
    const state = newState()
    answers.push({ status: 201, body }, { status: 201, body: JSON.stringify(good) })
    expect((await attempt(state)).code).toBe(9)
    expect(readdirSync(state)).toEqual(['claim', 'latchkey-agent'])
    expect((await attempt(state)).code).toBe(0)
    const [first, second] = seen.slice(-2).map((body) => JSON.parse(body).claim)
    expect(first).toBe(second)
  })

  test('busy and lost answers are tried again with the same claim, a redirect is not followed', async () => {
    const retry = { 'Retry-After': '0' }
    answers.push(
      { status: 503, headers: retry },
      { status: 429, headers: retry },
      { status: 201, body: JSON.stringify(good) },
    )
    const patient = await attempt(newState())
    expect([patient.code, patient.stderr.match(/trying again in 0 s/g)?.length]).toEqual([0, 2])
    expect(new Set(seen.slice(-3)).size).toBe(1)
    answers.push({ status: 302, headers: { Location: `${url}/v1/enroll` } })
    expect((await attempt(newState())).code).toBe(9)
    answers.push({ status: 503, headers: { 'Retry-After': '3600' } })
    expect((await attempt(newState())).code).toBe(5)
  })
})

describe('what it refuses before anything is sent', () => {
  test.each([
    [['--what', 'x'], 2, 'unknown option --what'],
    [['lk_code'], 2, 'an argument belongs to no option'],
    [['--server', 'http://keys.example'], 2, 'is not https'],
    [['--server', 'https://keys.example/path'], 2, 'without a path'],
    [['--server', "https://keys.example'"], 2, 'must be a URL'],
    [['--hostname', 'a"b'], 2, '--hostname may have'],
    [['--code-file', '/no/such/file'], 2, 'cannot read'],
    [[], 2, 'give the code'],
  ] as const)('%j', async (args, code, said) => {
    const refused = await install(['--state', newState(), ...args])
    expect([refused.code, refused.stdout]).toEqual([code, ''])
    expect(refused.stderr).toContain(said)
    expect(refused.stderr).not.toContain('lk_code')
  })

  test('a folder that other users may enter, or a link to one', async () => {
    const folder = makeDirectory()
    mkdirSync(join(folder, 'open'), { mode: 0o755 })
    spawnSync('ln', ['-s', folder, join(folder, 'link')])
    for (const name of ['open', 'link']) {
      const refused = await install(['--state', join(folder, name)], { env: { LATCHKEY_CODE: 'lk_any' } })
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('mode 700')])
    }
  })
})

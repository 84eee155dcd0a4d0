/** Each example of a command's help, run in this process against a server; what would start processes is read only. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openApi } from '../../scripts/cli/api.ts'
import { headersOf, readApiKey } from '../../scripts/cli/contexts.ts'
import { latchkeyCommand } from '../../scripts/cli/program.ts'
import { examplesOf, leavesOf } from '../../scripts/cli/reference.ts'
import { sharedServer } from '../support/server.ts'

const server = sharedServer()
const home = mkdtempSync(join(tmpdir(), 'latchkey-examples-'))
const { auth_username, secret, email, password } = server.credentials.illumio
const api = openApi(server.url, headersOf(readApiKey(`${auth_username}:${secret}`, 'the credential')))

/** They make what others name. */
const FIRST = ['login --data', 'login', 'profiles create', 'keys create -p', 'enroll', 'export']
/** After them it is gone. */
const LAST = ['agents revoke', 'profiles change', 'profiles rm', 'webhooks disable', 'webhooks rm', 'logout']
/**
 * They run for ever, start another process, would undo what other tests do meanwhile, or go on with what no example begins
 * (native-certificates.test.ts, webhooks.test.ts).
 */
const READ_ONLY = [
  'start',
  'init',
  'admin',
  'exec',
  'events --follow',
  'apply latchkey.ndjson --yes',
  'certificate',
  'listen',
  'webhooks replay',
]

const starts = (line: string) => (prefix: string) => line === prefix || line.startsWith(`${prefix} `)
const isReadOnly = (line: string) => READ_ONLY.some(starts(line))

/** The command lines of all examples, without `latchkey`. */
const lines = leavesOf(latchkeyCommand(), 'latchkey')
  .flatMap(([, command]) => examplesOf(command))
  .flatMap((example) => [...example.matchAll(/\blatchkey ([^|)"]+)/g)].map(([, line = '']) => line.trim()))
const placeOf = (line: string) =>
  FIRST.some(starts(line)) ? FIRST.findIndex(starts(line)) - FIRST.length : LAST.findIndex(starts(line)) + 1
const inOrder = [...new Set(lines)].sort((a, b) => placeOf(a) - placeOf(b))

const words: [string | RegExp, string][] = []

beforeAll(async () => {
  vi.stubEnv('XDG_CONFIG_HOME', join(home, 'config'))
  vi.stubEnv('XDG_STATE_HOME', join(home, 'state'))
  const profile = await api.ask('POST', '/v1/profiles', { name: 'examples' })
  const newKey = (more: object) => api.ask('POST', '/v1/keys', { profile_id: profile.id, ...more })
  const enroll = (code: string, n: number, hostname = 'any') =>
    api.send('POST', '/v1/enroll', { code, claim: `${n}`.repeat(64), hostname })
  const [one, two, held] = [await newKey({}), await newKey({ max_uses: 1 }), await newKey({ approval: {} })]
  await enroll(two.code, 1, 'examples-01')
  const refused = JSON.parse((await enroll(two.code, 2)).text)
  for (const n of [3, 4]) await enroll(held.code, n)
  const [approve, deny] = await vi.waitUntil(
    async () => {
      const { items } = await api.list('/v1/approvals')
      const ids = items.filter(({ key_id }) => key_id === held.id).map(({ id }) => id)
      return ids.length === 2 && ids
    },
    { timeout: 30_000, interval: 100 },
  )
  const webhook = await api.ask('POST', '/v1/webhooks', {
    url: 'https://hooks.example/in',
    types: ['webhook.test'],
  })
  writeFileSync(join(home, 'code'), one.code)
  writeFileSync(join(home, 'password'), password ?? '')
  writeFileSync(join(home, 'events.json'), '[]')
  writeFileSync(join(home, 'heads-keys.json'), '{"keys": []}')
  writeFileSync(join(home, 'machines.csv'), 'hostname,serial\nscanner-01,\nscanner-02,C02XK1\nscanner-02,\n')
  words.push(
    // With a password, since an API key may not decide about approvals.
    [/^login https.*/, `login ${server.url} --email ${email} --password-file ${join(home, 'password')}`],
    ['https://keys.example', server.url],
    ['keys.example', new URL(server.url).host],
    ['.latchkey', server.data],
    ['/etc/latchkey/code', join(home, 'code')],
    ['latchkey.ndjson', join(home, 'latchkey.ndjson')],
    ['events.json', join(home, 'events.json')],
    ['heads-keys.json', join(home, 'heads-keys.json')],
    ['machines.csv', join(home, 'machines.csv')],
    ['approve APPROVAL', `approve ${approve}`],
    ['deny APPROVAL', `deny ${deny}`],
    ['REQUEST', refused.request_id],
    ['WEBHOOK', webhook.id],
    // A shell takes the quotes away.
    [/'([^']*)'/, '$1'],
    // The organization has other profiles, too.
    [/^keys create(?! -p)/, 'keys create -p web'],
    // Other tests use this server, and may have the same names.
    ['web-01', 'examples-01'],
    [/(?<= )web(?= |$)/, 'examples-web'],
    ['rollout', 'examples-rollout'],
  )
})

afterAll(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  process.exitCode = 0
  rmSync(home, { recursive: true, force: true })
})

const argumentsOf = (line: string) =>
  words.reduce((text, [from, to]) => text.replace(from, to), line).split(' ')

test('every command has an example, which names it', () => {
  for (const [path, command] of leavesOf(latchkeyCommand(), 'latchkey')) {
    expect([path, examplesOf(command).some((example) => example.includes(path))]).toEqual([path, true])
  }
})

test.each(inOrder.filter(isReadOnly))('latchkey %s: is understood', async (line) => {
  const program = latchkeyCommand()
  const ran: string[] = []
  for (const [path, command] of leavesOf(program, 'latchkey')) {
    command.action(() => {
      ran.push(path)
    })
  }
  await program.parseAsync(argumentsOf(line), { from: 'user' })
  expect(ran).toEqual([expect.stringMatching(new RegExp(`^latchkey ${line.split(' ')[0]}`))])
})

test.each(inOrder.filter((line) => !isReadOnly(line)))('latchkey %s: runs', async (line) => {
  if (line.startsWith('profiles rm')) await api.ask('POST', '/v1/profiles', { name: 'examples-web' })
  let printed = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += chunk
    return true
  })
  const notes = vi.spyOn(console, 'error').mockImplementation(() => {})
  if (line.startsWith('verify token')) {
    await latchkeyCommand().parseAsync(['token'], { from: 'user' })
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([printed]) as typeof process.stdin)
    printed = ''
  }
  await latchkeyCommand().parseAsync(argumentsOf(line), { from: 'user' })
  const said = printed + notes.mock.calls.join('')
  write.mockRestore()
  notes.mockRestore()
  expect([line, process.exitCode || 0]).toEqual([line, 0])
  if (!starts(line)('context use')) expect(said).not.toBe('')
})

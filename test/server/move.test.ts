/** `latchkey export` and `apply`, from one deployment to another, and codes in bulk. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { openApi } from '../../scripts/cli/api.ts'
import { createKeys } from '../../scripts/cli/commands/create-keys.ts'
import { headersOf, readApiKey } from '../../scripts/cli/contexts.ts'
import { latchkeyCommand } from '../../scripts/cli/program.ts'
import type { Json } from '../../scripts/lib/http/answer.ts'
import { type Served, sharedServer, startTestServer } from '../support/server.ts'

const home = mkdtempSync(join(tmpdir(), 'latchkey-move-'))
const path = (name: string) => join(home, name)
const read = (name: string) => readFileSync(path(name), 'utf8')
afterAll(() => rmSync(home, { recursive: true, force: true }))
afterEach(() => vi.restoreAllMocks())

const keyOf = ({ credentials: { illumio } }: Served) => `${illumio.auth_username}:${illumio.secret}`
const apiOf = (server: Served) => openApi(server.url, headersOf(readApiKey(keyOf(server), 'the credential')))

/** In this process; what it prints, and what it notes. */
async function latchkey(server: Served, ...args: string[]): Promise<{ printed: string; noted: string }> {
  vi.stubEnv('LATCHKEY_URL', server.url)
  vi.stubEnv('LATCHKEY_API_KEY', keyOf(server))
  onTestFinished(() => void vi.unstubAllEnvs())
  let printed = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += Buffer.from(chunk)
    return true
  })
  const notes = vi.spyOn(console, 'error').mockImplementation(() => {})
  try {
    await latchkeyCommand().parseAsync(args, { from: 'user' })
    return { printed, noted: notes.mock.calls.join('\n') }
  } finally {
    write.mockRestore()
    notes.mockRestore()
  }
}

const refusalOf = (run: Promise<unknown>): Promise<Error> =>
  run.then(
    () => new Error('it did it'),
    (error: Error) => error,
  )

/** What an export has of native profiles and keys that begin with a name, without what is of the deployment. */
function settingsIn(file: string, prefix: string): Json[] {
  const lines = read(file)
    .trimEnd()
    .split('\n')
    .map((line): Json => JSON.parse(line))
  return lines
    .filter(({ type, name }) => (type === 'profile' || type === 'key') && name.startsWith(prefix))
    .map(
      ({ id: _, profile_id: __, organization_id: ___, created_at: ____, updated_at: _____, ...its }) => its,
    )
}

test('what was exported is applied to an empty deployment: settings are equal, counts begin again, ended keys stay away', async () => {
  const from = sharedServer()
  const api = apiOf(from)
  const web = await api.ask('POST', '/v1/profiles', {
    name: 'move-web',
    description: 'Front',
    labels: { env: 'prod' },
    default_max_uses: 3,
    ceilings: { max_uses: 100, lifetime_seconds: null },
  })
  const off = await api.ask('POST', '/v1/profiles', {
    name: 'move-off',
    enabled: false,
    allowed_addresses: ['192.0.2.0/24'],
  })
  const make = (profile: Json, name: string, more: object = {}) =>
    api.ask('POST', '/v1/keys', { profile_id: profile.id, name, ...more })
  const windows = [{ days: ['mon'], from: '06:00', to: '22:00', time_zone: 'Europe/Berlin' }]
  await make(off, 'move-rules', { max_uses: 4, approval: {}, windows, limits: { per_hour: 9 } })
  const disabled = await make(off, 'move-disabled')
  await api.ask('POST', `/v1/keys/${disabled.id}/disable`)
  const used = await make(web, 'move-used', { max_uses: 2, labels: { rack: 'b7' } })
  const spent = await make(web, 'move-spent', { max_uses: 1 })
  for (const { code } of [used, spent]) {
    const claim = `claim of a machine ${code.slice(-8)}`
    await api.ask('POST', '/v1/enroll', { code, claim, hostname: 'move-01' })
  }
  await vi.waitUntil(
    async () => (await api.list('/v1/keys', { q: 'move-spent', state: 'spent' })).items.length === 1,
    { timeout: 30_000, interval: 100 },
  )
  await latchkey(from, 'export', '--out', path('first.ndjson'))
  expect(statSync(path('first.ndjson')).mode & 0o777).toBe(0o600)

  const to = await startTestServer()
  const dry = await latchkey(to, 'apply', path('first.ndjson'), '--dry-run')
  expect(dry.printed).toContain('+ profile "move-web"')
  expect(dry.printed).toMatch(/\+ key "move-used", 1 uses, without an end \(was key_\d+\)/)
  expect(dry.printed).toMatch(/- key "move-spent" key_\d+: it was spent/)
  expect((await apiOf(to).list('/v1/profiles', { q: 'move-' })).items).toEqual([])

  expect((await refusalOf(latchkey(to, 'apply', path('first.ndjson'), '--yes'))).message).toContain('--out')
  const apply = ['apply', path('first.ndjson'), '--yes', '--out']
  await latchkey(to, ...apply, path('codes.csv'))
  const again = await latchkey(to, ...apply, path('other.csv'))
  expect(again.printed).toContain('to make: 0 profiles, 0 keys; to change: 0 profiles, 0 keys')

  await latchkey(to, 'export', '--out', path('second.ndjson'))
  const before = settingsIn('first.ndjson', 'move-')
  const after = settingsIn('second.ndjson', 'move-')
  const fresh = { uses: 0, last_redeemed_at: null, last_used_at: null, last_used_from: null }
  expect(after).toEqual(
    before
      .filter(({ name }) => name !== 'move-spent')
      .map((record) => ({
        ...record,
        ...(record.type === 'profile' && { uses: 0, last_redeemed_at: null, last_used_at: null }),
        ...(record.type === 'key' && { ...fresh, max_uses: record.uses_left }),
      })),
  )

  // The new code is good, the old one is not, and the use that was spent there is not there again.
  const line = read('codes.csv')
    .split('\n')
    .find((one) => one.includes(',move-used,'))
  const code = line?.split(',')[3] ?? ''
  const enroll = (with_: string, claim: string) =>
    apiOf(to).send('POST', '/v1/enroll', { code: with_, claim, hostname: 'move-02' })
  expect((await enroll(code, 'a claim of the second machine')).status).toBe(201)
  expect((await enroll(code, 'a claim of the third machine')).status).toBe(401)
  expect((await enroll(used.code, 'a claim of the fourth machine')).status).toBe(401)
  // What was used since is no reason to make it again.
  const third = await latchkey(to, ...apply, path('another.csv'))
  expect(third.printed).toContain('to make: 0 profiles, 0 keys; to change: 0 profiles, 0 keys')
})

test('an export that broke off, or is another than was written, is refused', async () => {
  const server = sharedServer()
  await apiOf(server).ask('POST', '/v1/profiles', { name: 'move-whole' })
  await latchkey(server, 'export', '--out', path('whole.ndjson'))
  const lines = read('whole.ndjson').split('\n')
  const tampered = lines.map((line) => line.replace('"name":"move-whole"', '"name":"move-edited"'))
  for (const [name, text, said] of [
    ['cut.ndjson', `${lines.slice(0, -2).join('\n')}\n`, 'broke off'],
    ['changed.ndjson', tampered.join('\n'), 'digest'],
    ['shorter.ndjson', lines.toSpliced(1, 1).join('\n'), 'counts'],
    ['other.ndjson', '{"type":"profile"}\n', 'no export of Latchkey'],
    ['text.ndjson', 'id,code\n', 'line 1'],
    ['empty.ndjson', '', 'empty'],
  ] as const) {
    writeFileSync(path(name), text)
    expect([name, (await refusalOf(latchkey(server, 'apply', path(name), '--dry-run'))).message]).toEqual([
      name,
      expect.stringContaining(said),
    ])
  }
  const edited = await latchkey(server, 'apply', path('changed.ndjson'), '--dry-run', '--edited')
  expect(edited.printed).toContain('name "move-whole" → "move-edited"')
})

test('a step that is refused ends it, what was done stays, and the file applied again goes on', async () => {
  const server = sharedServer()
  const write = (uses: number) => {
    const profile = {
      id: 'prf_1',
      dialect: 'native',
      name: 'move-steps',
      ceilings: { max_uses: 10, lifetime_seconds: null },
    }
    const key = (name: string, max_uses: number) => ({ type: 'key', profile_id: 'prf_1', name, max_uses })
    const lines = [
      { type: 'export', version: 1 },
      { type: 'profile', ...profile },
      key('a', 5),
      key('b', uses),
    ]
    writeFileSync(path('steps.ndjson'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
  const apply = (out: string) =>
    latchkey(server, 'apply', path('steps.ndjson'), '--edited', '--yes', '--out', path(out))
  write(20)
  expect((await refusalOf(apply('steps-1.csv'))).message).toContain('max_uses')
  expect(read('steps-1.csv').split('\n')[1]).toMatch(/^,key_\d+,a,lk_[\w-]{54},$/)
  write(8)
  const again = await apply('steps-2.csv')
  expect(again.printed).toContain(
    'to make: 0 profiles, 1 keys; to change: 0 profiles, 0 keys; left: 0; equal: 2',
  )
  expect(again.noted).toContain('1 steps are done')
  expect(read('steps-2.csv').split('\n')[1]).toMatch(/^,key_\d+,b,lk_/)
})

test('a table goes to standard output as CSV', async () => {
  const { printed } = await latchkey(sharedServer(), 'export', '--csv', 'keys')
  expect(printed).toMatch(/^id,name,profile_id,/)
})

test('codes in bulk wait while the budget is used up, and go on with their file after a failure', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  let asked = 0
  let isBroken = false
  const stand = createServer((request, response) => {
    const json = (status: number, body: object, headers = {}) =>
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body))
    if (request.url?.startsWith('/v1/profiles/')) return json(200, { id: 'prf_1' })
    if (request.method === 'GET') return json(200, { profile_id: 'prf_1' })
    asked += 1
    if (isBroken) return json(403, { code: 'permission_missing' })
    if (asked % 3 === 0) return json(429, { code: 'rate_limited' }, { 'Retry-After': '0' })
    return json(201, { id: `key_${asked}`, code: `lk_${asked}`, expires_at: null })
  })
  await new Promise<void>((resolve) => stand.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void stand.close())
  const url = `http://127.0.0.1:${(stand.address() as AddressInfo).port}`
  const create = (count: number, resume?: true) =>
    createKeys(openApi(url, null, { onWait: () => {} }), {
      ...{ profile: 'prf_1', uses: 1, expires: 'none', out: path('bulk.csv'), count },
      ...(resume && { resume }),
    })
  const rows = () => read('bulk.csv').trimEnd().split('\n')

  await create(5)
  expect(rows()).toEqual(['id,code,expires_at', ...[1, 2, 4, 5, 7].map((n) => `key_${n},lk_${n},`)])
  expect((await refusalOf(create(9))).message).toContain('--resume')
  isBroken = true
  expect((await refusalOf(create(9, true))).message).toContain('permission_missing')
  isBroken = false
  // A crash in the middle of a line: its code is not whole.
  writeFileSync(path('bulk.csv'), 'key_99,lk_', { flag: 'a' })
  await create(9, true)
  expect(rows().length).toBe(10)
  expect(new Set(rows()).size).toBe(10)
  expect(rows().every((row) => row.split(',').length === 3)).toBe(true)
})

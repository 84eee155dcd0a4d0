/** The pairing script. What it keeps, and for whom. Contract: illumio.md §3.2, §3.3, and the head of the script. */
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  claims,
  credentials,
  modeOf,
  OTHER_CODE,
  pair,
  plant,
  server,
  useDirectory,
  usePairServer,
  venDirectory,
  withDirectory,
} from '../../support/pair-run.ts'
import { makeDirectory, runPairScript } from '../../support/pair-script.ts'

usePairServer()

const ownMode = (name: string) => (name === 'illumio-ven-ctl' ? '700' : '600')

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

  test('another code of the same server is not sent while the pairing lives: the tokens are renewed', async () => {
    await pair()
    const before = credentials()
    const tokens = {
      access_token: 'access-2',
      token_type: 'Bearer',
      expires_in: 600,
      refresh_token: 'refresh-2',
    }
    server.answerNext({ status: 200, body: JSON.stringify(tokens) })
    const run = await pair(['--activation-code', OTHER_CODE])
    expect([run.status, run.stdout]).toEqual([0, expect.stringContaining('Already paired as workload')])
    const [, renewal] = server.requests
    expect([renewal?.path, renewal?.headers['content-type']]).toEqual([
      '/v1/token',
      'application/x-www-form-urlencoded',
    ])
    expect(renewal?.text).toBe(`grant_type=refresh_token&refresh_token=${before.refresh_token}`)
    expect(credentials()).toEqual({
      ...before,
      access_token: 'access-2',
      refresh_token: 'refresh-2',
      obtained_at: expect.any(String),
    })
  })

  test('another code after the pairing ended, and another server: exit 7, the code not sent, nothing changed', async () => {
    await pair()
    const before = readFileSync(join(venDirectory, 'credentials'), 'utf8')
    server.answerNext({ status: 400, body: '{"error":"invalid_grant"}' })
    const code = await pair(['--activation-code', OTHER_CODE])
    const host = await pair(['--management-server', `http://localhost:${server.port}`])
    expect([code.status, host.status]).toEqual([7, 7])
    expect(code.stderr).toMatch(
      /already paired as workload \/orgs\/1\/workloads\/uuid-1, with another activation.*ended/,
    )
    expect(host.stderr).toMatch(/with another server.*unpair.*remove .*credentials/)
    expect(server.requests.map(({ path }) => path)).toEqual(['/api/v2/agents/activate', '/v1/token'])
    expect(server.requests.map(({ text }) => text).join()).not.toContain(OTHER_CODE)
    expect(readFileSync(join(venDirectory, 'credentials'), 'utf8')).toBe(before)
  })

  test('illumio-ven-ctl beside the credentials says whether it is paired, and unpairs', async () => {
    await pair()
    const control = (...args: string[]) =>
      runPairScript(args, withDirectory(), { script: join(venDirectory, 'illumio-ven-ctl') })
    expect(await control('status')).toMatchObject({ status: 0, stdout: expect.stringContaining('uuid-1') })
    const tokens = { access_token: 'a.b-c', token_type: 'Bearer', expires_in: 600, refresh_token: 'r' }
    server.answerNext({ status: 200, body: JSON.stringify(tokens) }, { status: 204, body: '' })
    expect(await control('unpair', 'saved')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Unpaired'),
    })
    const [, renewal, goodbye] = server.requests
    expect([renewal?.path, goodbye?.method, goodbye?.path, goodbye?.headers.authorization]).toEqual([
      '/v1/token',
      'DELETE',
      '/v1/agents/self',
      'Bearer a.b-c',
    ])
    expect((await control('status')).status).toBe(1)
    expect((await pair()).status).toBe(0)
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
    expect(names.sort()).toEqual([
      expect.stringMatching(/^claim-[0-9a-f]{64}$/),
      'credentials',
      'illumio-ven-ctl',
    ])
    for (const name of names) expect(modeOf(join(venDirectory, name))).toBe(ownMode(name))
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
    for (const name of readdirSync(venDirectory)) {
      expect(modeOf(join(venDirectory, name))).toBe(ownMode(name))
    }
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
    if (name === 'cannot be made') useDirectory(join(dirname(venDirectory), 'file', 'ven'))
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

function identityOf(number: number) {
  return {
    agent: { href: `/orgs/1/agents/${number}` },
    ven: { href: `/orgs/1/vens/uuid-${number}` },
    workload: { href: `/orgs/1/workloads/uuid-${number}` },
  }
}

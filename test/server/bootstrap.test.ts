import { describe, expect, test } from 'vitest'
import { callBootstrap } from '../../scripts/lib/deployment/organization.ts'
import { basic } from '../../scripts/lib/http/credential.ts'
import { openFetch } from '../../scripts/lib/http/fetch-client.ts'
import { readLock } from '../../scripts/lib/server/lock.ts'
import { deriveBootstrapToken, readKeptMasterKey } from '../../scripts/lib/state/master-key.ts'
import { deployWorker } from '../support/deployed-worker.ts'
import { runScript } from '../support/script.ts'
import { eventually, type Served, sharedServer, startTestServer, temporaryData } from '../support/server.ts'

const OPTIONS = ['--org', 'Acme', '--email', 'root@acme.example']

describe('npm run bootstrap', () => {
  test('makes an organization on the running server, and a fresh credential when asked again', async () => {
    const server = await startTestServer({ LATCHKEY_TLS: 'self-signed' })
    const env = { LATCHKEY_DATA: server.data }
    const first = await runScript('bootstrap.ts', OPTIONS, env)
    expect(first).toMatchObject({ code: 0, stderr: '' })
    const made = JSON.parse(first.stdout)
    expect(made).toMatchObject({
      url: server.url,
      organization: { name: 'Acme' },
      illumio: { email: OPTIONS[3] },
    })

    const again = JSON.parse((await runScript('bootstrap.ts', OPTIONS, env)).stdout)
    expect(again.organization).toEqual(made.organization)
    expect(again.illumio.secret).not.toBe(made.illumio.secret)
    for (const { illumio } of [made, again]) expect(await noopStatus(server, illumio)).toBe(200)
    await server.stop()
  })

  test('without a running server it says so, exit 1; without its options, exit 2', async () => {
    const env = { LATCHKEY_DATA: temporaryData() }
    expect(await runScript('bootstrap.ts', OPTIONS, env)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^latchkey: no Latchkey is running on .*\n$/),
    })
    expect(await runScript('bootstrap.ts', ['--org', 'Acme'], env)).toMatchObject({ code: 2, stdout: '' })
    expect(await runScript('bootstrap.ts', ['--nonsense'], env)).toMatchObject({ code: 2, stdout: '' })
    expect((await runScript('bootstrap.ts', ['--help'], env)).stdout).toContain('--remote')
  })

  test('each start has a token of its own: the one of before is refused', async () => {
    const first = await startTestServer()
    const before = tokenOf(first)
    await first.stop()
    const second = await startTestServer({ LATCHKEY_DATA: first.data })
    const call = { url: second.url, organization: 'Acme', email: 'root@acme.example' }
    expect((await callBootstrap({ ...call, token: before })).status).toBe(401)
    expect((await callBootstrap({ ...call, token: tokenOf(second) })).status).toBe(201)
    await second.stop()
  })
})

describe('npm run bootstrap -- --remote', () => {
  test('sets the token, uses it, removes it, and never has it on a command line', async () => {
    const server = sharedServer()
    let token: string | null = null
    const worker = await deployWorker(temporaryData(), async (body) => {
      token = worker.secret()
      const { organization, email } = JSON.parse(body)
      return callBootstrap({ url: server.url, token: tokenOf(server), organization, email })
    })
    const run = await remote(worker)
    expect(run).toMatchObject({ code: 0 })
    const { illumio } = JSON.parse(run.stdout)
    expect(await noopStatus(server, illumio)).toBe(200)
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(worker.secret()).toBeNull()
    expect(worker.commands()).toEqual([
      expect.stringMatching(/^secret put LATCHKEY_BOOTSTRAP_TOKEN -c .*wrangler\.toml$/),
      expect.stringMatching(/^secret delete LATCHKEY_BOOTSTRAP_TOKEN -c .*wrangler\.toml$/),
    ])
    expect(run.stdout + run.stderr).not.toContain(token)
  })

  test('removes the token when the Worker refuses', async () => {
    const worker = await deployWorker(temporaryData(), async () => ({ status: 400, text: 'no such thing' }))
    const run = await remote(worker)
    expect(run).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('400 no such thing') })
    expect(worker.secret()).toBeNull()
    expect(worker.commands()).toHaveLength(2)
  })

  test('removes the token on Ctrl-C', async () => {
    let wasAsked = false
    const worker = await deployWorker(temporaryData(), async () => {
      wasAsked = true
      return { status: 503, text: '' }
    })
    const run = await remote(worker, async (signal) => {
      await eventually(() => wasAsked)
      signal('SIGINT')
    })
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(worker.secret()).toBeNull()
  })

  test.each([
    'http://keys.example',
    'https://127.0.0.1:8787',
    'http://127.0.0.1:8787',
    'https://localhost',
    'https://latchkey.localhost',
    'https://[::1]:8787',
    'https://0.0.0.0',
    'keys.example',
  ])('refuses %s, with exit 2, before anything is set', async (url) => {
    const worker = await deployWorker(temporaryData(), async () => ({ status: 500, text: '' }))
    const run = await runScript('bootstrap.ts', [...OPTIONS, '--remote', '--url', url], worker.env)
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toBe(
      `latchkey: --url must be the https address of the deployed Worker, not "${url}"\n`,
    )
    expect(worker.commands()).toEqual([])
  })

  test('names the setting that the address came from', async () => {
    const worker = await deployWorker(temporaryData(), async () => ({ status: 500, text: '' }))
    const env = { ...worker.env, LATCHKEY_PUBLIC_URL: 'http://127.0.0.1:8787' }
    const run = await runScript('bootstrap.ts', [...OPTIONS, '--remote'], env)
    expect(run).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^latchkey: LATCHKEY_PUBLIC_URL must/),
    })
    expect(worker.commands()).toEqual([])
  })

  test('when the token cannot be set: one line that says why and what to do, and nothing is deleted', async () => {
    const worker = await deployWorker(temporaryData(), async () => ({ status: 500, text: '' }))
    worker.logOut()
    expect(await remote(worker)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'Setting a one-time token on https://keys.example …\nlatchkey: wrangler could not set the secret (not logged in): log in with npx wrangler login, and deploy first\n',
    })
    expect(worker.commands()).toHaveLength(1)
  })
})

type Deployed = Awaited<ReturnType<typeof deployWorker>>

function remote(worker: Deployed, onStart?: Parameters<typeof runScript>[3]) {
  return runScript('bootstrap.ts', [...OPTIONS, '--remote', '--url', worker.url], worker.env, onStart)
}

function tokenOf({ data }: Served): string {
  const [masterKey, lock] = [readKeptMasterKey(data), readLock(data)]
  if (masterKey === null || lock === null) throw new Error('a running server has a master key and a lock')
  return deriveBootstrapToken(masterKey, lock.nonce)
}

async function noopStatus({ data }: Served, credential: { auth_username: string; secret: string }) {
  const headers = basic(credential.auth_username, credential.secret)
  return (await openFetch(readLock(data)?.local ?? '', { headers }).ask('GET', '/api/v2/noop')).status
}

/** The pairing script as it is delivered, in a real shell, against the running server. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Json } from '../../scripts/lib/http/answer.ts'
import { bearer } from '../../scripts/lib/http/credential.ts'
import { formatId } from '../../src/core/kernel/ids.ts'
import { openOperator } from '../support/illumio-operator.ts'
import { openNative } from '../support/native-operator.ts'
import { runPairScript } from '../support/pair-script.ts'
import { eventually, type Served, sharedServer, startTestServer } from '../support/server.ts'

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-pairing-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A pairing profile's id in the native API: each is the first of a ledger of its own. */
function nativeIdOf(href: string): string {
  return `prf_${formatId({ ledger: Number(href.split('/').at(-1)), n: 1 })}`
}

/** Fetches the script from the server, as its documentation says. */
async function fetchScript(server: Served, profile: string, folder: string): Promise<string> {
  const id = profile.split('/').at(-1)
  const path = `/api/v18/software/ven/image?pair_script=pair.sh&profile_id=${id}`
  const reply = await fetch(`${server.url}${path}`)
  expect(reply.status).toBe(200)
  const script = join(folder, 'pair.sh')
  writeFileSync(script, await reply.text(), { mode: 0o700 })
  return script
}

test('run twice on one machine: one workload, one use, and the second run says so', async () => {
  const server = sharedServer()
  const operator = openOperator(server)
  const folder = temporaryFolder()
  const profile = await operator.createProfile(5)
  const code = await operator.createKey(profile)
  const script = await fetchScript(server, profile, folder)
  const directory = join(folder, 'ven')
  const pair = () =>
    runPairScript(
      ['--management-server', server.url, '--activation-code', code],
      { LATCHKEY_VEN_DIR: directory },
      { script },
    )

  const first = await pair()
  expect(first).toMatchObject({ status: 0, stderr: '' })
  const workload = /Paired as workload (\/orgs\/1\/workloads\/[0-9a-f-]{36})\n/.exec(first.stdout)?.[1]
  expect(workload).toBeDefined()
  const second = await pair()
  expect(second).toMatchObject({ status: 0, stderr: '' })
  expect(second.stdout).toContain(`Already paired as workload ${workload}`)

  expect(await operator.usesOf(profile)).toBe(1)
  const { text } = await operator.call('GET', String(workload))
  expect(JSON.parse(text)).toMatchObject({
    href: workload,
    online: true,
    os_id: expect.any(String),
    hostname: expect.any(String),
  })
  expect(statSync(directory).mode & 0o777).toBe(0o700)
  expect(statSync(join(directory, 'credentials')).mode & 0o777).toBe(0o600)
  const kept = readFileSync(join(directory, 'credentials'), 'utf8')
  expect(kept).not.toContain(code)
  const token = /^access_token=(.+)$/m.exec(kept)?.[1]
  const self = await fetch(`${server.url}/v1/agents/self`, { headers: { Authorization: `Bearer ${token}` } })
  expect(self.status).toBe(200)
  operator.client.close()
})

test('a refused code: it says what may be wrong and the request to ask the operator about, and stores no credentials', async () => {
  const server = sharedServer()
  const operator = openOperator(server)
  const folder = temporaryFolder()
  const profile = await operator.createProfile(5)
  const code = await operator.createKey(profile)
  expect((await operator.call('PUT', profile, { enabled: false })).status).toBe(204)
  const script = await fetchScript(server, profile, folder)
  const directory = join(folder, 'ven')
  const run = await runPairScript(
    ['--management-server', server.url, '--activation-code', code],
    { LATCHKEY_VEN_DIR: directory },
    { script },
  )
  expect(run.status).toBe(3)
  expect(run.stderr).toMatch(/refused this activation code.*request id: [0-9a-f-]{36}/)
  expect(run.stdout + run.stderr).not.toContain(code)
  expect(() => statSync(join(directory, 'credentials'))).toThrow()
  expect(await operator.usesOf(profile)).toBe(0)
  operator.client.close()
})

test('a key that needs approval: the script says that it waits, and pairs once when an operator has approved', async () => {
  const server = sharedServer()
  const operator = openOperator(server)
  const native = openNative(server)
  const folder = temporaryFolder()
  const profile = await operator.createProfile(5)
  const code = await operator.createKey(profile)
  const { json: keys } = await native.ask('GET', `/v1/keys?profile_id=${nativeIdOf(profile)}`)
  const { id } = keys.items[0]
  expect((await native.ask('PATCH', `/v1/keys/${id}`, { approval: {} })).status).toBe(200)
  const script = await fetchScript(server, profile, folder)
  const run = runPairScript(
    ['--management-server', server.url, '--activation-code', code],
    { LATCHKEY_VEN_DIR: join(folder, 'ven') },
    { script },
  )

  const { email, password } = server.credentials.datonis
  const { json: session } = await native.ask('POST', '/v1/sessions', { email, password: password ?? '' })
  const person = bearer(session.token)
  let waiting: Json
  await eventually(async () => {
    const { json } = await native.ask('GET', '/v1/approvals', undefined, person)
    waiting = json.items.find((one: Json) => one.key_id === id)
    return waiting !== undefined
  })
  const approved = await native.ask('POST', `/v1/approvals/${waiting.id}/approve`, undefined, person)
  expect(approved.status).toBe(200)

  const { status, stdout } = await run
  expect(status).toBe(0)
  expect(stdout).toContain(`waits for an operator's approval (${waiting.comparison_code})`)
  expect(stdout).toContain('Paired as workload')
  expect(await operator.usesOf(profile)).toBe(1)
  operator.client.close()
})

test('over TLS with a certificate of the server’s own: not trusted without --insecure, and heard with it', async () => {
  const server = await startTestServer({ LATCHKEY_TLS: 'self-signed' })
  const folder = temporaryFolder()
  const host = new URL(server.url).host
  const code = `1${'0'.repeat(80)}`
  const run = await runPairScript(['--management-server', host, '--activation-code', code], {
    LATCHKEY_VEN_DIR: join(folder, 'ven'),
  })
  expect(run.status).toBe(5)
  expect(run.stderr).toContain('--insecure')
  const insecure = await runPairScript(
    ['--management-server', host, '--activation-code', code, '--insecure'],
    { LATCHKEY_VEN_DIR: join(folder, 'ven') },
  )
  // An unknown code: it came through, and was refused.
  expect(insecure.status).toBe(3)
  await server.stop()
})

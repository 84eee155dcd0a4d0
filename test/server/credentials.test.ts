import { chmodSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { basic } from '../../scripts/lib/http/credential.ts'
import { openFetch } from '../../scripts/lib/http/fetch-client.ts'
import { credentialsPath, readCredentials } from '../../scripts/lib/state/credentials.ts'
import { type Served, sharedServer, startTestServer, stoppedData, temporaryData } from '../support/server.ts'

describe('credentials.json is kept true', () => {
  test('what it says is accepted, and names the organization in all three dialects', async () => {
    const server = sharedServer()
    expect(server.credentials).toMatchObject({
      url: server.url,
      illumio: {
        org_id: expect.any(Number),
        email: 'owner@demo.example',
        password: expect.stringMatching(/^[A-Z2-9]{24}$/),
      },
      zpa: { customer_id: expect.stringMatching(/^\d{18}$/) },
      datonis: {
        organisation_key: expect.stringMatching(/^\w{40}$/),
        email: 'owner@demo.example',
        password: server.credentials.illumio.password,
      },
    })
    expect(await noopStatus(server)).toBe(200)
    expect(await signInStatus(server)).toBe(200)
  })

  test('a good one is kept over a restart; only its url follows the server', async () => {
    const data = stoppedData()
    const kept = readCredentials(data)
    writeFileSync(credentialsPath(data), JSON.stringify({ ...kept, url: 'http://old.invalid' }))
    chmodSync(credentialsPath(data), 0o644)

    const second = await startTestServer({ LATCHKEY_DATA: data })
    expect(second.credentials).toEqual({ ...kept, url: second.url })
    expect(statSync(credentialsPath(data)).mode & 0o777).toBe(0o600)
    await second.stop()
  })

  test('one that was deleted is made again, for the same organization', async () => {
    const data = stoppedData()
    const before = readCredentials(data)
    rmSync(credentialsPath(data))

    const second = await startTestServer({ LATCHKEY_DATA: data })
    expect(await noopStatus(second)).toBe(200)
    expect(second.credentials.illumio.org_id).toBe(before?.illumio.org_id)
    await second.stop()
  })

  test.each([
    ['cut off', '{"url":"http://127'],
    ['empty', ''],
    ['of another shape', '{"illumio":{"auth_username":1}}'],
  ])('one that is %s reads as none', (_, text) => {
    const data = temporaryData()
    writeFileSync(credentialsPath(data), text)
    expect(readCredentials(data)).toBeNull()
  })

  test('a password that its owner changed is left to them, and not said any more', async () => {
    const first = await startTestServer()
    const { email, password } = first.credentials.illumio
    const owner = openFetch(first.url, { headers: basic(email, password ?? '') })
    const changed = await owner.ask('PUT', '/api/v2/login_users/me/password', { password: 'My-Own-Choice-1' })
    expect(changed.status).toBe(204)
    await first.stop()

    const second = await startTestServer({ LATCHKEY_DATA: first.data })
    expect(second.credentials.illumio).toEqual({ ...first.credentials.illumio, password: null })
    expect(second.credentials.datonis.password).toBeNull()
    expect(await signInStatus(second, 'My-Own-Choice-1')).toBe(200)
    await second.stop()
  })

  test('one whose secret is wrong is replaced', async () => {
    const data = stoppedData()
    const kept = readCredentials(data)
    const illumio = { ...kept?.illumio, secret: '0'.repeat(64) }
    writeFileSync(credentialsPath(data), JSON.stringify({ ...kept, illumio }))

    const second = await startTestServer({ LATCHKEY_DATA: data })
    expect(await noopStatus(second)).toBe(200)
    expect(readCredentials(data)?.illumio.secret).not.toBe(illumio.secret)
    await second.stop()
  })
})

async function noopStatus({ url, credentials: { illumio } }: Served): Promise<number> {
  const headers = basic(illumio.auth_username, illumio.secret)
  return (await openFetch(url, { headers }).ask('GET', '/api/v2/noop')).status
}

async function signInStatus({ url, credentials: { illumio } }: Served, password = illumio.password) {
  const headers = basic(illumio.email, password ?? '')
  return (await openFetch(url, { headers }).ask('POST', '/api/v2/login_users/authenticate')).status
}

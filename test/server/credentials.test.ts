import { chmodSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { credentialsPath, readCredentials } from '../../scripts/runtime/credentials.ts'
import { startTestServer, temporaryData } from '../support/server.ts'

describe('credentials.json is kept true', () => {
  test('what it says is accepted, and names the organization in all three dialects', async () => {
    const server = await startTestServer()
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
    await server.stop()
  })

  test('a good one is kept over a restart; only its url follows the server', async () => {
    const first = await startTestServer()
    await first.stop()
    writeFileSync(
      credentialsPath(first.data),
      JSON.stringify({ ...first.credentials, url: 'http://old.invalid' }),
    )
    chmodSync(credentialsPath(first.data), 0o644)

    const second = await startTestServer({ LATCHKEY_DATA: first.data })
    expect(second.credentials).toEqual({ ...first.credentials, url: second.url })
    expect(statSync(credentialsPath(first.data)).mode & 0o777).toBe(0o600)
    await second.stop()
  })

  test('one that was deleted is made anew, for the same organization', async () => {
    const first = await startTestServer()
    await first.stop()
    rmSync(credentialsPath(first.data))

    const second = await startTestServer({ LATCHKEY_DATA: first.data })
    expect(await noopStatus(second)).toBe(200)
    expect(second.credentials.illumio.org_id).toBe(first.credentials.illumio.org_id)
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
    const changed = await fetch(`${first.url}/api/v2/login_users/me/password`, {
      method: 'PUT',
      headers: { Authorization: basic(email, password ?? '') },
      body: JSON.stringify({ password: 'My-Own-Choice-1' }),
    })
    expect(changed.status).toBe(204)
    await first.stop()

    const second = await startTestServer({ LATCHKEY_DATA: first.data })
    expect(second.credentials.illumio).toEqual({ ...first.credentials.illumio, password: null })
    expect(second.credentials.datonis.password).toBeNull()
    expect(await signInStatus(second, 'My-Own-Choice-1')).toBe(200)
    await second.stop()
  })

  test('one whose secret is wrong is replaced', async () => {
    const first = await startTestServer()
    await first.stop()
    const illumio = { ...first.credentials.illumio, secret: '0'.repeat(64) }
    writeFileSync(credentialsPath(first.data), JSON.stringify({ ...first.credentials, illumio }))

    const second = await startTestServer({ LATCHKEY_DATA: first.data })
    expect(await noopStatus(second)).toBe(200)
    expect(readCredentials(first.data)?.illumio.secret).not.toBe(illumio.secret)
    await second.stop()
  })
})

type Served = Awaited<ReturnType<typeof startTestServer>>

async function noopStatus({ url, credentials: { illumio } }: Served): Promise<number> {
  const headers = { Authorization: basic(illumio.auth_username, illumio.secret) }
  return (await fetch(`${url}/api/v2/noop`, { headers })).status
}

async function signInStatus({ url, credentials: { illumio } }: Served, password = illumio.password) {
  const headers = { Authorization: basic(illumio.email, password ?? '') }
  return (await fetch(`${url}/api/v2/login_users/authenticate`, { method: 'POST', headers })).status
}

function basic(username: string, secret: string): string {
  return `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`
}

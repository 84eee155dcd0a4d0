/** What becomes of a server whose disk takes no more writes: it says so, and nothing that it acknowledged is lost. */
import { expect, test } from 'vitest'
import { basic, type Headers } from '../../scripts/lib/http/credential.ts'
import { openFetch } from '../../scripts/lib/http/fetch-client.ts'
import { newClaim, openNative } from '../support/native-operator.ts'
import { failureOf, startTestServer } from '../support/server.ts'
import { mountSmallDisk } from '../support/small-disk.ts'

test('a full disk: every dialect answers 503 with Retry-After, healthz is not ready, and once there is space all that was acknowledged is there', async (context) => {
  const disk = mountSmallDisk(context)
  const server = await startTestServer({ LATCHKEY_DATA: disk.data })
  const native = openNative(server)
  const { illumio, zpa, datonis } = server.credentials
  const key = await native.key({ profile_id: await native.profile() })
  const claims = Array.from({ length: 20 }, newClaim)
  const made = await Promise.all(claims.map((claim) => native.enroll(key.code, claim)))
  expect(made.map(({ status }) => status)).toEqual(claims.map(() => 201))
  const health = async () => (await fetch(`${server.url}/healthz`)).status
  expect(await health()).toBe(200)

  disk.fill()
  const acknowledged: string[] = []
  // A part of what was written before may be written over, so that some commits still find space.
  await expect
    .poll(async () => {
      const claim = newClaim()
      const { status } = await native.enroll(key.code, claim)
      if (status === 201) acknowledged.push(claim)
      return status
    }, POLL)
    .toBe(503)
  await expect
    .poll(
      () => {
        // An object whose commit failed opens its database again, which may free some space.
        disk.fill()
        return health()
      },
      // It tries a write every ten seconds only.
      { timeout: 35_000, interval: 200 },
    )
    .toBe(503)
  const owner = basic(illumio.auth_username, illumio.secret)
  const anonymous: Headers = () => ({})
  const client = openFetch(server.url)
  const { client_id, client_secret } = zpa
  const { email, password } = datonis
  const labels = `/api/v2/orgs/${illumio.org_id}/labels`
  const labelled: string[] = []
  const requests = [
    ['/v1/profiles', () => ({ name: 'x' }), owner],
    [labels, () => ({ key: 'role', value: newClaim() }), owner],
    ['/signin', () => new URLSearchParams({ client_id, client_secret }), anonymous],
    ['/api_sign_in', () => new URLSearchParams({ email, password: password ?? '' }), anonymous],
  ] as const
  for (const [path, bodyOf, headers] of requests) {
    await expect
      .poll(async () => {
        disk.fill()
        const body = bodyOf()
        const answer = await client.ask('POST', path, body, headers)
        if (answer.status === 201 && 'value' in body) labelled.push(body.value)
        return [path, answer.status, /^\d+s?$/.test(String(answer.headers['retry-after']))]
      }, POLL)
      .toEqual([path, 503, true])
  }

  disk.free()
  await expect.poll(async () => (await native.enroll(key.code)).status, POLL).toBe(201)
  await expect.poll(health, POLL).toBe(200)
  for (const claim of [...claims, ...acknowledged]) {
    expect((await native.enroll(key.code, claim)).status).toBe(200)
  }
  const listed = await client.ask('GET', labels, undefined, owner)
  for (const value of labelled) expect(listed.text).toContain(value)
  await server.stop()
})

test('a start on a full disk or a read-only one is refused in one line', async (context) => {
  const disk = mountSmallDisk(context)
  await (await startTestServer({ LATCHKEY_DATA: disk.data })).stop()

  disk.fill()
  const full = await failureOf({ LATCHKEY_DATA: disk.data })
  expect([full.exitCode, full.output]).toEqual([1, expect.stringMatching(/^latchkey: .* full\n$/)])
  disk.free()

  disk.makeReadOnly()
  const readOnly = await failureOf({ LATCHKEY_DATA: disk.data })
  expect([readOnly.exitCode, readOnly.output]).toEqual([
    1,
    expect.stringMatching(/^latchkey: .*read-only.*\n$/),
  ])
})

const POLL = { timeout: 20_000, interval: 200 }

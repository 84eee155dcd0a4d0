import { beforeAll, describe, expect, test } from 'vitest'
import { formatId } from '../../../src/core/kernel/ids.ts'
import {
  anyone,
  type Client,
  clientOf,
  eventually,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
} from '../../support/native-client.ts'
import { activate } from '../../support/pairing.ts'
import { newPerson } from '../../support/person.ts'

let organization: Organization

beforeAll(async () => {
  organization = await newOrganization()
})

async function keyOf(client: Client, members: object): Promise<Json> {
  const profile = await client('POST', '/v1/profiles', { name: 'web' })
  const key = await client('POST', '/v1/keys', { profile_id: profile.json.id, ...members })
  expect(key.status, key.text).toBe(201)
  return key.json
}

describe('a held use', () => {
  test('is held, confirmed and answered again, and counts as the agent that it became', async () => {
    const { id, code } = await organization.key({ max_uses: 3, hold: 'allowed' })
    const claim = newClaim()
    const held = await anyone('POST', '/v1/enroll', { code, claim, hold: 600 })
    expect(held).toMatchObject({ status: 202, json: { status: 'held' } })
    expect(held.json).not.toHaveProperty('access_token')
    const shown = await organization.owner('GET', `/v1/keys/${id}`)
    expect(shown.json).toMatchObject({ uses: 0, held: 1, uses_left: 2, hold: 'allowed' })
    const confirmed = await anyone('POST', '/v1/enroll/confirm', { code, claim })
    expect(confirmed).toMatchObject({ status: 201, json: { agent: { key_id: id } } })
    const again = await anyone('POST', '/v1/enroll/confirm', { code, claim })
    expect(again).toMatchObject({ status: 200, json: { agent: confirmed.json.agent } })
    const cancelled = await anyone('POST', '/v1/enroll/cancel', { code, claim })
    // A refusal has no tokens in it.
    expect([cancelled.status, cancelled.json]).toEqual([409, { agent: confirmed.json.agent }])
    expect((await organization.owner('GET', `/v1/keys/${id}`)).json).toMatchObject({ uses: 1, held: 0 })
  })

  test('is cancelled as often as that is asked, and never confirmed after that', async () => {
    const { code } = await organization.key({ max_uses: 1, hold: 'allowed' })
    const claim = newClaim()
    await anyone('POST', '/v1/enroll', { code, claim, hold: 600 })
    expect((await anyone('POST', '/v1/enroll/cancel', { code, claim })).status).toBe(204)
    expect((await anyone('POST', '/v1/enroll/cancel', { code, claim })).status).toBe(204)
    expect((await anyone('POST', '/v1/enroll/confirm', { code, claim })).status).toBe(401)
  })

  test('without a claim, too long, or of a key without the option is refused', async () => {
    const { id, code } = await organization.key({ max_uses: 3 })
    expect((await anyone('POST', '/v1/enroll', { code, claim: newClaim(), hold: 600 })).status).toBe(401)
    expect((await anyone('POST', '/v1/enroll', { code, claim: newClaim(), hold: 3_601 })).status).toBe(422)
    await organization.owner('PATCH', `/v1/keys/${id}`, { hold: 'allowed' })
    expect((await anyone('POST', '/v1/enroll', { code, hold: 600 })).status).toBe(401)
    const explained = await organization.owner('POST', `/v1/keys/${id}/explain`, { intent: 'hold' })
    expect(explained.json).toMatchObject({ decision: 'refused', reason: 'claim_required' })
  })

  test('is explained rule by rule', async () => {
    const { id } = await organization.key({ max_uses: 3, not_before: '2100-01-01T00:00:00Z' })
    const { json } = await organization.owner('POST', `/v1/keys/${id}/explain`, { claim: newClaim() })
    expect(json).toMatchObject({ decision: 'refused', reason: 'key_not_started' })
    const at = json.rules.findIndex(({ outcome }: Json) => outcome === 'refused')
    expect(json.rules[at].reason).toBe('key_not_started')
    expect(json.rules.slice(0, at).every(({ outcome }: Json) => outcome === 'passed')).toBe(true)
    expect(json.rules.slice(at + 1).every(({ outcome }: Json) => outcome === 'not_asked')).toBe(true)
  })
})

describe('approval', () => {
  test('lets a machine wait, shows it with its code, and lets it in when a person approves', async () => {
    const { person, program } = await newPerson()
    const { id, code } = await keyOf(program, { max_uses: 5, approval: {} })
    const claim = newClaim()
    const asked = { code, claim, hostname: 'web-01', facts: { rack: 7 } }
    const waiting = await anyone('POST', '/v1/enroll', asked)
    expect(waiting).toMatchObject({ status: 202, json: { status: 'approval_pending' } })
    expect(waiting.headers.get('Retry-After')).toMatch(/^[0-9]+$/)
    const [item] = await eventually(async () => {
      const { json } = await person('GET', '/v1/approvals')
      return json.items.length > 0 ? json.items : undefined
    })
    expect(item).toMatchObject({
      key_id: id,
      status: 'pending',
      comparison_code: waiting.json.comparison_code,
      claimed: { hostname: 'web-01', facts: { rack: 7 } },
    })
    const byProgram = await program('POST', `/v1/approvals/${item.id}/approve`)
    expect(byProgram).toMatchObject({ status: 403, json: { code: 'session_needed' } })
    const approved = await person('POST', `/v1/approvals/${item.id}/approve`)
    expect(approved).toMatchObject({ status: 200, json: { decision: 'approved' } })
    expect((await person('POST', `/v1/approvals/${item.id}/approve`)).json).toEqual(approved.json)
    const opposite = await person('POST', `/v1/approvals/${item.id}/deny`)
    expect(opposite).toMatchObject({ status: 409, json: { code: 'already_decided' } })
    expect((await anyone('POST', '/v1/enroll', asked)).status).toBe(201)
    expect((await anyone('POST', '/v1/enroll', asked)).status).toBe(200)
    expect((await program('GET', `/v1/keys/${id}`)).json).toMatchObject({ uses: 1, held: 0 })
  })

  test('is listed by state, key and profile', async () => {
    const { person, program } = await newPerson()
    const [first, second] = [
      await keyOf(program, { max_uses: 5, approval: {} }),
      await keyOf(program, { max_uses: 5, hold: 'allowed' }),
    ]
    const { profile_id } = (await program('GET', `/v1/keys/${first.id}`)).json
    await anyone('POST', '/v1/enroll', { code: first.code, claim: newClaim() })
    await anyone('POST', '/v1/enroll', { code: second.code, claim: newClaim(), hold: 600 })
    const keysOf = async (query: string) =>
      (await person('GET', `/v1/approvals?${query}`)).json.items.map(({ key_id }: Json) => key_id)
    await expect.poll(async () => (await keysOf('')).sort()).toEqual([first.id, second.id].sort())
    expect(await keysOf('state=pending')).toEqual([first.id])
    expect(await keysOf('state=held')).toEqual([second.id])
    expect(await keysOf('state=approved')).toEqual([])
    for (const { id } of [first, second]) expect(await keysOf(`key_id=${id}`)).toEqual([id])
    expect(await keysOf(`profile_id=${profile_id}`)).toContain(first.id)
    const other = await program('POST', '/v1/profiles', { name: 'of no key' })
    expect(await keysOf(`profile_id=${other.json.id}`)).toEqual([])
    expect((await person('GET', '/v1/approvals?state=done')).status).toBe(422)
  })

  test('is unknown to another organization, and needs the permission', async () => {
    const { person, program } = await newPerson()
    const { code } = await keyOf(program, { max_uses: 5, approval: {} })
    await anyone('POST', '/v1/enroll', { code, claim: newClaim() })
    const [item] = await eventually(async () => {
      const { json } = await person('GET', '/v1/approvals')
      return json.items.length > 0 ? json.items : undefined
    })
    const stranger = await newPerson()
    expect((await stranger.person('GET', '/v1/approvals')).json.items).toEqual([])
    expect((await stranger.person('POST', `/v1/approvals/${item.id}/approve`)).status).toBe(404)
    const viewer = await organization.as('illumio:read_only')
    expect((await viewer('GET', '/v1/approvals')).status).toBe(403)
  })

  test('of a key of Illumio’s answers 503 until it is given, and then pairs', async () => {
    const { person, program, org } = await newPerson()
    const profile = await program('POST', `/api/v2/orgs/${org}/pairing_profiles`, { enabled: true })
    const made = await program('POST', `/api/v2${profile.json.href}/pairing_key`, {})
    const { activation_code: code } = made.json
    const prf = `prf_${formatId({ ledger: Number(profile.json.href.split('/').at(-1)), n: 1 })}`
    const listed = await program('GET', `/v1/keys?profile_id=${prf}`)
    const { id } = listed.json.items[0]
    expect((await program('PATCH', `/v1/keys/${id}`, { approval: {} })).status).toBe(200)
    const machine = { claim: newClaim(), hostname: 'web-02' }
    const waiting = await activate(code, machine)
    expect(waiting.status).toBe(503)
    expect(waiting.headers.get('Retry-After')).toMatch(/^[0-9]+$/)
    expect(waiting.text).toContain('approval_pending')
    const [item] = await eventually(async () => {
      const { json } = await person('GET', '/v1/approvals')
      return json.items.length > 0 ? json.items : undefined
    })
    expect(item).toMatchObject({ dialect: 'illumio', key_id: id })
    expect(waiting.text).toContain(item.comparison_code)
    expect((await person('POST', `/v1/approvals/${item.id}/approve`)).status).toBe(200)
    expect((await activate(code, machine)).status).toBe(201)
    expect((await program('GET', `/v1/keys/${id}`)).json).toMatchObject({ uses: 1, held: 0 })
  })
})

describe('a decoy', () => {
  test('answers as a revoked key, reports who tries, and is seen by those who may write keys', async () => {
    const decoy = await organization.key({ max_uses: 5, decoy: true })
    const revoked = await organization.key({ max_uses: 5 })
    await organization.owner('POST', `/v1/keys/${revoked.id}/revoke`)
    const answers = await Promise.all(
      [decoy, revoked].map(({ code }) =>
        anyone(
          'POST',
          '/v1/enroll',
          { code, claim: newClaim() },
          { headers: { 'X-Test-Address': '192.0.2.1' } },
        ),
      ),
    )
    const [first, second] = answers.map(
      ({ status, text }) => `${status} ${text.replace(/"request_id":"[^"]*"/, '')}`,
    )
    expect(first).toBe(second)
    const [event] = await eventually(async () => {
      const events = await organization.events('key.decoy_touched', decoy.id)
      return events.length > 0 ? events : undefined
    })
    expect(event).toMatchObject({ isSuccess: false, cause: { request: { address: '192.0.2.1' } } })
    const viewer = await organization.as('illumio:read_only')
    expect((await viewer('GET', `/v1/keys/${decoy.id}`)).status).toBe(404)
    const { json } = await viewer('GET', `/v1/keys?profile_id=${decoy.profile_id}`)
    expect(json?.items ?? []).toEqual([])
    expect((await organization.owner('GET', `/v1/keys/${decoy.id}`)).json).toMatchObject({ decoy: true })
  })
})

test('a session ends when it is signed out', async () => {
  const { person, token } = await newPerson()
  expect((await person('GET', '/v1/approvals')).status).toBe(200)
  expect((await person('DELETE', '/v1/sessions/current')).status).toBe(204)
  expect((await clientOf(`Bearer ${token}`)('GET', '/v1/approvals')).status).toBe(401)
  const wrong = await anyone('POST', '/v1/sessions', { email: 'a@test.example', password: 'wrong-password' })
  expect(wrong.status).toBe(401)
})

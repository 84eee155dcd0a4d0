import { beforeAll, describe, expect, test } from 'vitest'
import { hashRequest } from '../../../src/core/issuers/request.ts'
import { formatId } from '../../../src/core/kernel/ids.ts'
import {
  anyone,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
} from '../../support/native-client.ts'
import { activate } from '../../support/pairing.ts'
import { keyPair, requestOf } from '../../support/zpa.ts'

let organization: Organization

beforeAll(async () => {
  organization = await newOrganization()
})

type Expected = { readonly by: string; readonly value: string }
const host = (value: string): Expected => ({ by: 'hostname', value })

async function expecting(slots: readonly Expected[], members: object = {}): Promise<Json> {
  const key = await organization.key({ max_uses: 10, only_expected: true, ...members })
  const added = await organization.owner('POST', `/v1/keys/${key.id}/slots`, { slots })
  expect(added.status, added.text).toBe(200)
  return key
}

const enroll = (key: Json, members: object) => anyone('POST', '/v1/enroll', { code: key.code, ...members })
const slots = async (key: Json, query = '') =>
  (await organization.owner('GET', `/v1/keys/${key.id}/slots${query}`)).json

describe('a key with slots', () => {
  test('is made closed, lets in the machines of its list, and shows which of them are missing', async () => {
    const made = await organization.key({ max_uses: 10, only_expected: true })
    expect(made).toMatchObject({ only_expected: true })
    expect((await enroll(made, { claim: newClaim(), hostname: 'web-1' })).status).toBe(401)
    const added = await organization.owner('POST', `/v1/keys/${made.id}/slots`, {
      slots: [host('Web-1.'), host('web-2'), { by: 'serial', value: ' SN 42 ' }, host('WEB-1')],
    })
    expect(added.json).toEqual({ added: 3, counts: { total: 3, filled: 0, missing: 3, held: 0 } })
    const claim = newClaim()
    const first = await enroll(made, { claim, hostname: 'WEB-1' })
    expect(first.status).toBe(201)
    expect((await enroll(made, { claim, hostname: 'WEB-1' })).status).toBe(200)
    expect((await enroll(made, { claim: newClaim(), hostname: 'web-1' })).status).toBe(401)
    const bySerial = await enroll(made, { claim: newClaim(), facts: { serial: 'sn 42', os: 'linux' } })
    expect(bySerial.status).toBe(201)
    const missing = await slots(made, '?state=missing')
    expect(missing.items.map(({ value }: Json) => value)).toEqual(['web-2'])
    expect(missing.counts).toEqual({ total: 3, filled: 2, missing: 1, held: 0 })
    const [filled] = (await slots(made, '?value=Web-1')).items
    expect(filled).toMatchObject({
      state: 'filled',
      agent_id: first.json.agent.id,
      agent_state: 'active',
      held_until: null,
    })
    expect((await organization.owner('GET', `/v1/keys/${made.id}`)).json.uses).toBe(2)
  })

  test('is paged with a cursor', async () => {
    const key = await expecting(['a', 'b', 'c'].map(host))
    const first = await slots(key, '?limit=2')
    expect(first.items.map(({ value }: Json) => value)).toEqual(['a', 'b'])
    const second = await slots(key, `?limit=2&cursor=${first.next_cursor}`)
    expect([second.items.map(({ value }: Json) => value), second.next_cursor]).toEqual([['c'], null])
  })

  test('a slot is refilled, or taken off the list, once its agent is not active any more', async () => {
    const key = await expecting([host('web-1')])
    const { agent } = (await enroll(key, { claim: newClaim(), hostname: 'web-1' })).json
    const [{ id }] = (await slots(key)).items
    const path = `/v1/keys/${key.id}/slots/${id}`
    for (const [method, at] of [
      ['POST', `${path}/refill`],
      ['DELETE', path],
    ] as const) {
      const refused = await organization.owner(method, at)
      expect([refused.status, refused.json.code]).toEqual([409, 'in_use'])
    }
    await organization.owner('POST', `/v1/agents/${agent.id}/revoke`, { and_key: 'keep' })
    expect((await enroll(key, { claim: newClaim(), hostname: 'web-1' })).status).toBe(401)
    const refilled = await organization.owner('POST', `${path}/refill`)
    expect(refilled.json).toMatchObject({ id, state: 'missing', agent_id: null })
    expect((await enroll(key, { claim: newClaim(), hostname: 'web-1' })).status).toBe(201)
    const other = await expecting([host('web-1')])
    const [slot] = (await slots(other)).items
    expect((await organization.owner('DELETE', `/v1/keys/${key.id}/slots/${slot.id}`)).status).toBe(404)
    expect((await organization.owner('DELETE', `/v1/keys/${other.id}/slots/${slot.id}`)).status).toBe(204)
    expect((await slots(other)).counts.total).toBe(0)
  })

  test('is explained for the machine that is asked about', async () => {
    const key = await expecting([host('web-1'), { by: 'serial', value: 's1' }])
    const explain = async (about: object) =>
      (await organization.owner('POST', `/v1/keys/${key.id}/explain`, about)).json
    expect(await explain({ hostname: 'web-9' })).toMatchObject({ decision: 'refused', reason: 'not_listed' })
    expect(await explain({ hostname: 'WEB-1' })).toMatchObject({ decision: 'new' })
    await enroll(key, { claim: newClaim(), hostname: 'web-9', facts: { serial: 's1' } })
    expect(await explain({ hostname: 'web-1', serial: 'S1' })).toMatchObject({ reason: 'slot_filled' })
  })

  test('records counts of what was added, and no more than one name at a time', async () => {
    const key = await expecting(['web-1', 'web-2'].map(host))
    const [event] = await organization.events('slots.added', key.id)
    expect(event?.detail).toEqual({ added: 2, total: 2 })
    const [{ id }] = (await slots(key)).items
    await organization.owner('DELETE', `/v1/keys/${key.id}/slots/${id}`)
    const [removed] = await organization.events('slot.removed', key.id)
    expect(removed?.detail).toEqual({ by: 'hostname', value: 'web-1' })
  })

  test('lets in who sends the certificate request of its list, and no other', async () => {
    const csr = await requestOf(await keyPair())
    const profile = (await organization.owner('POST', '/v1/profiles', { name: 'mesh', certificates: {} }))
      .json
    const listed = [{ by: 'csr_sha256', value: String(await hashRequest(csr)).toUpperCase() }]
    const key = await expecting(listed, { profile_id: profile.id })
    const other = await requestOf(await keyPair())
    expect((await enroll(key, { claim: newClaim(), csr: other })).status).toBe(401)
    expect((await enroll(key, { claim: newClaim() })).status).toBe(401)
    expect((await enroll(key, { claim: newClaim(), csr })).status).toBe(201)
    expect(await slots(key)).toMatchObject({ counts: { filled: 1, missing: 0 } })
  })

  test('of Illumio’s dialect goes by the host name that its machines say', async () => {
    const { owner, id: org } = organization
    const profile = await owner('POST', `/api/v2/orgs/${org}/pairing_profiles`, { enabled: true })
    const { activation_code: code } = (await owner('POST', `/api/v2${profile.json.href}/pairing_key`, {}))
      .json
    const prf = `prf_${formatId({ ledger: Number(profile.json.href.split('/').at(-1)), n: 1 })}`
    const [{ id }] = (await owner('GET', `/v1/keys?profile_id=${prf}`)).json.items
    expect((await owner('POST', `/v1/keys/${id}/slots`, { slots: [host('ven-1')] })).status).toBe(200)
    expect((await activate(code, { hostname: 'ven-2' })).status).toBe(401)
    expect((await activate(code, { hostname: 'VEN-1' })).status).toBe(201)
  })
})

describe('a list that is not valid is refused, and nothing of it is kept', () => {
  test.each([
    ['no slot', [], '/slots'],
    ['more than 500', Array.from({ length: 501 }, (_, i) => host(`h${i}`)), '/slots'],
    ['an empty value', [host('a'), host('')], '/slots/1/value'],
    ['white space', [host('a'), host(' \u00a0')], '/slots/1/value'],
    ['the dot of the root alone', [host('.')], '/slots/0/value'],
    ['a value that is too long', [host('x'.repeat(256))], '/slots/0/value'],
    ['control characters', [host('a\u0000')], '/slots/0/value'],
    ['a matcher that does not work', [{ by: 'identity', value: 'a' }], '/slots/0/by'],
    ['no matcher', [{ value: 'a' }], '/slots/0/by'],
  ])('%s', async (_, list, pointer) => {
    const key = await organization.key({})
    const { status, json } = await organization.owner('POST', `/v1/keys/${key.id}/slots`, { slots: list })
    expect([status, json.code, json.errors?.[0]?.pointer]).toEqual([422, 'input_invalid', pointer])
    expect((await organization.owner('GET', `/v1/keys/${key.id}`)).json.only_expected).toBe(false)
    expect((await slots(key)).counts.total).toBe(0)
  })

  test('of a revoked key, or with a cursor or an id that is none', async () => {
    const key = await expecting([host('a')])
    expect((await organization.owner('GET', `/v1/keys/${key.id}/slots?cursor=junk`)).status).toBe(422)
    expect((await organization.owner('DELETE', `/v1/keys/${key.id}/slots/slt_x`)).status).toBe(404)
    await organization.owner('POST', `/v1/keys/${key.id}/revoke`)
    const { status, json } = await organization.owner('POST', `/v1/keys/${key.id}/slots`, {
      slots: [host('b')],
    })
    expect([status, json.code]).toEqual([409, 'key_revoked'])
  })
})

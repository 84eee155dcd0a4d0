/** A role with a scope: on whose labels each thing is decided, also where a machine has others by now than its key’s profile. */
import { beforeAll, describe, expect, test } from 'vitest'
import { enrollWith, type Labelled, makeLabelled, moveAgent } from '../../support/labelled.ts'
import { newClaim } from '../../support/native-client.ts'
import {
  type Answer,
  ask,
  type Client,
  eventsOf,
  makeMembers,
  makeOrganization,
  type Organization,
} from '../../support/organization.ts'
import { API, expectStatus, type Json, makeLabel } from '../../support/pairing.ts'

const LONG_AGO = '2020-01-01T00:00:00Z'

let acme: Organization
let own: string
let foreign: string
let manager: Client
beforeAll(async () => {
  acme = await makeOrganization()
  own = await makeLabel(acme, 'app', 'A')
  foreign = await makeLabel(acme, 'app', 'B')
  const role = 'illumio:workload_manager'
  const members = await makeMembers(acme.id, [role], [own.split('/').at(-1) ?? ''])
  manager = members.get(role) as Client
})

const stateOf = async (agent: string) => (await read(`/v1/agents/${agent}`)).state
const read = async (path: string): Promise<Json> => expectStatus(await acme.owner.get(path), 200)
const denied = (answer: Answer) =>
  expect([answer.status, (answer.json as Json).code]).toEqual([403, 'permission_missing'])
const revoke = (who: Client, { key }: Pick<Labelled, 'key'>, members: object = {}) =>
  who.post(`/v1/keys/${key}/revoke-agents`, { since: LONG_AGO, and_key: 'keep', ...members })
const leaves = async (type: string) =>
  (await eventsOf(acme.id)).filter((event) => event.type === type).map(({ text }) => text)

describe('revoking what a key enrolled', () => {
  test('leaves out machines that have other labels by now, and says how many', async () => {
    const leaked = await makeLabelled(acme, [own])
    const moved = await enrollWith(leaked.code)
    const bare = await enrollWith(leaked.code)
    await moveAgent(acme, moved, [foreign])
    await moveAgent(acme, bare, [])
    const expected = { agents: [leaked.agent], count: 1, left_out: 2 }
    const dry = expectStatus(await revoke(manager, leaked, { dry_run: true }), 200)
    expect(dry).toMatchObject({ ...expected, dry_run: true })
    const real = expectStatus(await revoke(manager, leaked, { and_key: 'disable' }), 200)
    expect(real).toMatchObject({ ...expected, dry_run: false, key: { enabled: false } })
    expect([await stateOf(leaked.agent), await stateOf(moved), await stateOf(bare)]).toEqual([
      'revoked',
      'active',
      'active',
    ])
    expect((await leaves('agent.revoke')).filter((text) => text.includes(moved))).toEqual([])
    const rest = expectStatus(await revoke(acme.owner, leaked), 200)
    expect(rest).toMatchObject({ agents: [moved, bare], left_out: 0 })
  })

  test('is not for whom the key’s own labels are out of reach, even of machines that are within it', async () => {
    const other = await makeLabelled(acme, [foreign])
    await moveAgent(acme, other.agent, [own])
    for (const members of [{}, { and_key: 'disable' }, { dry_run: true }]) {
      denied(await revoke(manager, other, members))
    }
    expect(await stateOf(other.agent)).toBe('active')
  })

  test('a key whose profile is deleted has the labels that the profile had', async () => {
    const [gone, other] = [await makeLabelled(acme, [own]), await makeLabelled(acme, [foreign])]
    for (const { profile } of [gone, other]) {
      expect((await acme.owner.delete(`/v1/profiles/${profile}`)).status).toBe(204)
    }
    denied(await revoke(manager, other))
    denied(await manager.get(`/v1/keys/${other.key}`))
    expect(expectStatus(await manager.get(`/v1/keys/${gone.key}`), 200).state).toBe('revoked')
    const revoked = expectStatus(await revoke(manager, gone, { and_key: 'disable' }), 200)
    expect(revoked).toMatchObject({ agents: [gone.agent], left_out: 0 })
  })
})

test('why a request was refused is explained of keys within reach; others’ requests are as those not kept', async () => {
  const refusedOf = async ({ key, code }: Labelled) => {
    expectStatus(await acme.owner.post(`/v1/keys/${key}/disable`, {}), 200)
    const refused = await ask('POST', '/v1/enroll', { body: { code, claim: newClaim() } })
    expect(refused.status).toBe(401)
    return refused.headers.get('X-Request-Id')
  }
  const [ours, other] = [await makeLabelled(acme, [own]), await makeLabelled(acme, [foreign])]
  const explain = async (who: Client, request_id: string | null) =>
    expectStatus(await who.post('/v1/explain', { request_id }), 200)
  const [inside, outside] = [await refusedOf(ours), await refusedOf(other)]
  expect(await explain(manager, inside)).toMatchObject({
    ...{ request_id: inside, kept: true, key_id: ours.key },
    refusal: { reason: 'key_disabled' },
  })
  expect(await explain(acme.owner, outside)).toMatchObject({ kept: true, key_id: other.key })
  const { request_id: _, ...unseen } = await explain(manager, outside)
  const { request_id: __, ...unknown } = await explain(manager, crypto.randomUUID())
  expect(unseen).toEqual(unknown)
  expect(unseen).toMatchObject({ kept: false, key_id: null, refusal: null })
})

describe('revoking one machine', () => {
  test('is decided on its own labels, and disabling its key on the key’s', async () => {
    const other = await makeLabelled(acme, [foreign])
    await moveAgent(acme, other.agent, [own])
    const path = `/v1/agents/${other.agent}/revoke`
    denied(await manager.post(path, { and_key: 'disable' }))
    expect(await stateOf(other.agent)).toBe('active')
    expect((await read(`/v1/keys/${other.key}`)).enabled).toBe(true)
    expectStatus(await manager.post(path, { and_key: 'keep' }), 200)
    expect(await stateOf(other.agent)).toBe('revoked')
    denied(await manager.post(path, { and_key: 'disable' }))
    expect((await read(`/v1/keys/${other.key}`)).enabled).toBe(true)
  })

  test('that moved away is refused, whatever its key', async () => {
    const ours = await makeLabelled(acme, [own])
    await moveAgent(acme, ours.agent, [foreign])
    for (const and_key of ['keep', 'disable']) {
      denied(await manager.post(`/v1/agents/${ours.agent}/revoke`, { and_key }))
    }
    expect(await stateOf(ours.agent)).toBe('active')
    expect((await read(`/v1/keys/${ours.key}`)).enabled).toBe(true)
  })
})

test('deleting a profile ends its keys and no machine, wherever those are by now', async () => {
  const ours = await makeLabelled(acme, [own])
  const moved = await enrollWith(ours.code)
  await moveAgent(acme, moved, [foreign])
  expect((await manager.delete(`/v1/profiles/${ours.profile}`)).status).toBe(204)
  expect([await stateOf(ours.agent), await stateOf(moved)]).toEqual(['active', 'active'])
})

test('unpairing many is all of them or none, each by its own labels', async () => {
  const ours = await makeLabelled(acme, [own])
  const moved = await enrollWith(ours.code)
  await moveAgent(acme, moved, [foreign])
  const vens = [ours.agent, moved].map((id) => ({ href: `/orgs/${acme.id}/vens/${id}` }))
  const answer = await manager.put(`${API}/orgs/${acme.id}/vens/unpair`, { vens })
  expect(answer.status).toBe(403)
  expect([await stateOf(ours.agent), await stateOf(moved)]).toEqual(['active', 'active'])
})

test('keys are listed profile by profile, of those within reach', async () => {
  const [ours, other] = [await makeLabelled(acme, [own]), await makeLabelled(acme, [foreign])]
  denied(await manager.get('/v1/keys'))
  denied(await manager.get(`/v1/keys?profile_id=${other.profile}`))
  const { items } = expectStatus(await manager.get(`/v1/keys?profile_id=${ours.profile}`), 200)
  expect(items.map(({ id }: Json) => id)).toContain(ours.key)
  expect(items.every((key: Json) => key.profile_id === ours.profile)).toBe(true)
})

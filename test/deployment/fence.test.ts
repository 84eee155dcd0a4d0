/** A state that comes from a backup admits nothing that may have been shut out since, until an operator releases it. */
import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { createLedgerDirectory } from '../../src/stores/d1/catalogue/ledger-directory.ts'
import { createTermIndex } from '../../src/stores/d1/outbox/index-terms.ts'
import { attempt, CAUSE, makeKey, makeLedger, must, ORGANIZATION } from '../support/ledger.ts'
import {
  anyone,
  clientOf,
  eventually,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
} from '../support/native-client.ts'

const refreshOf =
  (ledger: Awaited<ReturnType<typeof makeLedger>>['ledger'], agent: number) =>
  async (generation: number, family = 1) =>
    must(await ledger.refresh({ agent, family, generation, ringVersion: 1, request: CAUSE.request }))

describe('a ledger that was fenced', () => {
  async function fenced() {
    const { id, ledger } = await makeLedger()
    const key = await makeKey(ledger, { maxUses: 5 })
    must(await ledger.redeem(attempt(key, 'a')))
    const fence = must(await ledger.fence(CAUSE))
    return { id, ledger, key, fence, refresh: refreshOf(ledger, 1) }
  }

  test('refuses every redemption, repeats included, and counts nothing; explain says why', async () => {
    const { ledger, key, fence } = await fenced()
    expect(fence).toEqual({ keys: 1, families: 1 })
    for (const claim of ['a', 'b', null]) {
      expect(must(await ledger.redeem(attempt(key, claim)))).toEqual({
        kind: 'refused',
        reason: 'suspended_by_restore',
      })
    }
    expect(must(await ledger.explain(ORGANIZATION, key, 'a', null))).toMatchObject({
      decision: 'refused',
      reason: 'suspended_by_restore',
    })
    expect(must(await ledger.getKey(ORGANIZATION, key))).toMatchObject({ uses: 1, isEnabled: true })
  })

  test('refreshes no agent, and ends no family for trying', async () => {
    const { ledger, key, refresh } = await fenced()
    for (const generation of [1, 2, 7]) expect(await refresh(generation)).toBeNull()
    must(await ledger.releaseKey(ORGANIZATION, key, CAUSE))
    expect(await refresh(1)).toMatchObject({ generation: 2 })
  })

  test('released, it goes on: what the claim made is there, and the limit holds', async () => {
    const { ledger, key } = await fenced()
    const released = must(await ledger.releaseKey(ORGANIZATION, key, CAUSE))
    expect(released.suspendedAt).toBeNull()
    expect(must(await ledger.redeem(attempt(key, 'a')))).toMatchObject({ kind: 'repeat' })
    const kinds = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => must(await ledger.redeem(attempt(key, `n${i}`))).kind),
    )
    expect(kinds.filter((kind) => kind === 'new')).toHaveLength(4)
    expect(must(await ledger.releaseKey(ORGANIZATION, key, CAUSE)).version).toBe(
      must(await ledger.getKey(ORGANIZATION, key)).version,
    )
  })

  test('a family adopts the next token that is shown and is not older; an older one then ends it', async () => {
    const { ledger, key, refresh } = await fenced()
    must(await ledger.releaseKey(ORGANIZATION, key, CAUSE))
    // The agent refreshed six times after the backup.
    expect(await refresh(7)).toMatchObject({ family: 1, generation: 8 })
    expect(await refresh(8)).toMatchObject({ generation: 9 })
    expect(await refresh(3)).toBeNull()
    expect(await refresh(9)).toBeNull()
  })

  test('the claim begins a family whose number none had that came since', async () => {
    const { ledger, key, refresh } = await fenced()
    must(await ledger.releaseKey(ORGANIZATION, key, CAUSE))
    const atOnce = await Promise.all([1, 2, 3].map(() => ledger.redeem(attempt(key, 'a'))))
    for (const repeat of atOnce) {
      expect(must(repeat)).toMatchObject({ kind: 'repeat', family: 1_001, generation: 1 })
    }
    // Since the backup the claim had begun a second family.
    expect(await refresh(1, 2)).toBeNull()
    expect(await refresh(1, 1_001)).toMatchObject({ generation: 2 })
  })

  test('gives no agent, key or profile a number that one had that was made since', async () => {
    const { ledger, key } = await fenced()
    must(await ledger.releaseKey(ORGANIZATION, key, CAUSE))
    const made = must(await ledger.redeem(attempt(key, 'b')))
    if (made.kind !== 'new') throw new Error('refused')
    expect(made.agent.n).toBe(1 + 2 ** 20 + 1)
    expect(await makeKey(ledger)).toBe(1 + 2 ** 16 + 1)
    // A token of an agent that was lost names no agent.
    expect(await refreshOf(ledger, 2)(1)).toBeNull()
    const next = must(await ledger.redeem(attempt(key, 'c')))
    expect(next.kind === 'new' && next.agent.n).toBe(made.agent.n + 1)
  })

  test('a revoked key is left as it is, and revoking a suspended one is final', async () => {
    const { ledger } = await makeLedger()
    const key = await makeKey(ledger)
    const other = await makeKey(ledger)
    must(await ledger.revokeKey(ORGANIZATION, key, CAUSE))
    expect(must(await ledger.fence(CAUSE))).toEqual({ keys: 1, families: 0 })
    must(await ledger.revokeKey(ORGANIZATION, other, CAUSE))
    expect(must(await ledger.releaseKeys(ORGANIZATION, 1, CAUSE))).toBe(1)
    expect(must(await ledger.redeem(attempt(other, 'a')))).toMatchObject({ reason: 'key_revoked' })
  })

  test('is no business of another organization', async () => {
    const { ledger, key } = await fenced()
    const fault = { ok: false, fault: { kind: 'not_found' } }
    expect(await ledger.releaseKey(ORGANIZATION + 1, key, CAUSE)).toMatchObject(fault)
    expect(await ledger.releaseKeys(ORGANIZATION + 1, 1, CAUSE)).toMatchObject(fault)
  })
})

test('a ledger tells D1 again of all that it owns, in its newest version', async () => {
  const { id, ledger } = await makeLedger({ name: 'rebuilt' })
  const key = await makeKey(ledger, { maxUses: null })
  await Promise.all(Array.from({ length: 30 }, (_, i) => ledger.redeem(attempt(key, `${i}`))))
  await runDurableObjectAlarm(env.LEDGERS.getByName(String(id)))
  const contents = async () => {
    const found: Json[] = []
    for (const table of ['profiles', 'keys', 'agents']) {
      const query = `SELECT * FROM ${table} WHERE ledger = ? ORDER BY n`
      found.push((await env.DB.prepare(query).bind(id).all()).results)
    }
    return found
  }
  const before = await contents()
  expect(before[2]).toHaveLength(30)
  for (const table of ['profiles', 'keys', 'agents']) {
    await env.DB.prepare(`DELETE FROM ${table} WHERE ledger = ?`).bind(id).run()
  }
  must(await ledger.rebuild())
  expect(must(await ledger.survey([])).waiting).toBe(32)
  await runDurableObjectAlarm(env.LEDGERS.getByName(String(id)))
  expect(await contents()).toEqual(before)
  expect(must(await ledger.survey([])).waiting).toBe(0)
})

const LOST = 77_777

describe('over the routes', () => {
  let acme: Organization
  let key: Json
  let agent: Json
  /** How many documents of the index of names the key's name is in, before the fence and once D1 was fenced. */
  const named = { before: 0, fenced: 0 }
  const documentsOf = (name: string) => {
    const word = [...name.slice(0, 3)].map((letter) => letter.charCodeAt(0).toString(16)).join('')
    return env.DB.prepare('SELECT count(*) AS n FROM key_terms WHERE key_terms MATCH ?')
      .bind(`o${acme.id}n${word}`)
      .first<number>('n')
      .then(Number)
  }
  const maintain = clientOf(`Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}`)
  beforeAll(async () => {
    acme = await newOrganization()
    key = await acme.key({ name: 'Fenced', max_uses: 2 })
    agent = (await anyone('POST', '/v1/enroll', { code: key.code, claim: newClaim() })).json
    await eventually(async () => (await acme.owner('GET', '/v1/agents')).json.items[0])
    // D1 was copied after a ledger was made, and that ledger was not.
    await env.DB.batch([
      env.DB.prepare('INSERT INTO ledgers (id, organization_id, created_at) VALUES (?, ?, 0)').bind(
        LOST,
        acme.id,
      ),
      env.DB.prepare("INSERT INTO reservations VALUES (?, 'zpa:ledger', '', ?, 0)").bind(acme.id, LOST),
    ])
    await createTermIndex(env.DB).catchUp()
    named.before = await documentsOf('fenced')
    expect((await maintain('POST', '/v1/maintenance/fence')).json.api_keys).toBeGreaterThan(0)
    named.fenced = await documentsOf('fenced')
    let keys = 0
    for (let after: number | null = 0; after !== null; ) {
      const { status, json } = await maintain('POST', '/v1/maintenance/ledgers/fence', { after })
      expect(status).toBe(200)
      keys += json.keys
      after = json.next
    }
    expect(keys).toBeGreaterThan(0)
  })

  test('an API key of before is no credential; a fresh one lists it, and releases it', async () => {
    expect((await acme.owner('GET', '/v1/keys')).status).toBe(401)
    const owner = await freshOwner()
    const { items } = (await owner('GET', '/v1/api-keys/suspended')).json
    expect(items.map(({ id }: Json) => id)).toContain(acme.username)
    // A PCE knows active keys and expired ones.
    const shown = async (state: string) =>
      (await owner('GET', `/api/v2/orgs/${acme.id}/api_keys?state=${state}`)).json.map(
        (one: Json) => one.state,
      )
    expect(await shown('expired')).toEqual(['expired'])
    expect(await shown('active')).toEqual(['active'])
    expect((await owner('POST', `/v1/api-keys/${acme.username}/release`)).status).toBe(204)
    expect((await owner('POST', `/v1/api-keys/${acme.username}/release`)).status).toBe(404)
    expect((await acme.owner('GET', '/v1/keys')).status).toBe(200)
    expect(await acme.events('api_key.release')).toHaveLength(1)
  })

  test('a suspended key says so, in its state, in lists and in explain; its release lets it and its agents go on', async () => {
    const owner = await freshOwner()
    const state = async () => (await owner('GET', `/v1/keys/${key.id}`)).json.state
    expect(await state()).toBe('suspended_by_restore')
    await expect
      .poll(async () => (await owner('GET', '/v1/keys')).json.items.map((item: Json) => item.state))
      .toEqual(['suspended_by_restore'])
    const totals = await env.DB.prepare(
      `SELECT listed, sum(rows) AS rows FROM totals WHERE organization_id = ? GROUP BY listed ORDER BY listed`,
    )
      .bind(acme.id)
      .all()
    expect(totals.results).toEqual([
      { listed: 'agents', rows: 1 },
      // With the default one, which a fresh owner’s bootstrap made.
      { listed: 'profiles', rows: 2 },
    ])
    const claim = newClaim()
    expect((await anyone('POST', '/v1/enroll', { code: key.code, claim })).status).toBe(401)
    const why = (await owner('POST', `/v1/keys/${key.id}/explain`, { claim })).json
    expect(why).toMatchObject({ reason: 'suspended_by_restore', uses_left: 1 })
    expect(why.explanation).toContain('backup')
    const form = { grant_type: 'refresh_token', refresh_token: agent.refresh_token }
    expect((await anyone('POST', '/v1/token', undefined, { form })).json.error).toBe('invalid_grant')

    expect((await owner('POST', `/v1/keys/${key.id}/release`)).json.state).toBe('active')
    expect((await anyone('POST', '/v1/token', undefined, { form })).status).toBe(200)
    expect((await anyone('POST', '/v1/enroll', { code: key.code, claim })).status).toBe(201)
    expect(await state()).toBe('spent')
    expect(await acme.events('key.release', key.id)).toMatchObject([{ detail: { families: 1 } }])
  })

  test('a ledger that the backup lacks is not begun again under its number, which tokens of its agents name', async () => {
    const directory = createLedgerDirectory(env.DB)
    expect(await directory.shared(Number(acme.id), 'zpa')).toBeGreaterThan(1_000_000)
  })

  test('what D1 numbers from now on has no number that something had which was made since', async () => {
    const other = await newOrganization()
    await other.profile()
    const label = await other.owner('POST', `/api/v2/orgs/${other.id}/labels`, { key: 'role', value: 'web' })
    expect(label.status).toBe(201)
    const last = async (table: string) =>
      env.DB.prepare(`SELECT max(id) AS id FROM ${table}`).first<number>('id')
    expect(Number(other.id)).toBeGreaterThan(1_000_000)
    for (const table of ['ledgers', 'organizations', 'principals', 'labels']) {
      expect(await last(table), table).toBeGreaterThan(1_000_000)
    }
  })

  test('totals are what counting finds, once the ledgers have delivered all again', async () => {
    const counted = `SELECT organization_id, 'profiles' AS listed, dialect, count(*) AS rows FROM profiles
        WHERE deleted_at IS NULL GROUP BY 1, 3
      UNION ALL
      SELECT organization_id, 'agents', dialect, count(*) FROM agents WHERE state = 'active' GROUP BY 1, 3`
    const kept = 'SELECT organization_id, listed, dialect, rows FROM totals WHERE rows <> 0'
    const inOrder = (query: string) => env.DB.prepare(`SELECT * FROM (${query}) ORDER BY 1, 2, 3`)
    const both = async () => (await env.DB.batch([inOrder(counted), inOrder(kept)])).map((of) => of.results)
    // Of Acme: the profiles of two dialects, and the agents.
    await expect.poll(async () => (await both())[0]?.length).toBeGreaterThanOrEqual(3)
    const [rows, totals] = await both()
    expect(totals).toEqual(rows)
  })

  test('the index of names is emptied with the copies, and filled again from what the ledgers deliver', async () => {
    expect(named).toEqual({ before: 1, fenced: 0 })
    const owner = await freshOwner()
    const find = async () => (await owner('GET', '/v1/keys?q=ence')).json.items.map(({ id }: Json) => id)
    await expect.poll(find, { timeout: 30_000 }).toEqual([key.id])
    await createTermIndex(env.DB).catchUp()
    expect(await documentsOf('fenced')).toBe(1)
    expect(await find()).toEqual([key.id])
  })

  async function freshOwner() {
    const name = await env.DB.prepare('SELECT name FROM organizations WHERE id = ?')
      .bind(acme.id)
      .first<string>('name')
    const { json } = await maintain('POST', '/v1/bootstrap', {
      organization: name,
      email: 'owner@test.example',
    })
    const { auth_username, secret } = json.illumio
    return clientOf(`Basic ${btoa(`${auth_username}:${secret}`)}`)
  }
})

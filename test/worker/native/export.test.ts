/** What an export has: each record once, as its list has it, counts and a digest, and never more than a slice at a time. */
import { env, exports } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { rowsOf } from '../../../src/core/exports/rows.ts'
import { toHex, utf8 } from '../../../src/core/kernel/encoding.ts'
import { createList } from '../../../src/stores/d1/catalogue/lists/list.ts'
import { counting } from '../../support/counting-db.ts'
import {
  anyone,
  BASE,
  eventually,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
} from '../../support/native-client.ts'

const AGENTS = 1_100

let acme: Organization
let key: Json
beforeAll(async () => {
  acme = await newOrganization()
  const profile_id = await acme.profile({ name: 'web', labels: { env: 'prod' } })
  key = await acme.key({ profile_id, name: 'a "key", first', labels: { env: 'prod', rack: 'b7' } })
  await acme.key({ profile_id, name: '=1+1', max_uses: 1 })
  const machine = { code: key.code, claim: newClaim(), hostname: '=cmd', facts: { os: 'x'.repeat(1_000) } }
  expect((await anyone('POST', '/v1/enroll', machine)).status).toBe(201)
  await eventually(async () => ((await list('agents')).length === 1 ? true : undefined))
})

async function list(noun: string): Promise<Json[]> {
  return (await acme.owner('GET', `/v1/${noun}?limit=500`)).json.items
}

/** Copies of the one agent, without their redemptions. */
async function copyAgent(organization: Organization, count: number): Promise<void> {
  await env.DB.prepare(
    `WITH RECURSIVE c(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM c WHERE i < ?)
     INSERT INTO agents (ledger, n, profile, key, organization_id, dialect, state, hostname_folded, enrolled_at, record, version)
     SELECT ledger, i, profile, key, organization_id, dialect, state, hostname_folded, enrolled_at,
       json_set(record, '$.n', i, '$.hostname', 'copy' || i), version FROM agents, c WHERE organization_id = ?`,
  )
    .bind(count, organization.id)
    .run()
}

const linesOf = (text: string): Json[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
const without = ({ type: _, ...members }: Json) => members

test('an export has every profile, key and agent as its list has it, their counts and a digest, and no code', async () => {
  const { status, text, headers } = await acme.owner('GET', '/v1/export')
  expect([status, headers.get('Content-Type')]).toEqual([200, 'application/x-ndjson'])
  const [head, ...rest] = linesOf(text)
  const end = rest.pop()
  expect(head).toEqual({
    type: 'export',
    version: 1,
    url: BASE,
    organization_id: acme.id,
  })
  for (const [type, noun] of [
    ['profile', 'profiles'],
    ['key', 'keys'],
    ['agent', 'agents'],
  ] as const) {
    const exported = rest.filter((line) => line.type === type).map(without)
    expect(exported).toEqual(await list(noun))
    expect(end.counts[noun]).toBe(exported.length)
  }
  const before = text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)
  const digest = await crypto.subtle.digest('SHA-256', utf8(before))
  expect(end.sha256).toBe(toHex(new Uint8Array(digest)))
  expect(end.as_of).toMatch(/Z$/)
  expect(text).not.toContain(key.code)
  const again = linesOf((await acme.owner('GET', '/v1/export')).text).at(-1)
  expect(again.sha256).toBe(end.sha256)
})

describe('CSV', () => {
  test('of keys has a line for each, with quotes where they are needed, and runs no formula', async () => {
    const { text, headers } = await acme.owner('GET', '/v1/export/keys.csv')
    const [names, first, second, ...more] = text.split('\r\n')
    expect(headers.get('Content-Disposition')).toBe('attachment; filename="keys.csv"')
    expect(names).toMatch(/^id,name,profile_id,dialect,state,/)
    expect(first).toContain(`${key.id},"a ""key"", first",${key.profile_id},native,`)
    expect(first).toContain('"env=prod,rack=b7"')
    expect(second).toContain(",'=1+1,")
    expect(more).toEqual([''])
    expect(text).not.toContain(key.code)
  })

  test('of agents has what machines say of themselves as text', async () => {
    const { text } = await acme.owner('GET', '/v1/export/agents.csv')
    expect(text.split('\r\n')[1]).toMatch(/^[0-9a-f-]{36},'=cmd,active,prf_/)
  })
})

test('decoys are exported to those who may write keys, and to no others', async () => {
  const { id } = await acme.key({ profile_id: key.profile_id, name: 'bait', decoy: true })
  const reader = await acme.as('illumio:read_only')
  for (const path of ['/v1/export', '/v1/export/keys.csv']) {
    expect((await acme.owner('GET', path)).text).toContain(id)
    expect((await reader('GET', path)).text).not.toContain(id)
  }
})

test('a role that may not read all three of profiles, keys and agents gets no export', async () => {
  for (const role of ['native:minter', 'illumio:ruleset_viewer']) {
    const member = await acme.as(role)
    expect([role, (await member('GET', '/v1/export')).status]).toEqual([role, 403])
  }
})

test('many agents come in order, each once, in chunks that are no larger than a slice', async () => {
  await copyAgent(acme, AGENTS)
  const response = await exports.default.fetch(`${BASE}/v1/export`, {
    headers: { Authorization: acme.authorization },
  })
  const chunks: string[] = []
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) chunks.push(decoder.decode(chunk))
  const lines = linesOf(chunks.join(''))
  const hostnames = lines.filter(({ type }) => type === 'agent').map(({ hostname }) => hostname)
  expect(hostnames).toEqual(['=cmd', ...Array.from({ length: AGENTS - 1 }, (_, i) => `copy${i + 2}`)])
  expect(lines.at(-1).counts.agents).toBe(AGENTS)
  // A slice aims at 384 KiB of records.
  expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(800 * 1_024)
  expect(chunks.length).toBeGreaterThan(4)
})

test('500 small agents cost three statements of D1: a hundred thousand fit into one request on Cloudflare', async () => {
  const other = await newOrganization()
  const { code } = await other.key()
  await anyone('POST', '/v1/enroll', { code, claim: newClaim(), hostname: 'small' })
  await eventually(async () => {
    const { items } = (await other.owner('GET', '/v1/agents')).json
    return items.length === 1 || undefined
  })
  await copyAgent(other, 1_000)
  let statements = 0
  let rows = 0
  const list = createList(counting(env.DB, () => statements++))
  for await (const slice of rowsOf({ list }, 'agents', { organization: other.id, now: Date.now() })) {
    rows += slice.length
  }
  // Two pages of 499, and one of the rest.
  expect([rows, statements]).toEqual([1_000, 9])
})

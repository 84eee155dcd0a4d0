/** What a list by labels costs D1: rows that it reads, whatever is asked of how many machines. */
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { createCatalogue } from '../../../src/stores/d1/catalogue/catalogue.ts'
import { compose } from '../../support/composed.ts'
import { counting } from '../../support/counting-db.ts'
import { makeOrganization } from '../../support/organization.ts'
import { API, eventually, expectStatus, makeLabel, orgPath, pair } from '../../support/pairing.ts'

const MACHINES = 1_000

test('16 sets of 8 labels over 1,000 machines: the labels are read once, not once a machine', async () => {
  const own = await makeOrganization()
  const labels = [await makeLabel(own, 'role', 'Web'), await makeLabel(own, 'app', 'Shop')]
  const overrides = { labels: { role: 'Web', app: 'None' } }
  const { ven } = await pair(own, { overrides }, { role_label_lock: false, app_label_lock: false })
  await eventually(async () => {
    const counted = await own.owner.get(orgPath(own, '/vens?max_results=0'))
    expect(counted.headers.get('X-Total-Count')).toBe('1')
  })
  // Its row again and again: D1 reads no more of others that paired.
  await env.DB.prepare(
    `INSERT INTO agents (ledger, n, profile, key, organization_id, dialect, state, hostname_folded, enrolled_at, record, search, version)
     SELECT ledger, n + value, profile, agents.key, organization_id, dialect, state, hostname_folded,
       enrolled_at, json_set(record, '$.n', n + value), search, version
     FROM agents, json_each(?2) WHERE organization_id = ?1`,
  )
    .bind(own.id, JSON.stringify(Array.from({ length: MACHINES - 1 }, (_, i) => i + 1)))
    .run()
  let rowsRead = 0
  const countedDb = counting(env.DB, (rows) => {
    rowsRead += rows
  })
  const { fetch } = await compose({ catalogue: createCatalogue(countedDb) })
  const sets = Array.from({ length: 16 }, () => [labels[1], ...Array(7).fill(labels[0])])
  const query = (wanted: unknown) =>
    `${API}/orgs/${own.id}/vens?labels=${encodeURIComponent(JSON.stringify(wanted))}`
  const list = async (wanted: unknown) => {
    rowsRead = 0
    const reply = await fetch(`https://latchkey.example${query(wanted)}`, {
      headers: { Authorization: own.owner.authorization },
    })
    return { total: reply.headers.get('X-Total-Count'), rowsRead }
  }
  const nothing = await list(sets)
  expect(nothing.total).toBe('0')
  // Of each machine itself, what it was granted, and where each of the 16 sets has that.
  expect(nothing.rowsRead).toBeLessThan(MACHINES * (2 + 16 * 3))
  expect((await list([[labels[0]]])).total).toBe(String(MACHINES))
  expectStatus(await own.owner.get(API + ven.href), 200)
})

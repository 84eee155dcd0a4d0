/** Long lists come slice after slice, and are what they would be at once. */

import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { actAs } from '../../../src/core/access/principal.ts'
import { createCore } from '../../../src/core/core.ts'
import type { ReadSlice } from '../../../src/core/kernel/fairness/list-slices.ts'
import type { Json as JsonValue } from '../../../src/core/kernel/json.ts'
import { illumio } from '../../../src/dialects/illumio/dialect.ts'
import { isCollection } from '../../../src/dialects/illumio/jobs/asynchronous.ts'
import { createCredentialStore } from '../../../src/stores/d1/access/credentials.ts'
import { createCatalogue } from '../../../src/stores/d1/catalogue/catalogue.ts'
import { compose, composedPorts } from '../../support/composed.ts'
import { hostnames, pairMany } from '../../support/many.ts'
import { makeOrganization, type Organization } from '../../support/organization.ts'
import { expectStatus, type Json, makeLabel, makeProfile, orgPath } from '../../support/pairing.ts'
import { type Fixture, makeFixture, named, pathOf } from '../../support/routes.ts'

describe('every collection, a row at a time, is the same as at once', () => {
  let fixture: Fixture
  beforeAll(async () => {
    fixture = await makeFixture()
    for (const value of ['Website', 'eb', 'Web 2']) await makeLabel(fixture, 'role', value)
    for (const name of ['pp', 'P', 'xp']) await makeProfile(fixture, { name })
  })

  /** As a job reads it: by the owner, of a stored request. */
  async function readerOf(operation: string, path: string, query: string): Promise<ReadSlice> {
    const { ports } = await composedPorts()
    const id = await env.DB.prepare('SELECT principal_id AS id FROM api_keys WHERE id = ?')
      .bind(fixture.owner.username.replace('api_', ''))
      .first<number>('id')
    const principal = await createCredentialStore(env.DB).findPrincipal(fixture.id, id ?? 0)
    if (!principal) throw new Error('the owner is there')
    const by = { kind: 'api_key', id: 'x' } as const
    const actor = actAs(ports.roles, principal, by, null)
    if (!actor.ok) throw new Error('the owner may')
    const request = { id: 'x', method: 'GET', path, address: null }
    const asked = { by, request, operation, query: Object.fromEntries(new URLSearchParams(query)) }
    const read = await illumio.rowsOf(createCore(ports))({ actor: actor.value, request }, asked, Date.now())
    if (!read.ok) throw new Error(read.fault.kind)
    return read.value
  }

  async function readAll(read: ReadSlice, limit: number) {
    const rows: unknown[] = []
    let after: JsonValue = null
    do {
      const slice: Awaited<ReturnType<ReadSlice>> = await read({ after, limit })
      if (!slice.ok) throw new Error(slice.fault.kind)
      expect(slice.value.rows.length).toBeLessThanOrEqual(limit)
      rows.push(...slice.value.rows)
      after = slice.value.next
    } while (after !== null)
    return rows
  }

  const filters: Readonly<Record<string, string>> = {
    labels_get: 'value=web',
    pairing_profiles_get: 'name=p',
    workloads_get: 'name=web&managed=true',
    events_get: 'status=success',
  }

  test.each(named((route) => isCollection(route)))('%s', async (_, route) => {
    const { id } = route.operation
    const path = pathOf(route, fixture.params)
    for (const query of ['', ...(filters[id] ? [filters[id]] : [])]) {
      const at = await readAll(await readerOf(id, path, query), 1)
      const once = await readAll(await readerOf(id, path, query), 128)
      expect(at).toEqual(once)
      if (id === 'labels_get' || id === 'pairing_profiles_get') expect(at.length).toBeGreaterThan(2)
      if (query !== '') continue
      const answered = expectStatus(await fixture.owner.get(path), 200)
      // Time passes, and asking is an event.
      if (id !== 'events_get') expect(answered).toEqual(JSON.parse(JSON.stringify(once)))
    }
  })
})

describe('a long answer', () => {
  const COUNT = 700
  let organization: Organization
  beforeAll(async () => {
    organization = await makeOrganization()
    await pairMany(organization, COUNT)
  })

  test.each(['workloads', 'vens'])(
    '%s: each row once, in order, as many as were asked for, and their number',
    async (kind) => {
      const { owner } = organization
      for (const [query, count] of [
        ['?max_results=2000', COUNT],
        ['?max_results=699', 699],
        ['', 500],
        ['?max_results=3', 3],
      ] as const) {
        const answer = await owner.get(orgPath(organization, `/${kind}${query}`))
        const rows: Json[] = expectStatus(answer, 200)
        expect(rows.map(({ hostname }) => hostname)).toEqual(hostnames(COUNT).slice(0, count))
        expect(answer.headers.get('X-Total-Count')).toBe(String(COUNT))
        expect(answer.headers.get('Content-Type')).toBe('application/json')
      }
      const [first] = expectStatus(await owner.get(orgPath(organization, `/${kind}?max_results=1`)), 200)
      const [sameFirst] = expectStatus(
        await owner.get(orgPath(organization, `/${kind}?max_results=2000`)),
        200,
      )
      expect({ ...sameFirst, agent: null }).toEqual({ ...first, agent: null })
    },
  )

  test('sixteen at once are all whole', async () => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, () =>
        organization.owner.get(orgPath(organization, '/workloads?max_results=2000')),
      ),
    )
    for (const answer of answers) expect(expectStatus(answer, 200)).toHaveLength(COUNT)
  })

  test('breaks off when it cannot go on, and refuses what cannot begin', async () => {
    const catalogue = createCatalogue(env.DB)
    let left = 2
    const whileUp = <T>(read: () => Promise<T>) =>
      left-- > 0 ? read() : Promise.reject(new Error('D1 is down'))
    const failing: Pick<typeof catalogue, 'beginAgents' | 'listAgents'> = {
      beginAgents: (query, limit) => whileUp(() => catalogue.beginAgents(query, limit)),
      listAgents: (query, page) => whileUp(() => catalogue.listAgents(query, page)),
    }
    const { fetch } = await compose({ catalogue: { ...catalogue, ...failing } })
    const ask = () =>
      fetch(orgPath(organization, '/workloads?max_results=2000'), {
        headers: { Authorization: organization.owner.authorization },
      })
    const begun = await ask()
    expect(begun.status).toBe(200)
    await expect(begun.text()).rejects.toThrow()
    expect((await ask()).status).toBe(500)
  })
})

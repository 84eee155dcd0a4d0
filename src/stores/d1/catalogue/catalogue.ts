import { and, type Column, eq, gt, isNull, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Agent } from '../../../core/enrollment/ledger/agent.ts'
import type { GrantedLabel, Profile } from '../../../core/enrollment/ledger/profile.ts'
import type { PageAfter } from '../../../core/kernel/fairness/list-slices.ts'
import { type EntityId, formatId } from '../../../core/kernel/ids.ts'
import { fold } from '../../../core/kernel/text.ts'
import type {
  AgentQuery,
  Begun,
  Catalogue,
  ProfilePlace,
  ProfileQuery,
} from '../../../core/search/catalogue.ts'
import { prepared } from '../batch.ts'
import { type Listed, totalOf } from '../outbox/totals.ts'
import { agents, keyPairs, keys, ledgers, profiles } from '../schema/index.ts'
import { agentFilter, filteredRecord, profileFilter } from './lists/filters.ts'
import { keptTotal } from './lists/kept-total.ts'
import { BOUNDS, createWalks, type Place, type Sliced, type Walked } from './lists/slices.ts'
import { termsOf } from './lists/terms.ts'
import { countOf, firstOf, slicesOf } from './lists/walk.ts'

export function createCatalogue(db: D1Database, bounds = BOUNDS, walks = createWalks()): Catalogue {
  const d1 = drizzle(db)
  const sliced: Sliced = { db, bounds, walks }

  async function recordsOf<T>(
    table: typeof profiles | typeof keys | typeof agents,
    walked: Walked,
    after: Place | null,
    filter: SQL | undefined,
    limit: number,
    its = sliced,
  ): Promise<T[]> {
    const columns = sql`${table.record} AS record`
    const rows = await firstOf<{ readonly record: string }>(its, walked, after, { columns, filter }, limit)
    return rows.map(({ record }) => JSON.parse(record) as T)
  }

  /** What passes the filter; a walk that ends among the first rows has counted them. */
  async function beginningOf<T>(
    listed: Listed,
    query: AgentQuery | ProfileQuery,
    { isTotalKept, limit }: { readonly isTotalKept: boolean; readonly limit: number },
    read: (its: Sliced) => Promise<readonly T[]>,
    count: () => Promise<number>,
  ): Promise<Begun<T>> {
    if (isTotalKept) {
      const { companion, total } = keptTotal(db, listed, query)
      return { rows: await read({ ...sliced, companion }), total: total() }
    }
    const rows = await read(sliced)
    return { rows, total: rows.length < limit ? rows.length : await count() }
  }

  async function profilesAfter(
    query: ProfileQuery,
    filter: SQL | undefined,
    { after, limit }: PageAfter<ProfilePlace>,
    its = sliced,
  ): Promise<readonly Profile[]> {
    const found: Profile[] = []
    for (const part of partsOf(query, after)) {
      const passing = and(profileDialect(query), filter, part.filter)
      const { length } = found
      found.push(
        ...(await recordsOf<Profile>(profiles, profilesOf(query), part.after, passing, limit - length, its)),
      )
    }
    return found
  }

  function countedProfiles(query: ProfileQuery, filter: SQL | undefined): Promise<number> {
    return countOf(sliced, profilesOf(query), and(profileDialect(query), filter))
  }

  function countedAgents(query: AgentQuery, filter: SQL | undefined): Promise<number> {
    return countOf(sliced, agentsOf(query), and(agentsInState(query), filter))
  }

  async function grantedLabels(
    walked: Walked,
    record: SQL | Column,
    filter: SQL | undefined,
  ): Promise<GrantedLabel[]> {
    // Machines of one profile have the same labels: of each slice, every different list comes once.
    const columns = sql`json_group_array(DISTINCT ${record} -> '$.grant.labels') AS lists`
    const granted = new Map<string, GrantedLabel>()
    const ask = () => ({ columns, filter, order: [] })
    for await (const [slice] of slicesOf<{ readonly lists: string }>(sliced, walked, null, ask)) {
      const lists = JSON.parse(slice?.lists ?? '[]') as (readonly GrantedLabel[] | null)[]
      for (const label of lists.flatMap((list) => list ?? [])) granted.set(JSON.stringify(label), label)
    }
    return [...granted.values()]
  }

  return {
    async listProfiles(query, page) {
      return profilesAfter(query, await profileFilter(db, query), page)
    },

    async countProfiles(query) {
      const filter = await profileFilter(db, query)
      if (filter === undefined) return totalOf(db, 'profiles', query)
      return countedProfiles(query, filter)
    },

    async beginProfiles(query, limit) {
      const filter = await profileFilter(db, query)
      return beginningOf(
        'profiles',
        query,
        { isTotalKept: filter === undefined, limit },
        (its) => profilesAfter(query, filter, { after: null, limit }, its),
        () => countedProfiles(query, filter),
      )
    },

    async namesOf(organization, { keys: ofKeys, profiles: ofProfiles }) {
      const { results } = await db
        .prepare(NAMES)
        .bind(organization, placesOf(ofKeys), placesOf(ofProfiles))
        .all<NamedRow>()
      const named = (kind: NamedRow['kind']) =>
        new Map(results.filter((row) => row.kind === kind).map((row) => [formatId(row), row]))
      return { keys: named('key'), profiles: named('profile') }
    },

    listHoldingKeys({ organization, key, profile }, { after, limit }) {
      const of = [key, profile].map((one) => one && eq(keys.ledger, one.ledger))
      const among = and(eq(keys.organizationId, organization), sql`${keys.held} > 0`, ...of)
      const walked = { table: keys, key: [keys.ledger, keys.n], among }
      const filter = and(key && eq(keys.n, key.n), profile && eq(keys.profile, profile.n))
      return recordsOf(keys, walked, placeOf(after), filter, limit)
    },

    async countLiveKeys(organization, dialect, now, atMost) {
      const live = d1
        .select({ one: sql`1` })
        .from(keys)
        .where(
          and(
            eq(keys.organizationId, organization),
            eq(keys.dialect, dialect),
            eq(keys.isLive, true),
            gt(keys.expiresAt, now),
          ),
        )
        .limit(atMost)
      const [counted] = await d1.select({ live: sql<number>`count(*)` }).from(live.as('live'))
      return counted?.live ?? 0
    },

    async listAgents(query, { after, limit }) {
      const filter = and(agentsInState(query), await agentFilter(db, query))
      return recordsOf(agents, agentsOf(query), placeOf(after), filter, limit)
    },

    async listAgentsOfProfiles({ organization, dialect, ledger, profiles: ns }, atMost) {
      // The dialect is written out, or the partial index would not serve.
      const isShown = `dialect = '${dialect}'`
      const { results } = await db
        .prepare(
          `SELECT a.record FROM json_each(?1) AS wanted JOIN agents AS a ON a.ledger = ?2 AND a.profile = wanted.value
             AND a.${isShown} AND a.state = 'active'
           WHERE a.organization_id = ?3 AND a.n IN (
             SELECT n FROM agents WHERE ledger = ?2 AND profile = wanted.value AND ${isShown} AND state = 'active'
             ORDER BY n LIMIT ?4)
           ORDER BY a.profile, a.n`,
        )
        .bind(JSON.stringify(ns), ledger, organization, atMost)
        .all<{ record: string }>()
      return results.map(({ record }) => JSON.parse(record) as Agent)
    },

    async countAgents(query) {
      const filter = await agentFilter(db, query)
      if (filter === undefined && query.state === 'active') return totalOf(db, 'agents', query)
      return countedAgents(query, filter)
    },

    async beginAgents(query, limit) {
      const filter = await agentFilter(db, query)
      const passing = and(agentsInState(query), filter)
      return beginningOf(
        'agents',
        query,
        { isTotalKept: filter === undefined && query.state === 'active', limit },
        (its) => recordsOf<Agent>(agents, agentsOf(query), null, passing, limit, its),
        () => countedAgents(query, filter),
      )
    },

    labelsOfAgents(organization) {
      const query = { organization, state: 'active' } as const
      return grantedLabels(agentsOf(query), filteredRecord(undefined), agentsInState(query))
    },

    labelsOfProfiles: (organization) =>
      grantedLabels(profilesOf({ organization }), profiles.record, undefined),

    async oldestStuck(organization) {
      const [stuck] = await d1
        .select({ oldestAt: sql<number | null>`min(outbox_oldest_at)` })
        .from(ledgers)
        .where(
          and(
            eq(ledgers.organizationId, organization),
            sql`(outbox_oldest_at IS NOT NULL OR outbox_dead > 0)`,
          ),
        )
      return stuck?.oldestAt ?? null
    },

    async outboxHealth() {
      const stuckOf = (table: typeof ledgers | typeof keyPairs) =>
        prepared(
          db,
          d1
            .select({
              oldestAt: sql`min(outbox_oldest_at)`.as('oldestAt'),
              dead: sql`coalesce(sum(outbox_dead), 0)`.as('dead'),
            })
            .from(table)
            .where(sql`outbox_oldest_at IS NOT NULL OR outbox_dead > 0`),
        )
      const answers = await db.batch<{ oldestAt: number | null; dead: number }>([
        stuckOf(ledgers),
        stuckOf(keyPairs),
      ])
      const stuck = answers.flatMap(({ results }) => results)
      const oldest = stuck.flatMap(({ oldestAt }) => oldestAt ?? [])
      return {
        oldestAt: oldest.length > 0 ? Math.min(...oldest) : null,
        dead: stuck.reduce((sum, { dead }) => sum + dead, 0),
        // Part of every answer of D1, as far as the runtime knows it.
        databaseBytes: answers.at(-1)?.meta.size_after || null,
      }
    },

    async clocksAgreeAt(wall) {
      const ahead = await Promise.all(
        [ledgers, keyPairs].map((table) =>
          d1
            .select({ last: sql<number | null>`max(clock_agrees_at)` })
            .from(table)
            .where(gt(table.clockAgreesAt, wall)),
        ),
      )
      const ends = ahead.flat().flatMap(({ last }) => last ?? [])
      return ends.length > 0 ? Math.max(...ends) : null
    },
  }
}

type NamedRow = EntityId & {
  readonly kind: 'key' | 'profile'
  readonly name: string
  readonly maxUses: number | null
}

const AT = (parameter: number) =>
  `(ledger, n) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?${parameter}))`
const NAMES = `
  SELECT 'key' AS kind, ledger, n, record ->> '$.name' AS name, record ->> '$.maxUses' AS maxUses
    FROM keys WHERE organization_id = ?1 AND ${AT(2)}
  UNION ALL
  SELECT 'profile', ledger, n, record ->> '$.name', NULL FROM profiles WHERE organization_id = ?1 AND ${AT(3)}`

function placesOf(ids: readonly EntityId[]): string {
  return JSON.stringify(
    [...new Set(ids.map(({ ledger, n }) => `[${ledger},${n}]`))].map((id) => JSON.parse(id)),
  )
}

function placeOf(id: EntityId | null): Place | null {
  return id && [id.ledger, id.n]
}

function profilesOf({ organization, nameContains }: ProfileQuery): Walked {
  const among = and(eq(profiles.organizationId, organization), isNull(profiles.deletedAt))
  const terms = termsOf('profiles', organization, { nameParts: given(nameContains) })
  return { table: profiles, key: [profiles.ledger, profiles.n], among, terms }
}

function given(...parts: readonly (string | undefined)[]): readonly string[] {
  return parts.filter((part) => part !== undefined)
}

function profileDialect({ dialect }: ProfileQuery): SQL | undefined {
  return dialect && eq(profiles.dialect, dialect)
}

type Part = { readonly filter: SQL | undefined; readonly after: Place | null }

/**
 * The parts of a list, each in the order of its numbers, that come after a profile. Clients that take the first hit of a
 * search must get the exact one.
 */
function partsOf({ nameContains: name, order }: ProfileQuery, after: ProfilePlace | null): readonly Part[] {
  if (name === undefined || order === 'number') return [{ filter: undefined, after: placeOf(after) }]
  const others = sql`${profiles.nameFolded} <> ${name}`
  if (after && fold(after.name ?? '') !== name) return [{ filter: others, after: placeOf(after) }]
  return [
    { filter: eq(profiles.nameFolded, name), after: placeOf(after) },
    { filter: others, after: null },
  ]
}

function agentsOf(query: AgentQuery): Walked {
  const { organization, id, key, profile, hostnameContains, nameContains } = query
  const of = [id, key, profile].map((one) => one && eq(agents.ledger, one.ledger))
  const among = and(eq(agents.organizationId, organization), ...of)
  const terms = termsOf('agents', organization, {
    // The index has the names that operators gave, beside host names.
    nameParts: given(hostnameContains, nameContains?.text),
    ledger: (id ?? key ?? profile)?.ledger,
  })
  return { table: agents, key: [agents.ledger, agents.n], among, terms }
}

function agentsInState({ dialect, state }: AgentQuery): SQL | undefined {
  return and(dialect && eq(agents.dialect, dialect), state && eq(agents.state, state))
}

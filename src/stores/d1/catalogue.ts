import { and, asc, desc, eq, gt, gte, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { AgentQuery, Catalogue, Page, ProfileQuery } from '../../core/catalogue.ts'
import { agents, keys, labels, ledgers, profiles } from './schema.ts'

/** A wanted label; without key and value: no live label has that id, and only a grant by the id matches. */
type Wanted = { readonly id: string; readonly key?: string; readonly value?: string }
type WantedSets = readonly (readonly Wanted[])[]

export function createCatalogue(db: D1Database): Catalogue {
  const d1 = drizzle(db)

  /** The labels of these ids with their keys and values, looked up once: what a row is compared with is all bound. */
  async function wantedLabels({
    organization,
    labels: sets,
  }: ProfileQuery | AgentQuery): Promise<WantedSets> {
    const ids = (sets ?? []).flat().filter((id) => /^[1-9][0-9]{0,14}$/.test(id))
    if (!sets || ids.length === 0) return (sets ?? []).map((set) => set.map((id) => ({ id })))
    const live = await d1
      .select({ id: labels.id, key: labels.key, value: labels.value })
      .from(labels)
      .where(
        and(
          eq(labels.organizationId, organization),
          isNull(labels.deletedAt),
          sql`${labels.id} IN (SELECT value FROM json_each(${JSON.stringify(ids.map(Number))}))`,
        ),
      )
    const byId = new Map(live.map(({ id, ...named }) => [String(id), named]))
    return sets.map((set) => set.map((id) => ({ id, ...byId.get(id) })))
  }

  return {
    async listProfiles(query, page) {
      const wanted = await wantedLabels(query)
      const rows = await d1
        .select({ record: profiles.record })
        .from(profiles)
        .where(and(...profileConditions(query, wanted), afterPage(profiles, page)))
        .orderBy(...exactFirst(query), asc(profiles.ledger), asc(profiles.n))
        .limit(page.limit)
      return rows.map((row) => row.record)
    },

    async hasProfile(dialect, { ledger, n }) {
      const isIt = and(eq(profiles.ledger, ledger), eq(profiles.n, n), eq(profiles.dialect, dialect))
      return (await d1.$count(profiles, and(isIt, isNull(profiles.deletedAt)))) > 0
    },

    async countProfiles(query) {
      return d1.$count(profiles, and(...profileConditions(query, await wantedLabels(query))))
    },

    async listKeys({ organization, profile }, page) {
      const ofProfile = profile && and(eq(keys.ledger, profile.ledger), eq(keys.profile, profile.n))
      const rows = await d1
        .select({ record: keys.record })
        .from(keys)
        .where(and(eq(keys.organizationId, organization), ofProfile, afterPage(keys, page)))
        .orderBy(asc(keys.ledger), asc(keys.n))
        .limit(page.limit)
      return rows.map((row) => row.record)
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
            or(isNull(keys.expiresAt), gt(keys.expiresAt, now)),
          ),
        )
        .limit(atMost)
      const [counted] = await d1.select({ live: sql<number>`count(*)` }).from(live.as('live'))
      return counted?.live ?? 0
    },

    async listAgents(query, page) {
      const wanted = await wantedLabels(query)
      const rows = await d1
        .select({ record: agents.record })
        .from(agents)
        .where(and(...agentConditions(query, wanted), afterPage(agents, page)))
        .orderBy(asc(agents.ledger), asc(agents.n))
        .limit(page.limit)
      return rows.map((row) => row.record)
    },

    async countAgents(query) {
      return d1.$count(agents, and(...agentConditions(query, await wantedLabels(query))))
    },

    async outboxHealth() {
      const [stuck] = await d1
        .select({ oldestAt: ledgers.outboxOldestAt })
        .from(ledgers)
        .where(sql`outbox_oldest_at IS NOT NULL`)
        .orderBy(asc(ledgers.outboxOldestAt))
        .limit(1)
      const [dead] = await d1
        .select({ rows: sql<number>`coalesce(sum(${ledgers.outboxDead}), 0)` })
        .from(ledgers)
        .where(sql`outbox_dead > 0`)
      return { oldestAt: stuck?.oldestAt ?? null, dead: dead?.rows ?? 0 }
    },
  }
}

function profileConditions(query: ProfileQuery, wanted: WantedSets): (SQL | undefined)[] {
  const attribute = (name: string) => sql`${profiles.record} ->> ${`$.attributes.${name}`}`
  const granted = (name: string) => sql`${profiles.record} ->> ${`$.grant.values.${name}`}`
  const equal = Object.entries(query.attributes ?? {})
  const starting = Object.entries(query.attributeStarts ?? {})
  return [
    eq(profiles.organizationId, query.organization),
    isNull(profiles.deletedAt),
    query.dialect && eq(profiles.dialect, query.dialect),
    containing(profiles.nameFolded, query.nameContains),
    containing(profiles.descriptionFolded, query.descriptionContains),
    ...equal.map(([name, value]) => sql`${attribute(name)} = ${value}`),
    // No LIKE: a pattern over 50 bytes is an error in D1.
    ...starting.map(([name, value]) => sql`substr(${attribute(name)}, 1, ${value.length}) = ${value}`),
    ...Object.entries(query.values ?? {}).map(([name, value]) => sql`${granted(name)} = ${value}`),
    havingLabels(profiles, wanted),
  ]
}

/** Any of the sets: one of which no label is missing in what the record grants, by id or by key and value. */
function havingLabels(table: typeof profiles | typeof agents, sets: WantedSets): SQL | undefined {
  if (sets.length === 0) return undefined
  return sql`EXISTS (SELECT 1 FROM json_each(${JSON.stringify(sets)}) AS wanted WHERE NOT EXISTS (
    SELECT 1 FROM json_each(wanted.value) AS one WHERE NOT EXISTS (
      SELECT 1 FROM json_each(${table.record}, '$.grant.labels') AS granted
      WHERE granted.value ->> '$.id' = one.value ->> '$.id' OR (
        granted.value ->> '$.key' = one.value ->> '$.key'
          AND granted.value ->> '$.value' = one.value ->> '$.value'))))`
}

function agentConditions(query: AgentQuery, wanted: WantedSets): (SQL | undefined)[] {
  const { key, profile } = query
  return [
    eq(agents.organizationId, query.organization),
    query.dialect && eq(agents.dialect, query.dialect),
    key && and(eq(agents.ledger, key.ledger), eq(agents.key, key.n)),
    profile && and(eq(agents.ledger, profile.ledger), eq(agents.profile, profile.n)),
    query.state && eq(agents.state, query.state),
    query.since === undefined ? undefined : gte(agents.enrolledAt, query.since),
    query.until === undefined ? undefined : lt(agents.enrolledAt, query.until),
    containing(agents.hostnameFolded, query.hostnameContains),
    havingLabels(agents, wanted),
  ]
}

function containing(column: SQLiteColumn, text: string | undefined): SQL | undefined {
  return text === undefined ? undefined : sql`instr(${column}, ${text}) > 0`
}

/** Clients that take the first hit of a search must get the exact one. */
function exactFirst({ nameContains: name, order }: ProfileQuery): SQL[] {
  return name === undefined || order === 'number' ? [] : [desc(sql`${profiles.nameFolded} = ${name}`)]
}

function afterPage(table: typeof profiles | typeof keys | typeof agents, page: Page): SQL | undefined {
  const { after } = page
  return after ? sql`(${table.ledger}, ${table.n}) > (${after.ledger}, ${after.n})` : undefined
}

import type { Dialect } from '../../../core/kernel/cause.ts'
import type { Json, JsonObject } from '../../../core/kernel/json.ts'
import { fold } from '../../../core/kernel/text.ts'

/** Whose lists are searched by any member. For others the column stays empty. */
const SEARCHED: ReadonlySet<Dialect> = new Set(['zpa'])

/** Whose agents are filtered by what they were granted and what operators set. */
export const FILTERED: ReadonlySet<Dialect> = new Set(['illumio'])

/**
 * What a list may be searched and sorted by: a record's own values, and those that its dialect gave it. Texts are folded
 * here, since SQLite's lower() knows ASCII only. As JSON; null: nothing of that dialect is searched so.
 */
export function searchable(record: { readonly dialect: Dialect }): string | null {
  const { attributes, facts, grant } = record as JsonObject & { readonly dialect: Dialect }
  if (isNarrowed(record.dialect) && isObject(facts)) return narrowed(attributes, grant)
  if (!SEARCHED.has(record.dialect)) return null
  const values = isObject(grant) ? grant.values : null
  const members: Record<string, string | number | boolean> = {}
  // What a record says itself counts for more than what an agent or a client said.
  for (const part of [facts, values, attributes, record as JsonObject].filter(isObject)) {
    for (const [name, value] of Object.entries(part)) {
      if (typeof value === 'string') members[name] = fold(value)
      else if (typeof value === 'number' || typeof value === 'boolean') members[name] = value
    }
  }
  return JSON.stringify({ ...members, ...lastChange(record as JsonObject) })
}

/** Whether the column has an agent's `attributes` and `grant` as its record has them, without the facts, which may be long. */
export function isNarrowed(dialect: Dialect | undefined): boolean {
  return dialect !== undefined && FILTERED.has(dialect)
}

function narrowed(attributes: Json | undefined, grant: Json | undefined): string {
  const { values, labels } = isObject(grant) ? grant : {}
  return JSON.stringify({ attributes, grant: { values, labels } })
}

/** By whom: a principal's number, 0 for the system, -1 while nobody changed it. A use of a key is the system's change. */
function lastChange({ updatedAt, updatedBy, enrolledAt, lastRedeemedAt }: JsonObject): JsonObject {
  if (Number(lastRedeemedAt ?? 0) > Number(updatedAt))
    return { updatedAt: Number(lastRedeemedAt), updatedBy: 0 }
  if (!isObject(updatedBy)) return { updatedAt: enrolledAt ?? null, updatedBy: -1 }
  return { updatedBy: updatedBy.kind === 'principal' ? Number(updatedBy.id) : 0 }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The index of names and labels: FTS5 tables whose terms are an organization and up to three characters of a name, or a
 * label (migrations/0003_search_terms.sql has them). It finds more than is asked for, since it knows neither the order of
 * the characters nor what a row is called no longer: the rows themselves are compared, too. A document is one profile, one
 * key, or up to sixteen agents of neighbouring numbers, for every document is billed as a row written.
 */
import { type SQL, sql } from 'drizzle-orm'
import type { TagFilter } from '../../../../core/search/list.ts'

export type Indexed = 'profiles' | 'keys' | 'agents'

/** Which documents are looked at. @property ledger of that one alone */
export type Terms = { readonly listed: Indexed; readonly match: string; readonly ledger?: number | undefined }

export const INDEXES = {
  profiles: { table: 'profile_terms', rows: 'profile_terms_of_rows', shift: 0 },
  keys: { table: 'key_terms', rows: 'key_terms_of_rows', shift: 0 },
  agents: { table: 'agent_terms', rows: 'agent_terms_of_rows', shift: 4 },
} as const satisfies Record<Indexed, { table: string; rows: string; shift: number }>

/** A row's number takes so many bits of a document's. */
const NUMBER_BITS = 27
const NUMBER_MASK = 2 ** NUMBER_BITS - 1
/** The rest is compared row by row. */
const MAX_TERMS = 16
const GRAM = 3

const encoder = new TextEncoder()

/** undefined: nothing is asked for that the index has. @param nameParts folded */
export function termsOf(
  listed: Indexed,
  organization: number,
  asked: {
    readonly nameParts?: readonly string[] | undefined
    readonly tags?: readonly TagFilter[] | undefined
    readonly ledger?: number | undefined
  },
): Terms | undefined {
  const { nameParts = [], tags = [], ledger } = asked
  const labels = tags.map(({ name, value }) => `t${hex(value === undefined ? name : `${name}=${value}`)}`)
  const grams = nameParts.flatMap(gramsOf).map((gram) => `n${hex(gram)}`)
  const terms = [...new Set([...labels, ...grams])].slice(0, MAX_TERMS)
  if (terms.length === 0) return undefined
  return { listed, match: terms.map((term) => `o${organization}${term}`).join(' AND '), ledger }
}

/** Of a part of a name that is shorter than three characters, itself. */
function gramsOf(part: string): readonly string[] {
  const characters = [...part]
  if (characters.length <= GRAM) return part === '' ? [] : [part]
  return Array.from({ length: characters.length - GRAM + 1 }, (_, i) =>
    characters.slice(i, i + GRAM).join(''),
  )
}

function hex(text: string): string {
  return Array.from(encoder.encode(text), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The number of the document that has a row. */
export function documentOf(listed: Indexed, ledger: number, n: number): bigint {
  return ((BigInt(ledger) << BigInt(NUMBER_BITS)) | BigInt(n)) >> BigInt(INDEXES[listed].shift)
}

/** The first and the last document that may have rows. */
export function documentsOf({ listed, ledger }: Terms): readonly [first: bigint, last: bigint] {
  if (ledger === undefined) return [0n, 2n ** 63n - 1n]
  return [documentOf(listed, ledger, 0), documentOf(listed, ledger, NUMBER_MASK)]
}

/** Rows of a document that is called `document`. */
export function isInDocument(listed: Indexed, { ledger, n }: { readonly ledger: SQL; readonly n: SQL }): SQL {
  const { shift } = INDEXES[listed]
  const first = sql.raw(`(document << ${shift}) & ${NUMBER_MASK}`)
  const ledgerOf = sql.raw(`document >> ${NUMBER_BITS - shift}`)
  return sql`${ledger} = ${ledgerOf} AND ${n} BETWEEN ${first} AND ${first} | ${sql.raw(String(2 ** shift - 1))}`
}

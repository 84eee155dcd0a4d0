/** Microtenants are numbers that groups, keys and components carry (docs/dialects/zpa.md#microtenants). Pure. */
import * as z from 'zod'
import type { JsonObject } from '../../../core/kernel/json.ts'
import type { Condition } from '../../../core/search/search.ts'

export const DEFAULT_MICROTENANT = '0'

export const OfMicrotenant = z.object({
  microtenantId: z.string().optional().meta({ description: '0: the default one; absent or null: all' }),
})
type Query = z.output<typeof OfMicrotenant>

/** null: all of them, which nothing and `null` ask for. */
function wantedBy({ microtenantId = '' }: Query): string | null {
  const id = microtenantId.trim()
  return id === '' || id === 'null' ? null : id
}

/** What a list's query asks of its records. */
export function ofMicrotenant(query: Query): readonly Condition[] {
  const wanted = wantedBy(query)
  return wanted === null ? [] : [is('microtenantId', wanted)]
}

/** Whether a single resource is what the query names: another microtenant's is not found. */
export function isIn(query: Query, microtenant: string): boolean {
  const wanted = wantedBy(query)
  return wanted === null || wanted === microtenant
}

/** In which one something is made: the query's counts before the body's. */
export function microtenantIn(query: Query, body: string | undefined): string | undefined {
  const wanted = wantedBy(query)
  return wanted !== null && /^[0-9]{1,19}$/.test(wanted) ? wanted : body
}

export function microtenantOf({ attributes }: { readonly attributes: JsonObject }): string {
  return String(attributes.microtenantId ?? DEFAULT_MICROTENANT)
}

export function is(name: string, value: string): Condition {
  return { member: { name, kind: 'text' }, operator: 'eq', value }
}

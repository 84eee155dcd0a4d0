import type { JsonObject } from '../../kernel/json.ts'
import type { Grant, GrantedLabel } from '../ledger/profile.ts'

/** What a redemption wishes to be different from its profile. */
export type GrantOverrides = {
  readonly values: JsonObject
  /** Label key → value. */
  readonly labels: Readonly<Record<string, string>>
}

/** What an agent gets: the profile's grant, changed by those wishes that the profile does not lock. */
export function resolveGrant(grant: Grant, wishes: GrantOverrides): Grant {
  const isFree = (name: string) => !grant.locks.includes(name)
  const values = Object.entries(wishes.values).filter(([name]) => name in grant.values && isFree(name))
  const labels = Object.entries(wishes.labels).filter(([key]) => isFree(`label:${key}`))
  const wished = new Set(labels.map(([key]) => key))
  return {
    values: { ...grant.values, ...Object.fromEntries(values) },
    labels: [
      ...grant.labels.filter((label) => !wished.has(label.key)),
      ...labels.map(([key, value]): GrantedLabel => ({ key, value })),
    ],
    locks: grant.locks,
  }
}

/** What changed in a pairing profile, in its own words (docs/dialects/illumio.md#members-of-a-profile). Pure. */

import type { Grant } from '../../../core/enrollment/ledger/profile.ts'
import type { Json, JsonObject } from '../../../core/kernel/json.ts'
import { labelRefs } from './profile-format.ts'

type Difference = { readonly before: Json; readonly after: Json }
type Differences = Record<string, Difference>

/** Members of the core's profile that have another name here. */
const NAMES: Readonly<Record<string, string>> = {
  name: 'name',
  description: 'description',
  isEnabled: 'enabled',
  defaultMaxUses: 'allowed_uses_per_key',
  defaultLifetimeSeconds: 'key_lifespan',
}

/** `{member: {before, after}}` of the core, as the members that a client would see change. */
export function profileChanges(changes: Json | undefined, organization: number): Differences {
  const shown: Differences = {}
  for (const [member, difference] of Object.entries((changes ?? {}) as Record<string, Difference>)) {
    const name = NAMES[member]
    if (name !== undefined) shown[name] = isLimit(member) ? eachLimit(difference) : difference
    if (member === 'grant')
      Object.assign(
        shown,
        unlike(difference, (side) => grantMembers(side, organization)),
      )
    if (member === 'attributes')
      Object.assign(
        shown,
        unlike(difference, (side) => side as JsonObject),
      )
  }
  return shown
}

function isLimit(member: string): boolean {
  return member.startsWith('default')
}

function eachLimit({ before, after }: Difference): Difference {
  return { before: before ?? 'unlimited', after: after ?? 'unlimited' }
}

function grantMembers(grant: Json, organization: number): JsonObject {
  const { values, locks, labels } = grant as unknown as Grant
  const lockNames = locks.map((name) => `${name.replace(/^label:(.*)$/, '$1_label')}_lock`)
  return {
    ...values,
    ...Object.fromEntries(lockNames.map((name) => [name, true])),
    labels: labelRefs({ values, locks, labels }, organization),
  }
}

/** Members that are unlike before and after; a lock that is absent is off. */
function unlike({ before, after }: Difference, members: (side: Json) => JsonObject): Differences {
  const [old, now] = [members(before), members(after)]
  const names = new Set([...Object.keys(old), ...Object.keys(now)])
  const differences: Differences = {}
  for (const name of names) {
    const absent = name.endsWith('_lock') ? false : null
    const difference = { before: old[name] ?? absent, after: now[name] ?? absent }
    if (JSON.stringify(difference.before) !== JSON.stringify(difference.after)) differences[name] = difference
  }
  return differences
}

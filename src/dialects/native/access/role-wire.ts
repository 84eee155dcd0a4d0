/** Roles within scopes, in and out (docs/dialects/native.md#roles). Pure. */
import * as z from 'zod'
import type { GrantInput } from '../../../core/access/principals/grants.ts'
import { profileOfScope, scopeOfProfile } from '../../../core/access/reach/scope.ts'
import { formatId } from '../../../core/kernel/ids.ts'
import { formatProfileId, ProfileId } from '../../../http/words/wire.ts'

const MAX_ROLES = 50
const MAX_SCOPE = 32

const LabelId = z.string().regex(/^[1-9][0-9]{0,14}$/)

const Role = z.string().max(64)

export const RolesInput = z
  .array(
    z.strictObject({
      role: Role,
      label_ids: z.array(LabelId).max(MAX_SCOPE).default([]).describe('All of which a thing must have'),
      profile_ids: z.array(ProfileId).max(MAX_SCOPE).default([]).describe('Of `native:minter`: any of these'),
    }),
  )
  .max(MAX_ROLES)
  .describe('All that it has from then on; without ids a role holds everywhere')

export const RolesReply = z.array(
  z.object({ role: z.string(), label_ids: z.array(z.string()), profile_ids: z.array(z.string()) }),
)

type Input = z.output<typeof RolesInput>
type Grant = { readonly role: string; readonly scope: readonly string[] }

/** A role within any of several profiles is a grant for each: within a grant all must hold. */
export function toGrants(roles: Input): readonly GrantInput[] {
  return roles.flatMap(({ role, label_ids: labels, profile_ids: profiles }) => {
    const ofLabels = labels.map((id) => ({ id, text: id }))
    if (profiles.length === 0) return [{ of: null, role, scope: ofLabels }]
    return profiles.map((profile) => {
      const id = scopeOfProfile(formatId(profile))
      return { of: null, role, scope: [...ofLabels, { id, text: formatProfileId(profile) }] }
    })
  })
}

/** One entry a grant, but those of single profiles, which are one together. */
export function formatRoles(grants: readonly Grant[]): z.output<typeof RolesReply> {
  const all = grants.map(({ role, scope }) => {
    const profiles = scope.flatMap((one) => profileOfScope(one) ?? [])
    const labels = scope.filter((one) => profileOfScope(one) === null)
    return { role, label_ids: labels, profile_ids: profiles.map(formatProfileId) }
  })
  const shown: z.output<typeof RolesReply> = []
  for (const one of all) {
    const same = shown.find(
      ({ role, label_ids, profile_ids }) =>
        one.profile_ids.length > 0 &&
        profile_ids.length > 0 &&
        role === one.role &&
        label_ids.join() === one.label_ids.join(),
    )
    if (same) same.profile_ids.push(...one.profile_ids)
    else shown.push(one)
  }
  return shown
}

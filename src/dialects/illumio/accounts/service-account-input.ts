/** Service accounts and their keys, in (docs/dialects/illumio.md#service-accounts). Pure. */
import * as z from 'zod'
import type { KeyLifetime } from '../../../core/access/api-keys/lifetime.ts'
import type { GrantInput } from '../../../core/access/principals/grants.ts'
import type { Reference } from '../../../core/access/reach/reference.ts'
import { type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { prose, text } from '../../../http/text.ts'
import { HrefInput, parseRole, referenceOf, ScopeInput, scopeReferences, scopeRefusal } from './role-wire.ts'

const MAX_SECONDS = 2_147_483_647
const MAX_PERMISSIONS = 100
const MAX_DESCRIPTION_CHARACTERS = 4_096

const ExpiresIn = z
  .union([z.literal('default'), z.int().min(-1, { abort: true }).max(MAX_SECONDS, { abort: true })])
  .meta({ description: 'Seconds; -1: never; `default`: as the organization has set' })

export const KeyInput = z.strictObject({ expires_in_seconds: ExpiresIn })

const PermissionInput = z.strictObject({ role: HrefInput, scope: ScopeInput })
const KeptPermission = z.strictObject({ ...PermissionInput.shape, href: z.string().max(255).optional() })

const FIELDS = {
  name: text(255).min(1),
  description: prose(MAX_DESCRIPTION_CHARACTERS).optional(),
  access_restriction: HrefInput.nullable().optional(),
}

export const CreateAccount = z.strictObject({
  ...FIELDS,
  permissions: z.array(PermissionInput).max(MAX_PERMISSIONS),
  api_key: KeyInput,
})
export const ChangeAccount = z.strictObject({
  ...FIELDS,
  name: FIELDS.name.optional(),
  permissions: z.array(KeptPermission).max(MAX_PERMISSIONS).optional(),
})

export function lifetimeOf({ expires_in_seconds: seconds }: z.output<typeof KeyInput>): KeyLifetime {
  return seconds === -1 ? null : seconds
}

/** null stays null: no restriction. */
export function restrictionOf(
  restriction: { readonly href: string } | null,
  organization: number,
): Outcome<Reference | null> {
  return restriction === null ? ok(null) : referenceOf(restriction.href, organization, 'access_restrictions')
}

export function grantsOf(
  permissions: readonly z.output<typeof KeptPermission>[],
  organization: number,
): Outcome<readonly GrantInput[]> {
  const grants: GrantInput[] = []
  for (const [index, { href, role, scope }] of permissions.entries()) {
    const of = href === undefined ? ok(null) : referenceOf(href, organization, 'permissions')
    if (!of.ok) return of
    const known = parseRole(role.href, organization)
    if (!known.ok) return known
    const refusal = scopeRefusal(known.value, scope, ['permissions', index, 'scope'])
    if (refusal) return refusal
    const references = scopeReferences(scope, organization)
    if (!references.ok) return references
    grants.push({ of: of.value, role: known.value, scope: references.value })
  }
  return ok(grants)
}

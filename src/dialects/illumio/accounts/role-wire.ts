/** Roles and scopes on the wire (docs/dialects/illumio.md#permissions-and-scopes). Pure. */
import * as z from 'zod'
import type { Scope } from '../../../core/access/actor.ts'
import type { Reference } from '../../../core/access/reach/reference.ts'
import { type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { Href, hrefOf, idIn } from '../edge/hrefs.ts'
import { GLOBAL_ROLES, isRole, ROLE_PREFIX } from '../edge/roles.ts'

export const RoleHref = Href
export const HrefInput = z.object({ href: z.string().max(255) })

const LabelOfScope = z.strictObject({
  href: z.string().max(255),
  key: z.string().max(255).optional(),
  value: z.string().max(255).optional(),
})
const GroupOfScope = z.strictObject({
  href: z.string().max(255),
  key: z.string().max(255).optional(),
  name: z.string().max(255).optional(),
})
const MAX_SCOPE = 32

export const ScopeInput = z
  .array(z.union([z.strictObject({ label: LabelOfScope }), z.strictObject({ label_group: GroupOfScope })]))
  .max(MAX_SCOPE)
export const ScopeReply = z.array(z.object({ label: Href }))
export const RoleScopes = z.array(z.object({ role: RoleHref, scope: ScopeReply }))

/** A user may have roles of other dialects, too. */
export function ofIllumio<G extends { readonly role: string }>(grants: readonly G[]): readonly G[] {
  return grants.filter(({ role }) => role.startsWith(ROLE_PREFIX))
}

export function formatRole(role: string, organization: number): z.output<typeof Href> {
  return { href: hrefOf(organization, 'roles', role.slice(ROLE_PREFIX.length)) }
}

/** A principal's roles here: a role in another vendor's terms is no role of a PCE. */
export function formatRoleScopes(
  grants: readonly { readonly role: string; readonly scope: Scope }[],
  organization: number,
): z.output<typeof RoleScopes> {
  return ofIllumio(grants).map(({ role, scope }) => ({
    role: formatRole(role, organization),
    scope: formatScope(scope, organization),
  }))
}

export function formatScope(scope: Scope, organization: number): z.output<typeof ScopeReply> {
  return scope.map((id) => ({ label: { href: hrefOf(organization, 'labels', id) } }))
}

/** The role of an href, in the core's words. */
export function parseRole(href: string, organization: number): Outcome<string> {
  const prefix = hrefOf(organization, 'roles', '')
  const role = `${ROLE_PREFIX}${href.slice(prefix.length)}`
  return href.startsWith(prefix) && isRole(role)
    ? ok(role)
    : refuse({ kind: 'reference_unknown', reference: href })
}

/** A filter by role: the href, as a JSON string or as it is. */
export function parseRoleFilter(text: string, organization: number): Outcome<string> {
  const quoted = /^"(.*)"$/.exec(text)?.[1]
  return parseRole((quoted ?? text).replaceAll('\\/', '/'), organization)
}

/** The labels of a scope. There are no label groups here, so that one can only be unknown. */
export function scopeReferences(
  scope: z.output<typeof ScopeInput>,
  organization: number,
): Outcome<readonly Reference[]> {
  const references: Reference[] = []
  for (const item of scope) {
    const text = 'label' in item ? item.label.href : item.label_group.href
    const id = 'label' in item ? idIn(text, organization, 'labels') : null
    if (id === null) return refuse({ kind: 'reference_unknown', reference: text })
    references.push({ id, text })
  }
  return ok(references)
}

/** Null when the role may have the scope. @param path of the scope, in the body */
export function scopeRefusal(role: string, scope: readonly unknown[], path: readonly (string | number)[]) {
  if (scope.length === 0 || !GLOBAL_ROLES.includes(role)) return null
  const message = 'a role that is about all of an organization has no scope'
  return refuse({ kind: 'input_invalid', problems: [{ path, code: 'other', message }] })
}

/** Something of the organization that an input names by its href. */
export function referenceOf(
  href: string,
  organization: number,
  collection: Parameters<typeof hrefOf>[1],
): Outcome<Reference> {
  const id = idIn(href, organization, collection)
  return id === null ? refuse({ kind: 'reference_unknown', reference: href }) : ok({ id, text: href })
}

/** A filter by scope: JSON, as in a body. */
export function parseScopeFilter(text: string, organization: number): Outcome<Scope> {
  const scope = ScopeInput.safeParse(jsonOf(text))
  if (!scope.success) {
    const message = 'it must be the JSON of a scope'
    return refuse({ kind: 'input_invalid', problems: [{ path: ['scope'], code: 'other', message }] })
  }
  const references = scopeReferences(scope.data, organization)
  if (!references.ok) return references
  return ok(references.value.map(({ id }) => id).sort((a, b) => Number(a) - Number(b)))
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

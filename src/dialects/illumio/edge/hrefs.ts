/** Names of things on the wire (docs/dialects/illumio.md#hrefs-and-ids). Pure. Ids are text: they may pass 2^53. */
import * as z from 'zod'
import type { ActorRef } from '../../../core/kernel/cause.ts'

/** A path parameter; anything else is an unknown path: `/labels/00` is 404 (docs/dialects/illumio.md#ids). */
export const IntegerId = z.string().regex(/^[1-9][0-9]*$/)
export const Uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)

/** Of every organization's path. Whatever is not the caller's own is refused as foreign, so that any text passes. */
export const OfOrganization = z.object({ org: z.string().describe('The number of the organization') })

/** A path that names a user: of no organization. */
export const OneUser = z.object({ user: IntegerId })

export const Href = z.object({ href: z.string() })
/** Of a service account with its name (docs/dialects/illumio.md#hrefs). */
export const ActorHref = z.object({ href: z.string(), name: z.string().optional() })

type Collection =
  | 'pairing_profiles'
  | 'labels'
  | 'label_dimensions'
  | 'agents'
  | 'workloads'
  | 'vens'
  | 'settings'
  | 'jobs'
  | 'datafiles'
  | 'events'
  | 'software/ven/releases'
  | 'roles'
  | 'permissions'
  | 'auth_security_principals'
  | 'service_accounts'
  | 'access_restrictions'

export function hrefOf(organization: number, collection: Collection, id: string | number): string {
  return `/orgs/${organization}/${collection}/${id}`
}

export function organizationHref(organization: number): string {
  return `/orgs/${organization}`
}

/** The id in an href of this organization's collection, or null. */
export function idIn(href: string, organization: number, collection: Collection): string | null {
  const prefix = hrefOf(organization, collection, '')
  const id = href.startsWith(prefix) ? href.slice(prefix.length) : ''
  return /^[0-9a-f-]+$/.test(id) ? id : null
}

/** Who did something; the system is user 0. */
export function actorHref(actor: ActorRef, organization: number): z.output<typeof ActorHref> {
  switch (actor.kind) {
    case 'principal': {
      const { kind, id } = actor.as ?? { kind: 'user', id: actor.id }
      return kind === 'service_account'
        ? { href: hrefOf(organization, 'service_accounts', id), name: actor.name }
        : { href: `/users/${id}` }
    }
    case 'agent':
      return { href: hrefOf(organization, 'agents', actor.id) }
    case 'system':
      return { href: '/users/0' }
  }
}

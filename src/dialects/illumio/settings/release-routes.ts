/** The VEN software that there is: one release, whose image is the pairing script (docs/dialects/illumio.md#ven-releases). */

import * as z from 'zod'
import { notFound, ok, refuse } from '../../../core/kernel/outcome.ts'
import { maxResults, ofItems } from '../edge/collection.ts'
import { VEN_RELEASE } from '../edge/constants.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { Href, hrefOf, OfOrganization } from '../edge/hrefs.ts'
import { listing } from '../edge/listing.ts'

const RELEASES = '/api/v2/orgs/:org/software/ven/releases'
const OneRelease = OfOrganization.extend({ release: z.string().regex(/^[0-9]/) })

const Release = z.object({
  href: z.string(),
  release: z.string(),
  default: z.literal(true),
  ven_type: z.literal('server'),
  ven_types: z.array(z.literal('server')),
  default_release_ven_types: z.array(z.literal('server')),
  images: z.array(z.unknown()),
  org_id: z.int(),
})

const Filters = z.strictObject({
  ven_type: z.enum(['server', 'endpoint', 'all']).optional(),
  max_results: maxResults(),
})

function releaseOf(organization: number): z.output<typeof Release> {
  const href = hrefOf(organization, 'software/ven/releases', VEN_RELEASE)
  return {
    href,
    release: VEN_RELEASE,
    default: true,
    ven_type: 'server',
    ven_types: ['server'],
    default_release_ven_types: ['server'],
    images: [],
    org_id: organization,
  }
}

const list = listing({
  path: RELEASES,
  access: 'profiles.read',
  operation: { id: 'software_ven_releases_get', summary: 'The releases of VEN software' },
  params: OfOrganization,
  query: Filters,
  item: Release,
  collect: async (call) => {
    const { organization } = operationOf(call).actor
    return ok(ofItems(call.query.ven_type === 'endpoint' ? [] : [releaseOf(organization)]))
  },
})

const get = illumioRoute({
  method: 'get',
  path: `${RELEASES}/:release{[0-9][^/]*}`,
  access: 'profiles.read',
  operation: { id: 'software_ven_release_get', summary: 'One release' },
  params: OneRelease,
  replies: { 200: { description: 'The release', schema: Release } },
  handle: async (call) => {
    if (call.params.release !== VEN_RELEASE) return notFound('release')
    return ok({ status: 200, json: releaseOf(operationOf(call).actor.organization) })
  },
})

const images = listing({
  path: `${RELEASES}/:release{[0-9][^/]*}/images`,
  access: 'profiles.read',
  operation: {
    id: 'software_ven_release_images_get',
    summary: 'The images of a release',
    description: 'None: machines are paired by the script of `GET /software/ven/image`.',
  },
  params: OneRelease,
  item: z.unknown(),
  collect: async (call) => {
    if (call.params.release !== VEN_RELEASE) return notFound('release')
    return ok(ofItems([]))
  },
})

const Wanted = z.strictObject({
  href: z.string().max(255),
  ven_type: z.enum(['server', 'endpoint']).optional(),
})
/** One, by its name or href, or one for each type of VEN. */
const DefaultRelease = z.union([
  z.strictObject({ release: z.union([z.string().max(255), Href]) }),
  z.array(Wanted).min(1).max(2),
])

/** Clients were written for both spellings. */
const setDefault = (name: 'default' | 'defaults') =>
  illumioRoute({
    method: 'put',
    path: `${RELEASES}/${name}`,
    access: 'agents.write',
    operation: {
      id: `software_ven_releases_${name}_put`,
      summary: 'Choose the default release',
      description:
        'The only release is the default already: choosing it changes nothing, any other is unknown.',
    },
    params: OfOrganization,
    body: { schema: DefaultRelease, encoding: 'json' },
    replies: { 204: { description: 'The release is the default' } },
    handle: async (call) => {
      const input = await call.body()
      if (!input.ok) return input
      const wanted = 'release' in input.value ? [input.value.release] : input.value
      const { href, release } = releaseOf(operationOf(call).actor.organization)
      const names = wanted.map((one) => (typeof one === 'string' ? one : one.href))
      const unknown = names.find((name) => name !== href && name !== release)
      return unknown === undefined
        ? ok({ status: 204 })
        : refuse({ kind: 'reference_unknown', reference: unknown })
    },
  })

export const releaseRoutes = [list, setDefault('default'), setDefault('defaults'), get, images]

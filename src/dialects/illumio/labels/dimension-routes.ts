/** Label dimensions: the keys that labels may have (docs/dialects/illumio.md#label-dimensions). */
import * as z from 'zod'
import { map, notFound, ok } from '../../../core/kernel/outcome.ts'
import { fold } from '../../../core/kernel/text.ts'
import { formatTime } from '../../../http/time.ts'
import { ExactText, Flag, maxResults, ofItems, PartialText } from '../edge/collection.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { actorHref, Href, hrefOf, OfOrganization, Uuid } from '../edge/hrefs.ts'
import { listing } from '../edge/listing.ts'

const COLLECTION = '/api/v2/orgs/:org/label_dimensions'
const OneDimension = OfOrganization.extend({ dimension: Uuid })

/** Each organization has these and no others, under ids that are the same in all of them. */
const DIMENSIONS = [
  {
    id: '6c61726b-0000-4000-8000-000000000001',
    key: 'role',
    name: 'Role',
    plural: 'Roles',
    color: '#e3f2fd',
  },
  {
    id: '6c61726b-0000-4000-8000-000000000002',
    key: 'app',
    name: 'Application',
    plural: 'Applications',
    color: '#e8f5e9',
  },
  {
    id: '6c61726b-0000-4000-8000-000000000003',
    key: 'env',
    name: 'Environment',
    plural: 'Environments',
    color: '#fff8e1',
  },
  {
    id: '6c61726b-0000-4000-8000-000000000004',
    key: 'loc',
    name: 'Location',
    plural: 'Locations',
    color: '#f3e5f5',
  },
] as const

const Filters = z.strictObject({
  key: ExactText,
  display_name: PartialText,
  external_data_set: ExactText,
  external_data_reference: ExactText,
  include_deleted: Flag.meta({ description: 'None was deleted' }),
  max_results: maxResults(),
})

const DimensionReply = z.object({
  href: z.string(),
  key: z.string(),
  display_name: z.string(),
  display_info: z.object({
    icon: z.string(),
    initial: z.string(),
    display_name_plural: z.string(),
    background_color: z.string(),
    foreground_color: z.string(),
  }),
  deleted: z.literal(false),
  external_data_set: z.null(),
  external_data_reference: z.null(),
  created_at: z.iso.datetime(),
  created_by: Href,
  updated_at: z.iso.datetime(),
  updated_by: Href,
  caps: z.array(z.string()),
})

function formatDimension(
  { id, key, name, plural, color }: (typeof DIMENSIONS)[number],
  organization: { readonly id: number; readonly createdAt: number },
): z.output<typeof DimensionReply> {
  const at = formatTime(organization.createdAt)
  const by = actorHref({ kind: 'system' }, organization.id)
  return {
    href: hrefOf(organization.id, 'label_dimensions', id),
    key,
    display_name: name,
    display_info: {
      icon: key,
      initial: name.charAt(0),
      display_name_plural: plural,
      background_color: color,
      foreground_color: '#212121',
    },
    deleted: false,
    external_data_set: null,
    external_data_reference: null,
    ...{ created_at: at, created_by: by, updated_at: at, updated_by: by },
    caps: [],
  }
}

const list = listing({
  path: COLLECTION,
  access: 'labels.read',
  operation: {
    id: 'label_dimensions_get',
    summary: 'List the keys that labels may have',
    description: 'They cannot be changed.',
  },
  params: OfOrganization,
  query: Filters,
  item: DimensionReply,
  collect: async (call) => {
    const { key, display_name: part, external_data_set: set, external_data_reference: reference } = call.query
    if (set !== undefined || reference !== undefined) return ok(null)
    const organization = await call.core.organizations.getOrganization(operationOf(call))
    return map(organization, (own) => {
      const wanted = DIMENSIONS.filter(
        (one) =>
          (key === undefined || one.key === key) && (part === undefined || fold(one.name).includes(part)),
      )
      return ofItems(wanted.map((one) => formatDimension(one, own)))
    })
  },
})

const get = illumioRoute({
  method: 'get',
  path: `${COLLECTION}/:dimension`,
  access: 'labels.read',
  operation: { id: 'label_dimension_get', summary: 'One key that labels may have' },
  params: OneDimension,
  replies: { 200: { description: 'The dimension', schema: DimensionReply } },
  handle: async (call) => {
    const found = DIMENSIONS.find(({ id }) => id === call.params.dimension)
    if (!found) return notFound('label')
    const organization = await call.core.organizations.getOrganization(operationOf(call))
    return map(organization, (own) => ({ status: 200, json: formatDimension(found, own) }))
  },
})

export const dimensionRoutes = [list, get]

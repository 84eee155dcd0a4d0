import * as z from 'zod'
import { each, type PageAfter, slicesOf } from '../../../core/kernel/fairness/list-slices.ts'
import { map, notFound, ok } from '../../../core/kernel/outcome.ts'
import type { Label, LabelPlace } from '../../../core/labels/port.ts'
import { text } from '../../../http/text.ts'
import { formatTime } from '../../../http/time.ts'
import { ExactText, Flag, maxResults, PartialText } from '../edge/collection.ts'
import { MAX_LABELS } from '../edge/constants.ts'
import { illumioRoute, operationOf } from '../edge/edge.ts'
import { actorHref, Href, hrefOf, IntegerId, OfOrganization } from '../edge/hrefs.ts'
import { listing } from '../edge/listing.ts'
import { formatUsage } from './label-usage.ts'

const COLLECTION = '/api/v2/orgs/:org/labels'
const OneLabel = OfOrganization.extend({ label: IntegerId })

const Filters = z.strictObject({
  key: ExactText,
  value: PartialText,
  external_data_set: ExactText,
  external_data_reference: ExactText,
  include_deleted: Flag,
  usage: Flag.meta({ description: '`true` shows of each label by what kinds of things it is used' }),
  max_results: maxResults(),
})

const ExternalData = text(255).nullable().optional()
const Value = text(255).min(1)
const CreateLabel = z.strictObject({
  key: z.string().max(255),
  value: Value,
  external_data_set: ExternalData,
  external_data_reference: ExternalData,
})
const ChangeLabel = z.strictObject({
  value: Value.optional(),
  external_data_set: ExternalData,
  external_data_reference: ExternalData,
})

const LabelReply = z.object({
  href: z.string(),
  deleted: z.boolean(),
  key: z.string(),
  value: z.string(),
  external_data_set: z.string().nullable(),
  external_data_reference: z.string().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  created_by: Href,
  updated_by: Href,
  usage: z
    .record(z.string(), z.boolean())
    .optional()
    .meta({ description: 'By kind of thing; only in a list with `usage=true`' }),
})

function formatLabel(label: Label): z.output<typeof LabelReply> {
  const { organization } = label
  return {
    href: hrefOf(organization, 'labels', label.id),
    deleted: label.deletedAt !== null,
    key: label.key,
    value: label.value,
    external_data_set: label.externalDataSet,
    external_data_reference: label.externalDataReference,
    created_at: formatTime(label.createdAt),
    updated_at: formatTime(label.updatedAt),
    created_by: actorHref(label.createdBy, organization),
    updated_by: actorHref(label.updatedBy, organization),
  }
}

const list = listing({
  path: COLLECTION,
  access: 'labels.read',
  operation: {
    id: 'labels_get',
    summary: 'List labels',
    description: 'An unknown key lists nothing.',
  },
  params: OfOrganization,
  query: Filters,
  item: LabelReply,
  collect: async (call) => {
    const operation = operationOf(call)
    const { core, query } = call
    const wanted = {
      key: query.key,
      valueContains: query.value,
      externalDataSet: query.external_data_set,
      externalDataReference: query.external_data_reference,
      isDeletedIncluded: query.include_deleted === 'true',
    }
    const usage = query.usage === 'true' ? onceAsked(() => core.labels.readUsage(operation)) : null
    return ok({
      count: () => core.labels.countLabels(operation, wanted),
      read: slicesOf(
        (page: PageAfter<LabelPlace>) => core.labels.listLabels(operation, wanted, page),
        ({ id, value }) => ({ id, value }),
        usage === null
          ? each(formatLabel)
          : async (labels) =>
              map(await usage(), (usersOf) =>
                labels.map((label) => ({ ...formatLabel(label), usage: formatUsage(usersOf(label)) })),
              ),
      ),
    })
  },
})

/** A list is formatted in slices. */
function onceAsked<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null
  return () => {
    asked ??= ask()
    return asked
  }
}

const get = illumioRoute({
  method: 'get',
  path: `${COLLECTION}/:label`,
  access: 'labels.read',
  operation: { id: 'label_get', summary: 'One label, also a deleted one' },
  params: OneLabel,
  replies: { 200: { description: 'The label', schema: LabelReply } },
  handle: async (call) => {
    const found = await call.core.labels.getLabel(operationOf(call), call.params.label)
    return found.ok ? ok({ status: 200, json: formatLabel(found.value) }) : found
  },
})

const create = illumioRoute({
  method: 'post',
  path: COLLECTION,
  access: 'labels.write',
  operation: { id: 'labels_post', summary: 'Make a label' },
  params: OfOrganization,
  body: { schema: CreateLabel, encoding: 'json' },
  replies: { 201: { description: 'The label', schema: LabelReply } },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const { key, value, external_data_set: set, external_data_reference: reference } = input.value
    const label = { key, value, externalDataSet: set ?? null, externalDataReference: reference ?? null }
    const made = await call.core.labels.createLabel(operationOf(call), label, MAX_LABELS)
    return made.ok ? ok({ status: 201, json: formatLabel(made.value) }) : made
  },
})

const change = illumioRoute({
  method: 'put',
  path: `${COLLECTION}/:label`,
  access: 'labels.write',
  operation: { id: 'labels_put', summary: 'Change a label', description: 'Its key does not change.' },
  params: OneLabel,
  body: { schema: ChangeLabel, encoding: 'json' },
  replies: { 204: { description: 'Updated' } },
  handle: async (call) => {
    const operation = operationOf(call)
    const { label: id } = call.params
    const found = await call.core.labels.getLabel(operation, id)
    if (!found.ok) return found
    if (found.value.deletedAt !== null) return notFound('label')
    const input = await call.body()
    if (!input.ok) return input
    const { value, external_data_set: set, external_data_reference: reference } = input.value
    const changed = await call.core.labels.changeLabel(operation, id, {
      ...(value !== undefined && { value }),
      ...(set !== undefined && { externalDataSet: set }),
      ...(reference !== undefined && { externalDataReference: reference }),
    })
    return changed.ok ? ok({ status: 204 }) : changed
  },
})

const remove = illumioRoute({
  method: 'delete',
  path: `${COLLECTION}/:label`,
  access: 'labels.write',
  operation: {
    id: 'labels_delete',
    summary: 'Delete a label',
    description:
      'One that a workload, a pairing profile or the scope of a permission has is 406. Its key and value may be used again.',
  },
  params: OneLabel,
  replies: { 204: { description: 'Deleted' } },
  handle: async (call) => {
    const removed = await call.core.labels.deleteLabel(operationOf(call), call.params.label)
    return removed.ok ? ok({ status: 204 }) : removed
  },
})

export const labelRoutes = [list, get, create, change, remove]

import * as z from 'zod'
import type { Organization } from '../../../core/access/organizations/port.ts'
import { map, ok } from '../../../core/kernel/outcome.ts'
import { text } from '../../../http/text.ts'
import { Paging, pageOf, View } from '../edge/collection.ts'
import { operationOf } from '../edge/edge.ts'
import { listOf, recordList } from '../edge/record-list.ts'
import { listRoute, parameterRoute } from '../edge/route.ts'
import { Flag } from '../edge/values.ts'
import { isZone } from '../edge/zones.ts'

const Zone = z.string().refine(isZone, 'Must be a time zone, such as Mumbai or Europe/Berlin')
const Name = text(255).trim().min(1)

const OrganisationRecord = z.object({
  name: z.string(),
  organisation_key: z.string(),
  time_zone: z.string(),
  allow_unsigned_reads: z.boolean(),
})
const Single = z.object({ organisation: OrganisationRecord })

function formatOrganisation(organization: Organization): z.output<typeof OrganisationRecord> {
  return {
    name: organization.name,
    organisation_key: organization.organisationKey,
    time_zone: organization.timeZone,
    allow_unsigned_reads: organization.isUnsignedReadAllowed,
  }
}

const get = parameterRoute({
  method: 'get',
  path: '/api/v3/organisation',
  access: 'user',
  operation: { id: 'organisation_get', summary: 'The caller’s organization' },
  input: z.object({}),
  reply: Single,
  handle: async (call) => {
    const found = await call.core.organizations.getOrganization(operationOf(call))
    return found.ok ? ok({ organisation: formatOrganisation(found.value) }) : found
  },
})

const change = parameterRoute({
  method: 'put',
  path: '/api/v3/organisation',
  access: 'organizations.write',
  operation: {
    id: 'organisation_put',
    summary: 'Change the caller’s organization',
    description:
      'In `time_zone` the dates of new key pairs are read. With `allow_unsigned_reads` an access key alone may read ' +
      'what its role lets it read.',
  },
  input: z.object({
    organisation: z.object({ time_zone: Zone.optional(), allow_unsigned_reads: Flag.optional() }),
  }),
  reply: Single,
  handle: async (call) => {
    const { time_zone: timeZone, allow_unsigned_reads: isUnsignedReadAllowed } = call.input.organisation
    const changed = await call.core.organizations.changeOrganization(operationOf(call), {
      ...(timeZone !== undefined && { timeZone }),
      ...(isUnsignedReadAllowed !== undefined && { isUnsignedReadAllowed }),
    })
    return changed.ok ? ok({ organisation: formatOrganisation(changed.value) }) : changed
  },
})

const listChildren = listRoute({
  method: 'get',
  path: '/api/v3/child_organisations',
  access: 'organizations.write',
  operation: { id: 'child_organisations_get', summary: 'The children of the caller’s organization' },
  input: View.extend(Paging.shape),
  reply: listOf('organisations', OrganisationRecord),
  handle: async (call) => {
    const operation = operationOf(call)
    const found = await call.core.organizations.listChildOrganizations(operation, pageOf(call.input))
    return map(found, (page) =>
      recordList(call, operation.actor.organization, 'organisations', page, formatOrganisation),
    )
  },
})

const createChild = parameterRoute({
  method: 'post',
  path: '/api/v3/child_organisations',
  access: 'organizations.write',
  operation: {
    id: 'child_organisations_post',
    summary: 'Make a child of the caller’s organization',
    description:
      'It is named by `child_organisation_key` with `is_oem`, and by `organisation_key` when signing in.',
  },
  input: z.object({ organisation: z.object({ name: Name, time_zone: Zone.default('UTC') }) }),
  reply: Single,
  handle: async (call) => {
    const { name, time_zone: timeZone } = call.input.organisation
    const made = await call.core.organizations.createChildOrganization(operationOf(call), { name, timeZone })
    return made.ok ? ok({ organisation: formatOrganisation(made.value) }) : made
  },
})

export const organisationRoutes = [get, change, listChildren, createChild]

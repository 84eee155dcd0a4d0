import * as z from 'zod'
import type { Operation } from '../../../core/access/cases/operator-case.ts'
import type { Core } from '../../../core/core.ts'
import type { Reader } from '../../../core/devices/reader-case.ts'
import { map, type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { Flag } from './values.ts'

export const Oem = z.object({
  is_oem: Flag.optional(),
  child_organisation_key: z.string().max(255).nullish(),
})

/** The same call, made for a child organization where it says so (docs/dialects/datonis.md#child-organisations). */
export async function actFor(
  core: Core,
  operation: Operation,
  { is_oem, child_organisation_key: child }: z.output<typeof Oem>,
): Promise<Outcome<Operation>> {
  if (!is_oem) return ok(operation)
  if (child) return core.organizations.actForChild(operation, child)
  const problem = { path: ['child_organisation_key'], code: 'missing', message: 'Required' } as const
  return refuse({ kind: 'input_invalid', problems: [problem] })
}

/** The same for what devices may read, too; a key pair belongs to one organization. */
export async function readFor(
  core: Core,
  reader: Reader,
  oem: z.output<typeof Oem>,
): Promise<Outcome<Reader>> {
  if (!oem.is_oem) return ok(reader)
  if (reader.kind === 'device') return refuse({ kind: 'permission_missing' })
  return map(await actFor(core, reader.operation, oem), (operation) => ({ kind: 'operator', operation }))
}

export function organizationOf(reader: Reader): number {
  return reader.kind === 'device' ? reader.device.organization : reader.operation.actor.organization
}

import * as z from 'zod'
import type { Operation } from '../../../core/access/operator-case.ts'
import type { Core } from '../../../core/core.ts'
import { type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
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

/** An activation, put into the core's words (docs/dialects/illumio.md#activation). Pure. */
import type * as z from 'zod'
import type { GrantOverrides } from '../../../core/enrollment/profiles/grant.ts'
import type { JsonObject } from '../../../core/kernel/json.ts'
import { given } from '../../../http/members.ts'
import { MODE_OF_LEGACY } from '../edge/modes.ts'
import type { Activation } from './activation-schemas.ts'

export function factsOf(activation: z.output<typeof Activation>): JsonObject {
  const { activation_code, claim, hostname, ven_type, overrides, ...facts } = activation
  return given(facts) as JsonObject
}

export function wishesOf({ ven_type, overrides = {} }: z.output<typeof Activation>): GrantOverrides {
  const { enforcement_mode, mode, labels = {}, visibility_level, log_traffic } = overrides
  const wanted = enforcement_mode ?? (mode && MODE_OF_LEGACY[mode])
  return {
    values: given({ enforcement_mode: wanted, visibility_level, log_traffic, ven_type }) as JsonObject,
    labels: given(labels),
  }
}

import { type Abilities, type Ability, allows } from '../access/roles/ability.ts'
import { utf8 } from '../kernel/encoding.ts'
import type { JsonObject } from '../kernel/json.ts'
import { invalid, type Refusal } from '../kernel/outcome.ts'

/** What a device says of one of its organization's things. */
export type DeviceMessage = {
  /** The key of the thing; null: of the one that the answered instruction is about. */
  readonly thing: string | null
  /** By the device's clock; Unix milliseconds. null: it did not say. */
  readonly at: number | null
} & (
  | {
      readonly kind: 'registration'
      /** null: the thing keeps the one that it has. */
      readonly name: string | null
      /** What the thing is called as long as it has no other name. */
      readonly defaultName: string
      /** null: the thing keeps the one that it has. */
      readonly description: string | null
      readonly facts: JsonObject
    }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'event'; readonly data: JsonObject }
  | {
      readonly kind: 'alert'
      readonly key: string
      readonly severity: AlertSeverity
      readonly text: string
      readonly data: JsonObject
      /** The key of the instruction that it answers. */
      readonly instruction: string | null
    }
)

/** As a device sends it: keys of alerts are given here. */
export type NewDeviceMessage = DeviceMessage extends infer M
  ? M extends { readonly kind: 'alert' }
    ? Omit<M, 'key'>
    : M
  : never

/** Of a message or an instruction as JSON: a row of D1 may have 2 MB, and lists are read by the hundred. */
const MAX_MESSAGE_BYTES = 256 * 1024

/** The number of things that a pair may write of, and that operators may make in an organization. */
export const MAX_THINGS = 10_000
export const MAX_MADE_THINGS = 100_000

/** Whether it is more than is kept. `1e20` was sent in four bytes, and is written in twenty-one. */
export function isTooLong(message: object): boolean {
  const text = JSON.stringify(message)
  // One UTF-16 unit is three bytes at most.
  return text.length * 3 > MAX_MESSAGE_BYTES && utf8(text).length > MAX_MESSAGE_BYTES
}

/** How such a one is refused. */
export function tooLong(member: string): Refusal {
  return invalid(member, `Must have at most ${MAX_MESSAGE_BYTES} bytes`)
}

export const ALERT_SEVERITIES = ['info', 'warning', 'error', 'critical'] as const
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number]

export type DeviceDelivery = {
  readonly ability: Ability
  readonly messages: readonly DeviceMessage[]
  /** Things that the organization is known to have; the inbox remembers them. */
  readonly introduced: readonly string[]
}

export type RefusalOfDevice = 'gone' | 'disabled' | 'expired' | 'forbidden'

export type DeviceVerdict =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reason: RefusalOfDevice }
  /** Nothing was taken: these things, or instructions, are unknown to the inbox. */
  | { readonly kind: 'unknown'; readonly things: readonly string[]; readonly instructions: readonly string[] }

export type DeviceState = {
  readonly isEnabled: boolean
  readonly expiresAt: number | null
  readonly abilities: Abilities
}

/** Why a pair may not do that now, or null. `now >= expiresAt` is expired. */
export function refusalOf(
  pair: DeviceState | null,
  /** null: it only wants to be known. */
  ability: Ability | null,
  now: number,
): RefusalOfDevice | null {
  if (!pair) return 'gone'
  if (!pair.isEnabled) return 'disabled'
  if (pair.expiresAt !== null && now >= pair.expiresAt) return 'expired'
  return ability === null || allows(pair.abilities, ability) ? null : 'forbidden'
}

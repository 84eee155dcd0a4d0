/** What a key asks beyond its count and its end, in the native API's words. Pure. */
import * as z from 'zod'
import {
  DEFAULT_HOLD_SECONDS,
  DEFAULT_MAX_PENDING,
  isTimeZone,
  type KeyRules,
  MAX_HOLD_SECONDS,
  MAX_PENDING,
  MAX_WINDOWS,
  NO_RULES,
  WEEKDAYS,
} from '../../core/enrollment/ledger/rules/key-rules.ts'
import { given } from '../members.ts'
import { formatTimeOrNull } from '../time.ts'
import { formatIdentity, IdentityMember, IdentityReply } from './identity-wire.ts'
import { Time, Timestamp } from './wire.ts'

const Limit = z.int().min(1).max(1_000_000).nullable()
const Clock = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/)

const HoldOption = z
  .enum(['off', 'allowed', 'required'])
  .describe('Whether a use may, or must, be held before it is confirmed')

const Approval = z
  .strictObject({
    expires_seconds: z
      .int()
      .min(60)
      .max(MAX_HOLD_SECONDS)
      .default(DEFAULT_HOLD_SECONDS)
      .describe('How long a claim waits for a decision; its use is held so long'),
    max_pending: z
      .int()
      .min(1)
      .max(MAX_PENDING)
      .default(DEFAULT_MAX_PENDING)
      .describe('Claims that may wait at a time'),
    approve_by: z
      .enum(['user', 'automation'])
      .default('user')
      .describe('`user`: only a signed-in user decides; `automation`: an API key may, too'),
  })
  .nullable()
  .describe('null: no claim waits for an operator')

const Window = z.strictObject({
  days: z.array(z.enum(WEEKDAYS)).min(1).max(7),
  from: Clock.describe('Such as 08:00'),
  to: Clock.describe('The first minute that it has not. Earlier than `from`: on the next day'),
  time_zone: z.string().max(64).refine(isTimeZone, 'An IANA time zone, such as Europe/Berlin'),
})

const Limits = z
  .strictObject({
    per_minute: Limit.default(null),
    per_hour: Limit.default(null),
    per_network_per_hour: Limit.default(null).describe(
      'From one IPv4 address or IPv6 /64, where addresses are known',
    ),
  })
  .describe('The most agents that it makes in any minute or hour; null: no limit')

const PauseOn = z
  .strictObject({
    refused_networks_per_minute: Limit.default(null).describe(
      'It pauses when new claims from this many networks were refused within a minute',
    ),
    denied_per_hour: Limit.default(null).describe(
      'It pauses when this many claims were denied within an hour',
    ),
    resume_after_seconds: z
      .int()
      .min(60)
      .max(7 * 86_400)
      .nullable()
      .default(null)
      .describe('null: until it is resumed'),
  })
  .describe('A pause stops new claims only; null members pause nothing')

/** Members of a key, all of them optional in requests. */
export const RuleMembers = {
  hold: HoldOption,
  approval: Approval,
  not_before: Timestamp.nullable().describe('Before then no new claim is let in; null: from the beginning'),
  windows: z.array(Window).max(MAX_WINDOWS).describe('When new claims are let in; none: always'),
  limits: Limits,
  pause_on: PauseOn,
  decoy: z
    .boolean()
    .describe('It redeems nothing, and reports who tries. Its clients are answered as a revoked key answers'),
  only_expected: z
    .boolean()
    .describe(
      'It lets in only machines that match one of its slots, and with no slot none; adding a slot sets it',
    ),
  identity: IdentityMember,
} as const

export const RuleReply = {
  ...RuleMembers,
  not_before: Time.nullable(),
  identity: IdentityReply,
} as const

const Rules = z.object(RuleMembers).partial()

/** What is named. */
export function toRules(input: z.output<typeof Rules>): Partial<KeyRules> | undefined {
  const {
    hold,
    approval,
    not_before: notBefore,
    windows,
    limits,
    pause_on,
    decoy: isDecoy,
    only_expected: isExpectedOnly,
  } = input
  const rules: Partial<KeyRules> = given({
    hold,
    approval:
      approval === undefined
        ? undefined
        : approval && {
            expiresSeconds: approval.expires_seconds,
            maxPending: approval.max_pending,
            by: approval.approve_by,
          },
    notBefore,
    windows: windows?.map(({ time_zone: timeZone, ...rest }) => ({ ...rest, timeZone })),
    limits: limits && {
      perMinute: limits.per_minute,
      perHour: limits.per_hour,
      perNetworkPerHour: limits.per_network_per_hour,
    },
    pauseOn: pause_on && {
      refusedNetworksPerMinute: pause_on.refused_networks_per_minute,
      deniedPerHour: pause_on.denied_per_hour,
      resumeAfterSeconds: pause_on.resume_after_seconds,
    },
    isDecoy,
    isExpectedOnly,
  })
  return Object.keys(rules).length > 0 ? rules : undefined
}

export function formatRules(rules: KeyRules | null) {
  const { hold, approval, notBefore, windows, limits, pauseOn, isDecoy, isExpectedOnly, identity } = {
    ...NO_RULES,
    ...rules,
  }
  return {
    hold,
    approval: approval && {
      expires_seconds: approval.expiresSeconds,
      max_pending: approval.maxPending,
      approve_by: approval.by,
    },
    not_before: formatTimeOrNull(notBefore),
    windows: windows.map(({ timeZone, days, ...rest }) => ({
      ...rest,
      days: [...days],
      time_zone: timeZone,
    })),
    limits: {
      per_minute: limits.perMinute,
      per_hour: limits.perHour,
      per_network_per_hour: limits.perNetworkPerHour,
    },
    pause_on: {
      refused_networks_per_minute: pauseOn.refusedNetworksPerMinute,
      denied_per_hour: pauseOn.deniedPerHour,
      resume_after_seconds: pauseOn.resumeAfterSeconds,
    },
    decoy: isDecoy,
    only_expected: isExpectedOnly,
    identity: formatIdentity(identity),
  }
}

/** The rules of a redemption in words for people. Pure. */
import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import type { Decision } from '../../../core/enrollment/ledger/rules/decide.ts'
import { NO_RULES } from '../../../core/enrollment/ledger/rules/key-rules.ts'
import type { RefusalReason } from '../../../core/kernel/refusal-reason.ts'
import { number } from '../../components/figure/number.ts'
import { relativeTime } from '../../components/figure/time.tsx'

/** What holds where the reason does not refuse. */
export const RULES: Readonly<Record<RefusalReason, string>> = {
  key_unknown: 'Key and profile exist',
  profile_disabled: 'Profile is enabled',
  key_revoked: 'Key is not revoked',
  key_decoy: 'Key is no decoy',
  key_disabled: 'Key is enabled',
  suspended_by_restore: 'Key is not suspended by a restore',
  address_not_allowed: 'Address is allowed by profile and key',
  identity_missing: 'A token of its platform comes, if the key asks for one',
  identity_invalid: 'That token is genuine, in time and meant for this key',
  identity_not_allowed: 'A rule of the key lets that identity in',
  agent_revoked: 'Claim’s agent is not revoked',
  agent_disabled: 'Claim’s agent is not disabled',
  claim_denied: 'Claim was not denied',
  claim_bound: 'Claim is not bound to another public key',
  hold_lapsed: 'What is confirmed is held',
  hold_not_allowed: 'Key lets uses be held, if one is asked for',
  hold_required: 'A use is held first, if the key requires it',
  claim_required: 'A hold has a claim',
  key_paused: 'Key is not paused',
  key_not_started: 'Key has begun',
  outside_window: 'Now is within a window of the key',
  key_expired: 'Key has not ended',
  not_listed: 'Machine is one that the key expects',
  slot_filled: 'Slot of the machine is free',
  rate_limited: 'Key may make an agent at this moment',
  key_spent: 'A use is left',
  key_held: 'A use is left that is not held',
  approvals_full: 'Few enough machines wait for approval',
  holds_full: 'Client’s network holds few enough uses',
  issuer_unavailable: 'Issuer can sign',
}

/** What is compared; null: the rule says it by itself. */
export function factsOf(
  reason: RefusalReason,
  key: EnrollmentKey,
  { address, now }: { readonly address: string | null; readonly now: number },
): string | null {
  const { limits, windows } = key.rules ?? NO_RULES
  switch (reason) {
    case 'address_not_allowed':
      return `${address ?? 'No address'}${key.allowedAddresses.length > 0 ? ` against ${key.allowedAddresses.slice(0, 3).join(', ')}` : ', key: any'}`
    case 'key_expired':
      return key.expiresAt === null
        ? 'Never ends'
        : `${key.expiresAt > now ? 'Ends' : 'Ended'} ${relativeTime(key.expiresAt, now)}`
    case 'key_spent':
    case 'key_held':
      return `${number(key.uses)} used${key.held > 0 ? `, ${number(key.held)} held` : ''}, ${key.maxUses === null ? 'no limit' : `of ${number(key.maxUses)}`}`
    case 'outside_window':
      return windows.length === 0 ? 'None: always' : null
    case 'rate_limited':
      return Object.values(limits).every((limit) => limit === null) ? 'No limit' : null
    default:
      return null
  }
}

export const VERDICTS: Readonly<
  Record<Exclude<Decision['kind'], 'cancelled' | 'refused' | 'identity_needed'>, readonly [string, string]>
> = {
  new: ['It would enroll', 'No rule is against it. It would become an agent, and spend a use.'],
  repeat: ['It would get its agent again', 'This claim made an agent before. No use is spent.'],
  hold: [
    'A use would be held',
    'No rule is against it. It waits for a confirmation, or for an operator’s approval.',
  ],
  held: ['It waits', 'A use is held for this claim: it waits to be confirmed, or approved.'],
  pick_up: ['It would enroll', 'A use is held for this claim, and nothing is in the way.'],
}

/** What an operator can do about it; null: nothing short of another key. */
export function remedyOf(reason: RefusalReason): string | null {
  return REMEDIES[reason] ?? null
}

const REMEDIES: Readonly<Partial<Record<RefusalReason, string>>> = {
  profile_disabled: 'Enable the profile.',
  key_disabled: 'Enable the key.',
  suspended_by_restore: 'Release the key, once you know that it was not revoked after the backup.',
  agent_revoked: 'Allow one re-enrollment on the page of its agent, if the machine is yours.',
  agent_disabled: 'Enable the agent on its page.',
  key_paused: 'Resume the key.',
  key_expired: 'Extend the key.',
  key_spent: 'Raise the number of machines in the settings of the key.',
  key_revoked: 'Create another key: a revoked one does not come back.',
  hold_required: 'Let the machine hold a use first, or change that in the settings of the key.',
  not_listed: 'Add the machine to the slots of the key.',
  slot_filled: 'Revoke the agent that filled the slot and refill it, if the machine was installed again.',
  rate_limited: 'Wait, or raise the limit in the settings of the key.',
  approvals_full: 'Decide on the machines that wait.',
}

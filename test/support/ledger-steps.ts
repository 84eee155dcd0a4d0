/** What can be asked of a ledger, as data: fast-check makes sequences of it, and the ledger and its reference take them. */
import * as fc from 'fast-check'
import type { AndKey } from '../../src/core/enrollment/ledger/agent.ts'
import type { ApprovalDecision } from '../../src/core/enrollment/ledger/approval.ts'
import type { KeyChange } from '../../src/core/enrollment/ledger/key.ts'
import type { Intent } from '../../src/core/enrollment/ledger/rules/decide.ts'
import type { KeyRules } from '../../src/core/enrollment/ledger/rules/key-rules.ts'
import type { Fault, Outcome } from '../../src/core/kernel/outcome.ts'
import { attempt, CAUSE, type Ledger, ORGANIZATION } from './ledger.ts'

/** With a profile the key moves there. */
type Change = {
  readonly max?: number | null
  readonly expires?: number | null
  readonly on?: boolean
  readonly profile?: number
}

/** How long a claim waits for approval, in the model. */
export const APPROVAL_SECONDS = 180

/** What a key asks beside its count and its end. */
export type KeyKind = 'plain' | 'holds' | 'approval'

/** Claims that may wait for approval at a time, in the model. */
export const MAX_PENDING = 2

const RULES: Readonly<Record<KeyKind, Partial<KeyRules>>> = {
  plain: {},
  holds: { hold: 'allowed' },
  approval: { approval: { expiresSeconds: APPROVAL_SECONDS, maxPending: MAX_PENDING, by: 'user' } },
}

export type Host = 'x' | 'y'

/** Numbers may name what is not there. Times are Unix milliseconds, lifetimes seconds. */
export type Step =
  | {
      readonly does: 'make'
      readonly profile: number
      readonly max: number | null
      readonly lifetime: number | null
      readonly rules: KeyKind
    }
  | {
      readonly does: 'redeem'
      readonly key: number
      readonly claim: string | null
      /** The public key that it shows; null: none. */
      readonly binding: string | null
      readonly isMistyped: boolean
      readonly intent: Intent
      /** Of a hold. */
      readonly seconds: number
      /** What the machine says it is called. */
      readonly host: Host
    }
  | { readonly does: 'expect'; readonly key: number; readonly host: Host }
  | { readonly does: 'refill' | 'unexpect'; readonly key: number; readonly slot: number }
  | {
      readonly does: 'decide'
      readonly key: number
      readonly claim: string
      readonly decision: ApprovalDecision
    }
  | { readonly does: 'pause' | 'resume'; readonly key: number }
  | { readonly does: 'change'; readonly key: number; readonly change: Change }
  | { readonly does: 'revoke_key'; readonly key: number }
  | { readonly does: 'switch_profile'; readonly profile: number; readonly on: boolean }
  | { readonly does: 'revoke_keys'; readonly profile: number }
  | { readonly does: 'delete_profile'; readonly profile: number; readonly isKeptWithAgents: boolean }
  | { readonly does: 'leave' | 'allow_rebinding'; readonly agent: number }
  | { readonly does: 'revoke_many'; readonly agents: readonly number[] }
  | { readonly does: 'revoke_agent'; readonly agent: number; readonly andKey: AndKey }
  | { readonly does: 'revoke_agents'; readonly key: number; readonly since: number; readonly andKey: AndKey }

export type KeyView = {
  profile: number
  readonly rules: KeyKind
  paused: boolean
  /** Only machines of its slots. */
  expects: boolean
  readonly max: number | null
  readonly expires: number | null
  on: boolean
  revoked: boolean
  uses: number
}
export type AgentView = {
  readonly key: number
  /** Of the key when it enrolled. */
  readonly profile: number
  readonly claim: string | null
  binding: string | null
  mayRebind: boolean
  state: 'active' | 'revoked' | 'left'
  /** When it enrolled, Unix milliseconds. */
  readonly since: number
  readonly use: number
}

/** What happens at one moment: the clock jumps by so much, the object may be evicted, then all the steps are sent at once. */
export type Moment = { readonly jump: number; readonly isEvicted: boolean; readonly steps: readonly Step[] }

export const START = Date.UTC(2030, 0)
const MINUTE = 60_000

const profile = fc.constantFrom(1, 1, 1, 2)
const key = fc.constantFrom(1, 1, 1, 1, 2, 2, 3, 4)
const agent = fc.nat({ max: 7 }).map((n) => n + 1)
const claim = fc.constantFrom(null, 'a', 'a', 'b', 'b', 'c', 'd')
const max = fc.constantFrom(null, 1, 2, 2, 3, 5)
const host = fc.constantFrom<Host>('x', 'x', 'y')
const instant = fc.integer({ min: -5, max: 10 }).map((minutes) => START + minutes * MINUTE)
const andKey = fc.constantFrom<AndKey>('disable', 'keep', 'keep')
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ max }),
  fc.record({ expires: fc.option(instant) }),
  fc.record({ on: fc.boolean() }),
  fc.record({ profile }),
)

function step<D extends Step['does']>(does: D) {
  return fc.constant(does)
}

const redeem: fc.Arbitrary<Step> = fc.record({
  does: step('redeem'),
  key,
  claim,
  binding: fc.constantFrom(null, null, null, 'p', 'p', 'q'),
  isMistyped: fc.constantFrom(...Array<false>(15).fill(false), true),
  intent: fc.constantFrom<Intent>('enroll', 'enroll', 'enroll', 'hold', 'hold', 'confirm', 'cancel'),
  seconds: fc.constantFrom(60, 120, 600),
  host,
})
const slot = fc.nat({ max: 2 }).map((n) => n + 1)
const rare: readonly fc.Arbitrary<Step>[] = [
  fc.record({
    does: step('make'),
    profile,
    max,
    lifetime: fc.constantFrom(null, null, 60, 300),
    rules: fc.constantFrom<KeyKind>('plain', 'holds', 'holds', 'approval'),
  }),
  fc.record({
    does: step('decide'),
    key,
    claim: fc.constantFrom('a', 'b', 'c'),
    decision: fc.constantFrom<ApprovalDecision>('approved', 'approved', 'denied'),
  }),
  fc.record({ does: fc.constantFrom('pause' as const, 'resume' as const), key }),
  fc.record({ does: step('expect'), key: fc.constantFrom(1, 2), host }),
  fc.record({ does: fc.constantFrom('refill' as const, 'refill' as const, 'unexpect' as const), key, slot }),
  fc.record({ does: step('change'), key, change }),
  fc.record({ does: step('change'), key, change: fc.record({ max }) }),
  fc.record({ does: step('revoke_key'), key }),
  fc.record({ does: step('switch_profile'), profile, on: fc.boolean() }),
  fc.record({ does: step('revoke_keys'), profile: fc.constant(2) }),
  fc.record({ does: step('delete_profile'), profile: fc.constant(2), isKeptWithAgents: fc.boolean() }),
  fc.record({ does: step('leave'), agent }),
  fc.record({ does: step('allow_rebinding'), agent }),
  fc.record({ does: step('revoke_many'), agents: fc.array(agent, { minLength: 1, maxLength: 3 }) }),
  fc.record({ does: step('revoke_agent'), agent, andKey }),
  fc.record({ does: step('revoke_agents'), key, since: instant, andKey }),
]
const anyStep = fc.oneof(
  { weight: 12, arbitrary: redeem },
  ...rare.map((arbitrary) => ({ weight: 1, arbitrary })),
)

const moment: fc.Arbitrary<Moment> = fc.record({
  jump: fc.oneof(
    { weight: 4, arbitrary: fc.nat({ max: 100 }) },
    fc.integer({ min: -5 * MINUTE, max: 5 * MINUTE }),
    fc.constantFrom(-60 * MINUTE, 60 * MINUTE),
  ),
  isEvicted: fc.constantFrom(...Array<false>(9).fill(false), true),
  steps: fc.array(anyStep, { minLength: 1, maxLength: 8 }),
})

export const sequence = fc.array(moment, { minLength: 1, maxLength: 10 })

/** Sends a step to the real ledger; the answer, in the reference's words. */
export async function send(ledger: Ledger, step: Step): Promise<string> {
  switch (step.does) {
    case 'make':
      return resultOf(
        await ledger.createKey(
          ORGANIZATION,
          {
            profile: step.profile,
            name: 'key',
            maxUses: step.max,
            lifetimeSeconds: step.lifetime,
            expiresAt: undefined,
            rules: RULES[step.rules],
            allowedAddresses: [],
            codeHash: 'the code',
            ringVersion: 1,
          },
          CAUSE,
        ),
      )
    case 'redeem': {
      const codeHash = step.isMistyped ? 'another code' : 'the code'
      const binding = step.binding !== null && { hash: step.binding, ringVersion: 1, issuer: null }
      const { intent, seconds: holdSeconds } = step
      const request = attempt(step.key, step.claim, {
        codeHash,
        intent,
        holdSeconds,
        hostname: step.host,
        ...(binding && { binding }),
      })
      const redeemed = await ledger.redeem(request)
      if (!redeemed.ok) return redeemed.fault.kind
      const { value } = redeemed
      if (value.kind === 'refused') return value.reason
      return 'agent' in value ? `${value.kind} ${value.agent.n}` : value.kind
    }
    case 'change':
      return resultOf(await ledger.changeKey(ORGANIZATION, step.key, toKeyChange(step.change), CAUSE))
    case 'decide':
      return resultOf(
        await ledger.decideClaim(ORGANIZATION, step.key, step.claim, step.decision, 'user', CAUSE),
      )
    case 'expect':
      return resultOf(
        await ledger.addSlots(ORGANIZATION, step.key, [{ by: 'hostname', value: step.host }], CAUSE),
      )
    case 'refill':
      return resultOf(await ledger.refillSlot(ORGANIZATION, step.key, step.slot, CAUSE))
    case 'unexpect':
      return resultOf(await ledger.removeSlot(ORGANIZATION, step.key, step.slot, CAUSE))
    case 'pause':
      return resultOf(await ledger.pauseKey(ORGANIZATION, step.key, CAUSE))
    case 'resume':
      return resultOf(await ledger.resumeKey(ORGANIZATION, step.key, CAUSE))
    case 'revoke_key':
      return resultOf(await ledger.revokeKey(ORGANIZATION, step.key, CAUSE))
    case 'switch_profile':
      return resultOf(await ledger.changeProfile(ORGANIZATION, step.profile, { isEnabled: step.on }, CAUSE))
    case 'revoke_keys':
      return resultOf(await ledger.revokeKeys(ORGANIZATION, step.profile, CAUSE))
    case 'delete_profile':
      return resultOf(await ledger.deleteProfile(ORGANIZATION, step.profile, CAUSE, step.isKeptWithAgents))
    case 'leave':
      return resultOf(await ledger.leave(ORGANIZATION, step.agent, CAUSE))
    case 'allow_rebinding':
      return resultOf(await ledger.allowRebinding(ORGANIZATION, step.agent, CAUSE))
    case 'revoke_many': {
      const all = await ledger.revokeMany(ORGANIZATION, step.agents, CAUSE)
      return all.ok ? `${step.agents.length} revoked, any left` : all.fault.kind
    }
    case 'revoke_agent':
      return revoked(await ledger.revokeAgent(ORGANIZATION, step.agent, step.andKey, CAUSE))
    case 'revoke_agents':
      return revoked(await ledger.revokeAgents(ORGANIZATION, step.key, step.since, step.andKey, false, CAUSE))
  }
}

function resultOf(outcome: Outcome<unknown, Fault>): string {
  return outcome.ok ? 'ok' : outcome.fault.kind
}

function revoked(outcome: Awaited<ReturnType<Ledger['revokeAgent']>>): string {
  if (!outcome.ok) return outcome.fault.kind
  const { agents, keyState } = outcome.value
  return `${agents.length} revoked, ${keyState.usesLeft ?? 'any'} left`
}

function toKeyChange({ max, expires, on, profile }: Change): KeyChange {
  return {
    ...(max !== undefined && { maxUses: max }),
    ...(expires !== undefined && { expiresAt: expires }),
    ...(on !== undefined && { isEnabled: on }),
    ...(profile !== undefined && { profile }),
  }
}

/** What a ledger does, said once more as plainly as can be: no storage, no transactions, no caches. */
import { SteadyClock } from '../../src/core/kernel/time/steady-clock.ts'
import {
  type AgentView as Agent,
  APPROVAL_SECONDS,
  type Host,
  type KeyView as Key,
  MAX_PENDING,
  START,
  type Step,
} from './ledger-steps.ts'

const FRESH = { on: true, revoked: false, uses: 0, paused: false, expects: false }

type Hold = {
  readonly key: number
  readonly claim: string
  readonly kind: 'reserve' | 'approval'
  readonly since: number
  ends: number
  approved: boolean
}
type Slot = {
  readonly key: number
  readonly host: Host
  agent: number | null
  /** That held it last: it holds it as long as it holds a use. */
  claim: string | null
}
const ACTIVE = { mayRebind: false, state: 'active' } as const

export class ReferenceLedger {
  now = START
  #wall = START
  #clock = new SteadyClock(() => this.#wall, START)
  readonly profiles = [1, 2].map(() => ({ on: true, deleted: false }))
  readonly keys: Key[] = []
  readonly agents: Agent[] = []
  /** Also those that have lapsed, until their key is asked of again. */
  holds: Hold[] = []
  /** By their numbers, from 1; null: it was removed. */
  readonly slots: (Slot | null)[] = []
  /** Key and claim → what was decided. */
  readonly #decisions = new Map<string, 'approved' | 'denied'>()

  /** The object starts again, with what it remembers of its clock. */
  restart(agreesAt: number): void {
    this.#clock = new SteadyClock(() => this.#wall, 0, agreesAt)
  }

  take(step: Step, wall: number): string {
    this.#wall = wall
    this.now = this.#clock.now()
    const profile = this.profiles['profile' in step ? step.profile - 1 : -1]
    const key = this.keys['key' in step ? step.key - 1 : -1]
    const agent = this.agents['agent' in step ? step.agent - 1 : -1]
    if (step.does === 'redeem') return this.#redeem(key, step)
    if (step.does === 'decide') return this.#decide(key, step)
    if (step.does === 'refill' || step.does === 'unexpect') return this.#empty(step)
    const many = step.does === 'revoke_many' ? step.agents.map((n) => this.agents[n - 1]) : []
    if (many.length > 0) return this.#revoke(many, 0, 'keep')
    if (profile?.deleted || (!profile && !key && !agent)) return 'not_found'
    if (step.does === 'make')
      this.keys.push({ ...step, expires: step.lifetime && this.now + step.lifetime * 1_000, ...FRESH })
    if (profile && step.does === 'switch_profile') profile.on = step.on
    const isIn = (a: Agent) => 'profile' in step && a.profile === step.profile && a.state === 'active'
    if (step.does === 'delete_profile' && step.isKeptWithAgents && this.agents.some(isIn)) return 'in_use'
    if (profile && step.does === 'delete_profile') profile.deleted = true
    if (profile && (step.does === 'delete_profile' || step.does === 'revoke_keys'))
      for (const one of this.keys) one.revoked ||= one.profile === step.profile
    if (key?.revoked && step.does === 'change') return 'key_revoked'
    if (step.does === 'change' && this.profiles[(step.change.profile ?? 1) - 1]?.deleted) return 'not_found'
    if (key && step.does === 'change') {
      Object.assign(key, step.change)
      if (step.change.max !== undefined) this.#returnExcess(key)
    }
    if (key?.revoked && (step.does === 'pause' || step.does === 'expect')) return 'key_revoked'
    if (key && step.does === 'expect') {
      key.expects = true
      const isThere = this.slots.some((slot) => slot?.key === step.key && slot.host === step.host)
      if (!isThere) this.slots.push({ key: step.key, host: step.host, agent: null, claim: null })
    }
    if (key && step.does === 'pause') key.paused = true
    if (key && step.does === 'resume') key.paused = false
    if (key && step.does === 'revoke_key') key.revoked = true
    this.holds = this.holds.filter((hold) => !this.keys[hold.key - 1]?.revoked)
    if (agent && agent.state !== 'active' && step.does !== 'revoke_agent') return 'not_found'
    if (agent && step.does === 'leave') agent.state = 'left'
    if (agent && step.does === 'allow_rebinding') agent.mayRebind = true
    if (agent && step.does === 'revoke_agent') return this.#revoke([agent], agent.key, step.andKey)
    if (key && step.does === 'revoke_agents') {
      this.holds = this.holds.filter((hold) => hold.key !== step.key || hold.since < step.since)
      const isMeant = (a: Agent) => a.key === step.key && a.state === 'active' && a.since >= step.since
      return this.#revoke(this.agents.filter(isMeant), step.key, step.andKey)
    }
    return 'ok'
  }

  #redeem(key: Key | undefined, step: Step & { does: 'redeem' }): string {
    this.holds = this.holds.filter((hold) => hold.key !== step.key || hold.ends > this.now)
    const profile = this.profiles[(key?.profile ?? 0) - 1]
    if (!key || !profile || profile.deleted || step.isMistyped) return 'key_unknown'
    if (!profile.on) return 'profile_disabled'
    if (key.revoked) return 'key_revoked'
    if (!key.on) return 'key_disabled'
    const isOurs = (a: Agent) => a.key === step.key && a.claim === step.claim && a.state !== 'left'
    const prior = step.claim === null ? undefined : this.agents.findLast(isOurs)
    if (prior?.state === 'revoked') return 'agent_revoked'
    if (this.#decisions.get(`${step.key} ${step.claim}`) === 'denied') return 'claim_denied'
    const isOther = prior && step.binding !== null && step.binding !== prior.binding
    if (isOther && !prior.mayRebind) return 'claim_bound'
    if (isOther) Object.assign(prior, { binding: step.binding, mayRebind: false })
    if (prior) return `repeat ${this.agents.indexOf(prior) + 1}`
    const own = this.holds.find((hold) => hold.key === step.key && hold.claim === step.claim)
    if (step.intent === 'cancel') {
      this.holds = this.holds.filter((hold) => hold !== own)
      return 'cancelled'
    }
    if (own) {
      if (own.kind === 'approval' ? !own.approved : step.intent === 'hold') return 'held'
      const refused = this.#refusalBySlot(key, step)
      if (refused) return refused
      this.#fill(key, step)
      this.holds = this.holds.filter((hold) => hold !== own)
      return this.#enroll(key, step)
    }
    if (step.intent === 'confirm') return 'hold_lapsed'
    const isHeld = key.rules === 'approval' || step.intent === 'hold'
    if (isHeld && key.rules === 'plain') return 'hold_not_allowed'
    if (isHeld && step.claim === null) return 'claim_required'
    if (key.paused) return 'key_paused'
    if (key.expires !== null && this.now >= key.expires) return 'key_expired'
    const refused = this.#refusalBySlot(key, step)
    if (refused) return refused
    if (key.max !== null && key.uses >= key.max) return 'key_spent'
    const its = this.holds.filter((hold) => hold.key === step.key)
    if (key.max !== null && key.uses + its.length >= key.max) return 'key_held'
    if (!isHeld || step.claim === null) {
      this.#fill(key, step)
      return this.#enroll(key, step)
    }
    const kind = key.rules === 'approval' ? 'approval' : 'reserve'
    const isPending = (hold: Hold) => hold.kind === 'approval' && !hold.approved
    if (kind === 'approval' && its.filter(isPending).length >= MAX_PENDING) return 'approvals_full'
    const seconds = kind === 'approval' ? APPROVAL_SECONDS : step.seconds
    const { key: n, claim } = step
    const slot = this.#slotOf(key, step)
    for (const one of this.slots) if (one?.key === n && one.claim === claim) one.claim = null
    if (slot) slot.claim = claim
    this.holds.push({
      ...{ key: n, claim, kind, approved: false },
      ...{ since: this.now, ends: this.now + seconds * 1_000 },
    })
    this.#decisions.delete(`${n} ${claim}`)
    return 'held'
  }

  /** Its claim holds a use. */
  #isHeld(slot: Slot): boolean {
    return this.holds.some(
      ({ key, claim, ends }) => key === slot.key && claim === slot.claim && ends > this.now,
    )
  }

  #slotOf(key: Key, step: Step & { does: 'redeem' }): Slot | null {
    if (!key.expects) return null
    const its = this.slots.filter((slot) => slot?.key === step.key)
    const own = its.find((slot) => slot && slot.claim === step.claim && this.#isHeld(slot))
    return own ?? its.find((slot) => slot?.host === step.host) ?? null
  }

  #refusalBySlot(key: Key, step: Step & { does: 'redeem' }): string | null {
    if (!key.expects) return null
    const slot = this.#slotOf(key, step)
    if (!slot) return 'not_listed'
    const isOthers = slot.claim !== step.claim && this.#isHeld(slot)
    return slot.agent !== null || isOthers ? 'slot_filled' : null
  }

  /** By the agent that is about to be made. */
  #fill(key: Key, step: Step & { does: 'redeem' }): void {
    const slot = this.#slotOf(key, step)
    if (slot) Object.assign(slot, { agent: this.agents.length + 1, claim: null })
  }

  #empty({ does, key, slot: n }: Step & { does: 'refill' | 'unexpect' }): string {
    const slot = this.slots[n - 1]
    if (slot?.key !== key) return 'not_found'
    if (slot.agent !== null && this.agents[slot.agent - 1]?.state === 'active') return 'in_use'
    if (this.#isHeld(slot))
      this.holds = this.holds.filter((hold) => hold.key !== key || hold.claim !== slot.claim)
    Object.assign(slot, { agent: null, claim: null })
    if (does === 'unexpect') this.slots[n - 1] = null
    return 'ok'
  }

  #enroll(key: Key, step: Step & { does: 'redeem' }): string {
    this.agents.push({ ...step, ...ACTIVE, profile: key.profile, since: this.now, use: ++key.uses })
    return `new ${this.agents.length}`
  }

  /** Approving makes no agent: it lets the claim's next attempt do that. */
  #decide(key: Key | undefined, { key: n, claim, decision }: Step & { does: 'decide' }): string {
    if (!key) return 'not_found'
    const before = this.#decisions.get(`${n} ${claim}`)
    if (before) return before === decision ? 'ok' : 'already_decided'
    const hold = this.holds.find((one) => one.key === n && one.claim === claim)
    if (hold?.kind !== 'approval' || hold.ends <= this.now) return 'not_found'
    this.#decisions.set(`${n} ${claim}`, decision)
    if (decision === 'denied') this.holds = this.holds.filter((one) => one !== hold)
    hold.approved = true
    hold.ends = Math.max(hold.ends, this.now + 120_000)
    return 'ok'
  }

  /** The newest go first. */
  #returnExcess(key: Key): void {
    const n = this.keys.indexOf(key) + 1
    const its = this.holds
      .filter((hold) => hold.key === n)
      .sort((a, b) => b.since - a.since || (a.claim < b.claim ? -1 : 1))
    const excess = key.max === null ? 0 : key.uses + its.length - Math.max(key.max, key.uses)
    const returned = new Set(its.slice(0, Math.max(0, excess)))
    this.holds = this.holds.filter((hold) => !returned.has(hold))
  }

  heldOf(n: number): number {
    return this.holds.filter((hold) => hold.key === n).length
  }

  #revoke(agents: readonly (Agent | undefined)[], n: number, andKey: 'disable' | 'keep'): string {
    if (agents.some((agent) => !agent || agent.state === 'left')) return 'not_found'
    for (const agent of agents) if (agent) agent.state = 'revoked'
    const key = this.keys[n - 1]
    if (key && !key.revoked && andKey === 'disable') key.on = false
    return `${agents.length} revoked, ${key?.max == null ? 'any' : Math.max(0, key.max - key.uses - this.heldOf(n))} left`
  }
}

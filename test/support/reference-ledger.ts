/** What a ledger does, said once more as plainly as can be: no storage, no transactions, no caches. */
import { SteadyClock } from '../../src/core/kernel/steady-clock.ts'
import { type AgentView as Agent, type KeyView as Key, START, type Step } from './ledger-steps.ts'

const FRESH = { on: true, revoked: false, uses: 0 }
const ACTIVE = { mayRebind: false, state: 'active' } as const

export class ReferenceLedger {
  now = START
  #wall = START
  #clock = new SteadyClock(() => this.#wall, START)
  readonly profiles = [1, 2].map(() => ({ on: true, deleted: false }))
  readonly keys: Key[] = []
  readonly agents: Agent[] = []

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
    if (key && step.does === 'change') Object.assign(key, step.change)
    if (key && step.does === 'revoke_key') key.revoked = true
    if (agent && agent.state !== 'active' && step.does !== 'revoke_agent') return 'not_found'
    if (agent && step.does === 'leave') agent.state = 'left'
    if (agent && step.does === 'allow_rebinding') agent.mayRebind = true
    if (agent && step.does === 'revoke_agent') return this.#revoke([agent], agent.key, step.andKey)
    if (key && step.does === 'revoke_agents') {
      const isMeant = (a: Agent) => a.key === step.key && a.state === 'active' && a.since >= step.since
      return this.#revoke(this.agents.filter(isMeant), step.key, step.andKey)
    }
    return 'ok'
  }

  #redeem(key: Key | undefined, step: Step & { does: 'redeem' }): string {
    const profile = this.profiles[(key?.profile ?? 0) - 1]
    if (!key || !profile || profile.deleted || step.isMistyped) return 'key_unknown'
    if (!profile.on) return 'profile_disabled'
    if (key.revoked) return 'key_revoked'
    if (!key.on) return 'key_disabled'
    const isOurs = (a: Agent) => a.key === step.key && a.claim === step.claim && a.state !== 'left'
    const prior = step.claim === null ? undefined : this.agents.findLast(isOurs)
    if (prior?.state === 'revoked') return 'agent_revoked'
    const isOther = prior && step.binding !== null && step.binding !== prior.binding
    if (isOther && !prior.mayRebind) return 'claim_bound'
    if (isOther) Object.assign(prior, { binding: step.binding, mayRebind: false })
    if (prior) return `repeat ${this.agents.indexOf(prior) + 1}`
    if (key.expires !== null && this.now >= key.expires) return 'key_expired'
    if (key.max !== null && key.uses >= key.max) return 'key_spent'
    this.agents.push({ ...step, ...ACTIVE, profile: key.profile, since: this.now, use: ++key.uses })
    return `new ${this.agents.length}`
  }

  #revoke(agents: readonly (Agent | undefined)[], n: number, andKey: 'disable' | 'keep'): string {
    if (agents.some((agent) => !agent || agent.state === 'left')) return 'not_found'
    for (const agent of agents) if (agent) agent.state = 'revoked'
    const key = this.keys[n - 1]
    if (key && !key.revoked && andKey === 'disable') key.on = false
    return `${agents.length} revoked, ${key?.max == null ? 'any' : Math.max(0, key.max - key.uses)} left`
  }
}

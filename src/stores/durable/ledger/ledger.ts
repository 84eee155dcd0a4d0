import { DurableObject } from 'cloudflare:workers'
import type { Reach } from '../../../core/access/reach/reach.ts'
import type { RingVersion } from '../../../core/deployment/port.ts'
import type { Agent } from '../../../core/enrollment/ledger/agent.ts'
import type {
  CertificateRequest,
  NamedCertificate,
  RenewalRequest,
} from '../../../core/enrollment/ledger/certificate.ts'
import type { HeadDraft, SignedHead } from '../../../core/enrollment/ledger/head.ts'
import type { NewProfile, Profile } from '../../../core/enrollment/ledger/profile.ts'
import type {
  Identity,
  RedemptionRequest,
  RedemptionResult,
  RefreshRequest,
} from '../../../core/enrollment/ledger/redemption.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import {
  type CommonFault,
  type Fault,
  map,
  type Noun,
  notFound,
  type Outcome,
  ok,
  refuse,
} from '../../../core/kernel/outcome.ts'
import { summariesOf } from '../../../core/overview/feed.ts'
import { createFeed } from '../feed.ts'
import type { ObjectBindings } from '../object/bindings.ts'
import type { BatchHandler } from '../object/group-commit.ts'
import { ObjectCore } from '../object/object-core.ts'
import { createWebhookDeliverer } from '../webhook-deliverer.ts'
import * as agents from './agents.ts'
import * as certificates from './certificates.ts'
import * as fences from './fence.ts'
import * as heads from './heads.ts'
import { Heartbeats } from './heartbeats.ts'
import * as approvals from './holds/approvals.ts'
import { HoldLapse } from './holds/hold-lapse.ts'
import * as pauses from './holds/pauses.ts'
import * as keys from './keys.ts'
import { CounterReport } from './outbox/counters.ts'
import { oldestUndelivered, refill } from './outbox/deliveries.ts'
import { ledgerOutbox, reportClock } from './outbox/outbox.ts'
import * as profiles from './profiles.ts'
import { explain } from './redemption/explain.ts'
import { Redemptions } from './redemption/redemptions.ts'
import { RefusalRetention, refusalOfRequest, refusalsIn } from './redemption/refusals.ts'
import type { Command, Input, RemoteLedger } from './remote-ledger.ts'
import { retireIssuer } from './retired-issuers.ts'
import * as slots from './slots.ts'
import { createLedgerStore, type LedgerStore, openLedgerStore } from './tables/ledger-store.ts'
import * as upkeep from './upkeep.ts'

/** Until an operator has restored the right D1. */
const FOREIGN = refuse({ kind: 'busy', retryAfterSeconds: 60 })

/**
 * The smallest set of profiles between which keys can move, with their keys, redemptions and agents: the only place
 * that decides whether a key may be used. Every public method is remote; what each does is in the file of its noun. The
 * core always says within which reach; without one it is everywhere.
 */
export class Ledger extends DurableObject<ObjectBindings> implements RemoteLedger {
  readonly #core: ObjectCore<LedgerStore>
  readonly #heartbeats = new Heartbeats()
  readonly #redeemAll: BatchHandler<RedemptionRequest, Outcome<RedemptionResult>> = (requests, now) =>
    new Redemptions(this.#mustStore(), now).redeemAll(requests)
  readonly #refreshAll: BatchHandler<RefreshRequest, Outcome<Identity | null>> = (requests, now) =>
    agents.refreshAll(this.#mustStore(), now, requests)

  constructor(ctx: DurableObjectState, env: ObjectBindings) {
    super(ctx, env)
    const { storage } = ctx
    const feed = createFeed(env.FEEDS)
    const webhooks = createWebhookDeliverer(env.WEBHOOKS)
    this.#core = new ObjectCore<LedgerStore>(storage, env, {
      name: (store) => `ledger ${store?.ledger}`,
      open: () => openLedgerStore(storage),
      lastSeen: (store) => store.lastSeen(),
      outbox: (store) =>
        ledgerOutbox(storage, env.DB, store, (events, hasReceivers) => {
          ctx.waitUntil(feed.push(store.organization, summariesOf(events)))
          if (hasReceivers) ctx.waitUntil(webhooks.wake(store.organization))
        }),
      reportClock: ({ ledger }, agreesAt) => reportClock(env.DB, ledger, agreesAt),
      purposes: (store, clock) => [
        new RefusalRetention(store, clock),
        new CounterReport(store, env.DB),
        new HoldLapse(store, clock, (work) => this.#core.change((now) => ok(work(now)))),
      ],
      joining: (store, now) => this.#heartbeats.write(store, now),
    })
  }

  get #store(): LedgerStore | null {
    return this.#core.held
  }

  override alarm(): Promise<void> {
    return this.#core.ring()
  }

  // What agents ask.

  /** The hot path: no D1, no KV; the outbox's alarm delivers to D1 within a second. */
  async redeem(request: RedemptionRequest): Promise<Outcome<RedemptionResult>> {
    if (!this.#store) return ok({ kind: 'refused', reason: 'key_unknown' })
    return this.#core.commitTogether(request, this.#redeemAll)
  }

  async refresh(request: RefreshRequest): Promise<Outcome<Identity | null>> {
    if (!this.#store) return ok(null)
    return this.#core.commitTogether(request, this.#refreshAll)
  }

  async heartbeat(n: number): Promise<Outcome<Agent>> {
    const found = this.#store ? agents.readAgent(this.#store, n) : notFound('agent')
    if (!found.ok || found.value.state !== 'active') return notFound('agent')
    const now = this.#core.now()
    if (this.#heartbeats.beat(n, found.value.seenAt, now)) {
      this.ctx.waitUntil(this.#core.commit(() => ok(null)))
    }
    return ok({ ...found.value, seenAt: now })
  }

  renew(request: RenewalRequest) {
    return this.#core.commit((now) =>
      this.#within('agent', (store) => ok(certificates.renew(store, now, request))),
    )
  }

  certify(request: CertificateRequest) {
    return this.#core.commit((now) =>
      this.#within('agent', (store) => ok(certificates.certify(store, now, request))),
    )
  }

  // Profiles.

  async create(input: NewProfile, ledger: number, cause: Cause): Promise<Outcome<Profile>> {
    if (await this.#core.isForeign()) return FOREIGN
    return this.#core.commitAndFlush((now) => {
      const store = this.#store ?? createLedgerStore(this.ctx.storage.sql, ledger, input.organization, now)
      if (store.organization !== input.organization) return notFound('profile')
      return profiles.createProfile(store, now, input, cause)
    })
  }

  getProfile(organization: number, n: number) {
    return this.#read('profile', organization, (store) => profiles.readProfile(store, n))
  }

  changeProfile(organization: number, ...input: Input<typeof profiles.changeProfile>) {
    return this.#manage('profile', organization, profiles.changeProfile, input)
  }

  deleteProfile(organization: number, ...input: Input<typeof profiles.deleteProfile>) {
    return this.#manage('profile', organization, profiles.deleteProfile, input)
  }

  // Keys.

  createKey(organization: number, ...input: Input<typeof keys.createKey>) {
    return this.#manage('profile', organization, keys.createKey, input)
  }

  getKey(organization: number, n: number, reach: Reach = null) {
    return this.#read('key', organization, (store) => keys.readKey(store, n, reach))
  }

  changeKey(organization: number, ...input: Input<typeof keys.changeKey>) {
    return this.#manage('key', organization, keys.changeKey, input)
  }

  revokeKey(organization: number, ...input: Input<typeof keys.revokeKey>) {
    return this.#manage('key', organization, keys.revokeKey, input)
  }

  revokeKeys(organization: number, ...input: Input<typeof keys.revokeKeys>) {
    return this.#manage('profile', organization, keys.revokeKeys, input)
  }

  releaseKey(organization: number, ...input: Input<typeof fences.releaseKey>) {
    return this.#manage('key', organization, fences.releaseKey, input)
  }

  releaseKeys(organization: number, ...input: Input<typeof fences.releaseKeys>) {
    return this.#manage('profile', organization, fences.releaseKeys, input)
  }

  explain(organization: number, ...input: Input<typeof explain>) {
    return this.#read('key', organization, (store) => explain(store, this.#core.now(), ...input))
  }

  refusals(organization: number, ...input: Input<typeof refusalsIn>) {
    return this.#read('key', organization, (store) => refusalsIn(store, this.#core.now(), ...input))
  }

  refusalOfRequest(organization: number, key: number, request: string) {
    return this.#read('key', organization, (store) => ok(refusalOfRequest(store, key, request)))
  }

  pauseKey(organization: number, ...input: Input<typeof pauses.pauseKey>) {
    return this.#manage('key', organization, pauses.pauseKey, input)
  }

  resumeKey(organization: number, ...input: Input<typeof pauses.resumeKey>) {
    return this.#manage('key', organization, pauses.resumeKey, input)
  }

  waitingClaims(organization: number, ...input: Input<typeof approvals.waitingClaims>) {
    return this.#read('key', organization, (store) =>
      ok(approvals.waitingClaims(store, this.#core.now(), ...input)),
    )
  }

  decideClaim(organization: number, ...input: Input<typeof approvals.decideClaim>) {
    return this.#manage('approval', organization, approvals.decideClaim, input)
  }

  addSlots(organization: number, ...input: Input<typeof slots.addSlots>) {
    return this.#manage('key', organization, slots.addSlots, input)
  }

  listSlots(organization: number, ...input: Input<typeof slots.listSlots>) {
    return this.#read('key', organization, (store) => slots.listSlots(store, this.#core.now(), ...input))
  }

  removeSlot(organization: number, ...input: Input<typeof slots.removeSlot>) {
    return this.#manage('slot', organization, slots.removeSlot, input)
  }

  refillSlot(organization: number, ...input: Input<typeof slots.refillSlot>) {
    return this.#manage('slot', organization, slots.refillSlot, input)
  }

  async deliver(organization: number): Promise<Outcome<number>> {
    if (await this.#core.isForeign()) return FOREIGN
    const now = this.#core.now()
    await this.#core.flush()
    return this.#owned('ledger', organization, (store) => {
      const oldest = oldestUndelivered(store)
      return ok(oldest === null ? now : Math.min(now, oldest - 1))
    })
  }

  // Agents.

  getAgent(organization: number, n: number) {
    return this.#read('agent', organization, (store) =>
      map(agents.readAgent(store, n), (agent) => ({
        ...agent,
        seenAt: this.#heartbeats.lastSeen(n, agent.seenAt),
      })),
    )
  }

  getAgents(organization: number, ns: readonly number[]) {
    return this.#read('agent', organization, (store) => ok(agents.readAgents(store, ns)))
  }

  changeAgent(organization: number, ...input: Input<typeof agents.changeAgent>) {
    return this.#manage('agent', organization, agents.changeAgent, input)
  }

  changeAgents(organization: number, ...input: Input<typeof agents.changeAgents>) {
    return this.#manage('agent', organization, agents.changeAgents, input)
  }

  allowRebinding(organization: number, ...input: Input<typeof agents.allowRebinding>) {
    return this.#manage('agent', organization, agents.allowRebinding, input)
  }

  leave(organization: number, ...input: Input<typeof agents.leave>) {
    return this.#manage('agent', organization, agents.leave, input)
  }

  leaveMany(organization: number, ...input: Input<typeof agents.leaveMany>) {
    return this.#manage('agent', organization, agents.leaveMany, input)
  }

  revokeAgent(organization: number, ...input: Input<typeof agents.revokeAgent>) {
    return this.#manage('agent', organization, agents.revokeAgent, input)
  }

  revokeMany(organization: number, ...input: Input<typeof agents.revokeMany>) {
    return this.#manage('agent', organization, agents.revokeMany, input)
  }

  revokeAgents(organization: number, ...input: Input<typeof agents.revokeAgents>) {
    return this.#manage('key', organization, agents.revokeAgents, input)
  }

  // Issuers.

  certificatesOf(organization: number, agent: number) {
    return this.#read('agent', organization, (store) => ok(certificates.certificatesOf(store, agent)))
  }

  revokeCertificates(organization: number, ...input: Input<typeof certificates.revokeCertificates>) {
    return this.#manage('agent', organization, certificates.revokeCertificates, input)
  }

  revokedCertificates(organization: number, ...input: Input<typeof certificates.revokedOf>) {
    return this.#read('issuer', organization, (store) =>
      certificates.revokedOf(store, this.#core.now(), ...input),
    )
  }

  retireIssuer(organization: number, ...input: Input<typeof retireIssuer>) {
    return this.#core.change((now) =>
      this.#owned('issuer', organization, (store) => retireIssuer(store, now, ...input)),
    )
  }

  // The deployment's maintenance.

  survey(ring: readonly RingVersion[]) {
    return this.#inspect((store, now) => upkeep.survey(store, now, ring))
  }

  fence(cause: Cause) {
    return this.#maintain((store, now) => fences.fence(store, now, cause))
  }

  /** The alarm delivers it, which may take a while: `survey` says how much waits. */
  rebuild() {
    return this.#maintain((store, now) => {
      refill(store, now)
      return null
    })
  }

  unnamedCertificates(version: number) {
    return this.#inspect((store, now) => certificates.unnamedOf(store, now, version))
  }

  nameCertificates(named: readonly NamedCertificate[]) {
    return this.#maintain((store) => {
      certificates.name(store, named)
      return null
    })
  }

  draftHead(newChain: string) {
    return this.#inspect((store, now) => heads.draftHead(store, now, newChain))
  }

  addHead(draft: HeadDraft, signed: SignedHead) {
    return this.#maintain((store, now) => heads.addHead(store, now, draft, signed))
  }

  dropRingVersion(version: number, cause: Cause) {
    return this.#core.manage((now) =>
      this.#within('ledger', (store) => ok(upkeep.dropRingVersion(store, now, version, cause))),
    )
  }

  #manage<I extends readonly unknown[], T, F extends Fault>(
    noun: Noun,
    organization: number,
    command: Command<I, T, F>,
    input: I,
  ): Promise<Outcome<T, F | CommonFault>> {
    return this.#core.manage((now) =>
      this.#owned(noun, organization, (store) => command(store, now, ...input)),
    )
  }

  async #read<T>(
    noun: Noun,
    organization: number,
    use: (store: LedgerStore) => Outcome<T>,
  ): Promise<Outcome<T>> {
    await this.#core.isForeign()
    return this.#owned(noun, organization, use)
  }

  #maintain<T>(work: (store: LedgerStore, now: number) => T): Promise<Outcome<T>> {
    return this.#core.change((now) => this.#within('ledger', (store) => ok(work(store, now))))
  }

  async #inspect<T>(work: (store: LedgerStore, now: number) => T): Promise<Outcome<T>> {
    await this.#core.isForeign()
    return this.#within('ledger', (store) => ok(work(store, this.#core.now())))
  }

  /** To another organization this ledger does not exist, nor what is in it: one answer, whichever it is. */
  #owned<T, F extends Fault>(
    noun: Noun,
    organization: number,
    use: (store: LedgerStore) => Outcome<T, F>,
  ): Outcome<T, F | CommonFault> {
    if (this.#store?.organization !== organization) return notFound(noun)
    return use(this.#store)
  }

  #within<T>(noun: Noun, use: (store: LedgerStore) => Outcome<T>): Outcome<T> {
    return this.#store ? use(this.#store) : notFound(noun)
  }

  #mustStore(): LedgerStore {
    if (!this.#store) throw new Error('this ledger was never made')
    return this.#store
  }
}

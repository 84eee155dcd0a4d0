import { DurableObject } from 'cloudflare:workers'
import type { Reach } from '../../../core/access/reach.ts'
import type { RingVersion } from '../../../core/deployment/port.ts'
import type { Ledger as LedgerPort } from '../../../core/enrollment/ledger/port.ts'
import type { Agent, EnrollmentKey, Profile } from '../../../core/enrollment/ledger/records.ts'
import type {
  AgentChange,
  AndKey,
  Explanation,
  Fenced,
  Identity,
  KeyChange,
  MassRevocation,
  NamedCertificate,
  NewKey,
  NewProfile,
  NumberedChange,
  NumberRange,
  ProfileBasis,
  ProfileChange,
  RedemptionRequest,
  RedemptionResult,
  RefreshRequest,
  RenewalRequest,
  RenewalResult,
  Revocation,
  RevocationReach,
  RevokedCertificate,
  Survey,
} from '../../../core/enrollment/ledger/requests.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import { map, type Noun, notFound, type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { SteadyClock } from '../../../core/kernel/steady-clock.ts'
import { AlarmClock } from '../object/alarm-clock.ts'
import type { ObjectBindings } from '../object/bindings.ts'
import { ClockRecord, readAgreement } from '../object/clock-record.ts'
import { type BatchHandler, GroupCommit } from '../object/group-commit.ts'
import { Home } from '../object/home.ts'
import { OutboxRelay } from '../object/outbox-relay.ts'
import * as agents from './agents.ts'
import * as certificates from './certificates.ts'
import { refill } from './deliveries.ts'
import { explain } from './explain.ts'
import * as fences from './fence.ts'
import { Heartbeats } from './heartbeats.ts'
import * as keys from './keys.ts'
import { createLedgerStore, type LedgerStore, openLedgerStore } from './ledger-store.ts'
import { ledgerOutbox, reportClock } from './outbox.ts'
import * as profiles from './profiles.ts'
import { Redemptions } from './redemptions.ts'
import { RefusalRetention } from './refusals.ts'
import { retireIssuer } from './retired-issuers.ts'
import * as upkeep from './upkeep.ts'

const BUSY = refuse({ kind: 'busy', retryAfterSeconds: 1 })
const EVERYWHERE: RevocationReach = { agents: null, keys: null }
/** Until an operator has restored the right D1. */
const FOREIGN = refuse({ kind: 'busy', retryAfterSeconds: 60 })

/**
 * The smallest set of profiles between which keys can move, with their keys, redemptions and agents: the only place
 * that decides whether a key may be used. Every public method is remote. The core always says within which reach; without
 * one it is everywhere.
 */
export class Ledger extends DurableObject<ObjectBindings> implements LedgerPort {
  readonly #clock: SteadyClock
  readonly #commits: GroupCommit
  readonly #alarms: AlarmClock
  readonly #outbox = new OutboxRelay()
  readonly #heartbeats = new Heartbeats()
  readonly #redeemAll: BatchHandler<RedemptionRequest, Outcome<RedemptionResult>> = (requests, now) =>
    new Redemptions(this.#mustStore()).redeemAll(requests, now)
  readonly #home: Home
  /** null: nobody made this ledger, and nothing was ever stored here; or it belongs to another deployment. */
  #store: LedgerStore | null = null
  #clockRecord: ClockRecord | null = null

  constructor(ctx: DurableObjectState, env: ObjectBindings) {
    super(ctx, env)
    this.#home = new Home(ctx.storage.sql, env.DB, () => `ledger ${this.#store?.ledger}`)
    this.#alarms = new AlarmClock(ctx.storage)
    const store = openLedgerStore(ctx.storage)
    this.#clock = new SteadyClock(() => Date.now(), store?.lastSeen(), store ? readAgreement(store.sql) : 0)
    if (store) this.#open(store)
    this.#commits = new GroupCommit(ctx.storage, this.#clock, {
      joining: (now) => this.#joining(now),
      committed: () => this.#committed(),
    })
    this.#alarms.start()
  }

  async create(input: NewProfile, ledger: number, cause: Cause): Promise<Outcome<Profile>> {
    if (await this.#isForeign()) return FOREIGN
    const made = await this.#commit((now) => {
      const store = this.#store ?? createLedgerStore(this.ctx.storage.sql, ledger, input.organization, now)
      if (store.organization !== input.organization) return notFound('profile')
      return profiles.createProfile(store, input, cause, now)
    })
    if (made.ok) await this.#outbox.flush()
    return made
  }

  async getProfile(organization: number, n: number): Promise<Outcome<Profile>> {
    return this.#read('profile', organization, (store) => profiles.readProfile(store, n))
  }

  changeProfile(
    organization: number,
    n: number,
    change: ProfileChange,
    cause: Cause,
    basis?: ProfileBasis,
  ): Promise<Outcome<Profile | null>> {
    return this.#manage((now) =>
      this.#owned('profile', organization, (store) =>
        profiles.changeProfile(store, n, change, cause, basis, now),
      ),
    )
  }

  deleteProfile(
    organization: number,
    n: number,
    cause: Cause,
    isKeptWithAgents = false,
    reach: Reach = null,
  ): Promise<Outcome<null>> {
    return this.#manage((now) =>
      this.#owned('profile', organization, (store) =>
        profiles.deleteProfile(store, n, cause, isKeptWithAgents, reach, now),
      ),
    )
  }

  createKey(
    organization: number,
    input: NewKey,
    cause: Cause,
    reach: Reach = null,
  ): Promise<Outcome<EnrollmentKey>> {
    return this.#manage((now) =>
      this.#owned('profile', organization, (store) => keys.createKey(store, input, cause, reach, now)),
    )
  }

  async getKey(organization: number, n: number, reach: Reach = null): Promise<Outcome<EnrollmentKey>> {
    return this.#read('key', organization, (store) => keys.readKey(store, n, reach))
  }

  changeKey(
    organization: number,
    n: number,
    change: KeyChange,
    cause: Cause,
    reach: Reach = null,
  ): Promise<Outcome<EnrollmentKey>> {
    return this.#manage((now) =>
      this.#owned('key', organization, (store) => keys.changeKey(store, n, change, cause, reach, now)),
    )
  }

  revokeKey(
    organization: number,
    n: number,
    cause: Cause,
    reach: Reach = null,
  ): Promise<Outcome<EnrollmentKey>> {
    return this.#manage((now) =>
      this.#owned('key', organization, (store) => keys.revokeKey(store, n, cause, reach, now)),
    )
  }

  revokeKeys(
    organization: number,
    profile: number,
    cause: Cause,
    reach: Reach = null,
  ): Promise<Outcome<number>> {
    return this.#manage((now) =>
      this.#owned('profile', organization, (store) => keys.revokeKeys(store, profile, cause, reach, now)),
    )
  }

  async explain(
    organization: number,
    key: number,
    claimHash: string | null,
    address: string | null,
  ): Promise<Outcome<Explanation>> {
    return this.#read('key', organization, (store) =>
      explain(store, key, claimHash, address, this.#clock.now()),
    )
  }

  /** The hot path: no D1, no KV; the outbox's alarm tells D1 within a second. */
  async redeem(request: RedemptionRequest): Promise<Outcome<RedemptionResult>> {
    if (!this.#store) return ok({ kind: 'refused', reason: 'key_unknown' })
    if (this.#commits.isFull) return BUSY
    return this.#commits.runTogether(request, this.#redeemAll)
  }

  async refresh(request: RefreshRequest): Promise<Outcome<Identity | null>> {
    if (!this.#store) return ok(null)
    return this.#commit((now) => ok(agents.refresh(this.#mustStore(), request, now)))
  }

  renew(request: RenewalRequest): Promise<Outcome<RenewalResult>> {
    return this.#commit((now) =>
      this.#within('agent', (store) => ok(certificates.renew(store, request, now))),
    )
  }

  async revokedCertificates(
    organization: number,
    issuer: number,
    range: NumberRange,
  ): Promise<Outcome<readonly RevokedCertificate[]>> {
    return this.#read('issuer', organization, (store) =>
      certificates.revokedOf(store, issuer, range, this.#clock.now()),
    )
  }

  retireIssuer(
    organization: number,
    issuer: number,
    to: 'asked' | 'retired' | 'kept',
  ): Promise<Outcome<null>> {
    return this.#change((now) =>
      this.#owned('issuer', organization, (store) => retireIssuer(store, issuer, to, now)),
    )
  }

  async heartbeat(n: number): Promise<Outcome<Agent>> {
    const found = this.#store ? agents.readAgent(this.#store, n) : notFound('agent')
    if (!found.ok || found.value.state !== 'active') return notFound('agent')
    const now = this.#clock.now()
    if (this.#heartbeats.beat(n, found.value.seenAt, now)) this.ctx.waitUntil(this.#commit(() => ok(null)))
    return ok({ ...found.value, seenAt: now })
  }

  async getAgent(organization: number, n: number): Promise<Outcome<Agent>> {
    return this.#read('agent', organization, (store) =>
      map(agents.readAgent(store, n), (agent) => ({
        ...agent,
        seenAt: this.#heartbeats.lastSeen(n, agent.seenAt),
      })),
    )
  }

  async getAgents(organization: number, ns: readonly number[]): Promise<Outcome<readonly Agent[]>> {
    return this.#read('agent', organization, (store) => ok(agents.readAgents(store, ns)))
  }

  changeAgent(
    organization: number,
    n: number,
    change: AgentChange,
    cause: Cause,
    reach: Reach = null,
  ): Promise<Outcome<Agent>> {
    return this.#manage((now) =>
      this.#owned('agent', organization, (store) => agents.changeAgent(store, n, change, cause, reach, now)),
    )
  }

  changeAgents(
    organization: number,
    changes: readonly NumberedChange[],
    cause: Cause,
    reach: Reach = null,
  ): Promise<Outcome<readonly Outcome<Agent>[]>> {
    return this.#manage((now) =>
      this.#owned('agent', organization, (store) =>
        ok(changes.map(({ n, change }) => agents.changeAgent(store, n, change, cause, reach, now))),
      ),
    )
  }

  allowRebinding(organization: number, n: number, cause: Cause): Promise<Outcome<Agent>> {
    return this.#manage((now) =>
      this.#owned('agent', organization, (store) => agents.allowRebinding(store, n, cause, now)),
    )
  }

  leave(organization: number, n: number, cause: Cause): Promise<Outcome<Agent>> {
    return this.#manage((now) =>
      this.#owned('agent', organization, (store) => agents.leave(store, n, cause, now)),
    )
  }

  leaveMany(
    organization: number,
    ns: readonly number[],
    cause: Cause,
    reach: Reach = null,
  ): Promise<Outcome<null>> {
    return this.#manage((now) =>
      this.#owned('agent', organization, (store) => agents.leaveMany(store, ns, cause, reach, now)),
    )
  }

  revokeAgent(
    organization: number,
    n: number,
    andKey: AndKey,
    cause: Cause,
    reach: RevocationReach = EVERYWHERE,
  ): Promise<Outcome<Revocation>> {
    return this.#manage((now) =>
      this.#owned('agent', organization, (store) => agents.revokeAgent(store, n, andKey, cause, reach, now)),
    )
  }

  revokeMany(organization: number, ns: readonly number[], cause: Cause): Promise<Outcome<null>> {
    return this.#manage((now) =>
      this.#owned('agent', organization, (store) => agents.revokeMany(store, ns, cause, now)),
    )
  }

  revokeAgents(
    organization: number,
    key: number,
    since: number,
    andKey: AndKey,
    isDryRun: boolean,
    cause: Cause,
    reach: RevocationReach = EVERYWHERE,
  ): Promise<Outcome<MassRevocation>> {
    return this.#manage((now) =>
      this.#owned('key', organization, (store) =>
        agents.revokeAgents(store, key, since, andKey, isDryRun, cause, reach, now),
      ),
    )
  }

  releaseKey(organization: number, n: number, cause: Cause): Promise<Outcome<EnrollmentKey>> {
    return this.#manage((now) =>
      this.#owned('key', organization, (store) => fences.releaseKey(store, n, cause, now)),
    )
  }

  releaseKeys(organization: number, profile: number, cause: Cause): Promise<Outcome<number>> {
    return this.#manage((now) =>
      this.#owned('profile', organization, (store) => fences.releaseKeys(store, profile, cause, now)),
    )
  }

  async survey(ring: readonly RingVersion[]): Promise<Outcome<Survey>> {
    await this.#isForeign()
    return this.#within('ledger', (store) => ok(upkeep.survey(store, ring, this.#clock.now())))
  }

  fence(cause: Cause): Promise<Outcome<Fenced>> {
    return this.#change((now) => this.#within('ledger', (store) => ok(fences.fence(store, cause, now))))
  }

  /** The alarm delivers it, which may take a while: `survey` says how much waits. */
  rebuild(): Promise<Outcome<null>> {
    return this.#change((now) =>
      this.#within('ledger', (store) => {
        refill(store, now)
        return ok(null)
      }),
    )
  }

  async unnamedCertificates(version: number): Promise<Outcome<readonly number[]>> {
    await this.#isForeign()
    return this.#within('ledger', (store) => ok(certificates.unnamedOf(store, version, this.#clock.now())))
  }

  nameCertificates(named: readonly NamedCertificate[]): Promise<Outcome<null>> {
    return this.#change(() =>
      this.#within('ledger', (store) => {
        certificates.name(store, named)
        return ok(null)
      }),
    )
  }

  dropRingVersion(version: number, cause: Cause): Promise<Outcome<number>> {
    return this.#manage((now) =>
      this.#within('ledger', (store) => ok(upkeep.dropRingVersion(store, version, cause, now))),
    )
  }

  override alarm(): Promise<void> {
    return this.#alarms.ring()
  }

  /** A management change: committed here, then answered when D1 has it, so that lists are true right after. */
  async #manage<T>(work: (now: number) => Outcome<T>): Promise<Outcome<T>> {
    const outcome = await this.#change(work)
    if (outcome.ok) await this.#outbox.flush()
    return outcome
  }

  async #change<T>(work: (now: number) => Outcome<T>): Promise<Outcome<T>> {
    await this.#isForeign()
    return this.#commit(work)
  }

  async #commit<T>(work: (now: number) => Outcome<T>): Promise<Outcome<T>> {
    if (this.#commits.isFull) return BUSY
    return this.#commits.run(work)
  }

  async #read<T>(
    noun: Noun,
    organization: number,
    use: (store: LedgerStore) => Outcome<T>,
  ): Promise<Outcome<T>> {
    await this.#isForeign()
    return this.#owned(noun, organization, use)
  }

  /** To another organization this ledger does not exist, nor what is in it: one answer, whichever it is. */
  #owned<T>(noun: Noun, organization: number, use: (store: LedgerStore) => Outcome<T>): Outcome<T> {
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

  #joining(now: number): void {
    if (!this.#store) return
    this.#heartbeats.write(this.#store, now)
    this.#clockRecord?.write()
  }

  /** A store is opened only after its tables are committed: a flush that rolls back takes them with it. */
  #committed(): void {
    const store = this.#store ?? (this.#home.isForeign ? null : openLedgerStore(this.ctx.storage))
    if (store && !this.#store) this.#open(store)
    this.#alarms.arm()
  }

  #open(store: LedgerStore): void {
    const { storage } = this.ctx
    this.#store = store
    this.#outbox.open(this.#home.guard(ledgerOutbox(storage, this.env.DB, store)))
    this.#clockRecord = new ClockRecord(store.sql, this.#clock, (agreesAt) =>
      reportClock(this.env.DB, store.ledger, agreesAt),
    )
    this.#alarms.add(this.#outbox, this.#clockRecord, new RefusalRetention(store, this.#clock))
  }

  /** From then on there is no ledger here for this D1. */
  async #isForeign(): Promise<boolean> {
    await this.#home.ask()
    if (this.#home.isForeign) this.#store = null
    return this.#home.isForeign
  }
}

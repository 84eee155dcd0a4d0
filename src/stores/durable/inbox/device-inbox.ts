import { DurableObject } from 'cloudflare:workers'
import type { Ability } from '../../../core/access/roles/ability.ts'
import type { Role } from '../../../core/access/roles/port.ts'
import {
  type DeviceDelivery,
  type DeviceMessage,
  type DeviceVerdict,
  MAX_THINGS,
  refusalOf,
} from '../../../core/devices/delivery.ts'
import type { Inbox, KeyPair, KeyPairChange, NewKeyPair } from '../../../core/devices/key-pairs/port.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import { notFound, type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import type { ObjectBindings } from '../object/bindings.ts'
import type { BatchHandler } from '../object/group-commit.ts'
import { migrate, schemaVersion } from '../object/migrations.ts'
import { BUSY, ObjectCore } from '../object/object-core.ts'
import { createWebhookDeliverer } from '../webhook-deliverer.ts'
import {
  ACCEPTED,
  acceptMessages,
  expectAnswer,
  forgetRefused,
  forgetThing,
  hasMoreThan,
  hasMoreThings,
  lastSeen,
  unknownTo,
  writeMessages,
} from './messages.ts'
import { inboxOutbox, reportClock } from './outbox.ts'
import {
  changePair,
  createPair,
  enqueueAgain,
  fencePair,
  grantPair,
  type Pair,
  readPair,
  removePair,
  resealPair,
  shownPair,
  stateOf,
} from './pair.ts'
import { INBOX_STEPS } from './schema.ts'

const FULL = refuse({ kind: 'limit_reached', what: 'thing' })
const NO_PAIR = notFound('key_pair')

type Taken = { readonly verdict: DeviceVerdict; readonly hasNewThings: boolean }

/** So much may wait for D1 while that does not answer: messages, and bytes of all that is here. */
const MAX_UNDELIVERED = 100_000
const MAX_BYTES = 128 * 1024 * 1024

/**
 * One key pair and what its device writes. It alone decides whether the pair is on, with every write, so that off is
 * off at once; what it accepted is durable before the device is answered. Every public method is remote.
 */
export class DeviceInbox extends DurableObject<ObjectBindings> implements Inbox {
  readonly #core: ObjectCore<Pair>

  constructor(ctx: DurableObjectState, env: ObjectBindings) {
    super(ctx, env)
    const { storage } = ctx
    const webhooks = createWebhookDeliverer(env.WEBHOOKS)
    this.#core = new ObjectCore<Pair>(storage, env, {
      name: () => 'a device inbox',
      open: () => openPair(storage),
      reread: (pair) => readPair(storage.sql) ?? pair,
      lastSeen: () => lastSeen(storage.sql),
      outbox: ({ accessKey }) =>
        inboxOutbox(storage, env.DB, accessKey, (organization) => ctx.waitUntil(webhooks.wake(organization))),
      // Events of one pair share commits; those of an organization's many pairs must not take the thread in a row.
      pacedBy: ({ organization }) => `inboxes of ${organization}`,
      reportClock: ({ accessKey }, agreesAt) => reportClock(env.DB, accessKey, agreesAt),
    })
  }

  /** As it is committed. */
  get #pair(): Pair | null {
    return this.#core.held
  }

  async create(input: NewKeyPair, cause: Cause): Promise<Outcome<KeyPair>> {
    if (await this.#core.isForeign()) return NO_PAIR
    const made = await this.#core.commitAndFlush((now) => {
      if (this.#pair) return NO_PAIR
      migrate(this.ctx.storage.sql, INBOX_STEPS, 0, now)
      createPair(this.ctx.storage.sql, input, cause, now)
      return ok(null)
    })
    return made.ok ? this.get(input.organization) : made
  }

  async get(organization: number): Promise<Outcome<KeyPair>> {
    await this.#core.isForeign()
    const pair = this.#livePair(organization)
    return pair ? ok(shownPair(pair)) : NO_PAIR
  }

  change(organization: number, change: KeyPairChange, cause: Cause): Promise<Outcome<KeyPair>> {
    return this.#manage(organization, (pair, now) => {
      changePair(this.ctx.storage.sql, pair, change, cause, now)
      return shownPair(readPair(this.ctx.storage.sql) ?? pair)
    })
  }

  remove(organization: number, cause: Cause): Promise<Outcome<null>> {
    return this.#manage(organization, (pair, now) => {
      removePair(this.ctx.storage.sql, pair, cause, now)
      return null
    })
  }

  grant(role: Role): Promise<Outcome<null>> {
    return this.#manage(role.organization, (pair) => {
      grantPair(this.ctx.storage.sql, pair, role)
      return null
    })
  }

  async credential(): Promise<Outcome<Pick<KeyPair, 'organization' | 'sealedSecret'> | null>> {
    const pair = this.#pair
    if (!pair || pair.deletedAt !== null) return ok(null)
    return ok({ organization: pair.organization, sealedSecret: pair.sealedSecret })
  }

  async expect(organization: number, instruction: string, thing: string): Promise<Outcome<null>> {
    const expected = await this.#manage(organization, (_, now) =>
      expectAnswer(this.ctx.storage.sql, { instruction, thing }, now),
    )
    if (!expected.ok) return expected
    return expected.value ? ok(null) : refuse({ kind: 'limit_reached', what: 'instruction' })
  }

  forget(organization: number, thing: string): Promise<Outcome<null>> {
    return this.#manage(organization, () => {
      forgetThing(this.ctx.storage.sql, thing)
      return null
    })
  }

  async admit(ability: Ability | null): Promise<Outcome<DeviceVerdict>> {
    const reason = refusalOf(stateOf(this.#pair), ability, this.#core.now())
    return ok(reason === null ? ACCEPTED : { kind: 'refused', reason })
  }

  /**
   * The hot path: no D1; the alarm delivers to D1 within a second. But a new thing is delivered at once, since another
   * pair may write of it next, and asks D1.
   */
  async append(delivery: DeviceDelivery): Promise<Outcome<DeviceVerdict>> {
    const taken = await this.#core.commitTogether(delivery, this.#takeAll)
    if (!taken.ok) return taken
    if (taken.value.hasNewThings) await this.#core.flush()
    return ok(taken.value.verdict)
  }

  reseal(from: string, to: string): Promise<Outcome<null>> {
    return this.#maintain((pair, now) => {
      if (pair.sealedSecret === from) resealPair(this.ctx.storage.sql, pair, to, now)
      return null
    })
  }

  end(cause: Cause, ringVersion: number): Promise<Outcome<boolean>> {
    return this.#maintain((pair, now) => {
      if (pair.deletedAt !== null) return false
      removePair(this.ctx.storage.sql, pair, cause, now, { ringVersion })
      return true
    })
  }

  fence(cause: Cause): Promise<Outcome<boolean>> {
    return this.#maintain((pair, now) => fencePair(this.ctx.storage.sql, pair, cause, now))
  }

  rebuild(): Promise<Outcome<null>> {
    return this.#maintain((_, now) => {
      enqueueAgain(this.ctx.storage.sql, now)
      return null
    })
  }

  /** Decides on each, and writes what was accepted of all by one statement. */
  readonly #takeAll: BatchHandler<DeviceDelivery, Outcome<Taken>> = (deliveries, now) => {
    const { sql } = this.ctx.storage
    const pair = this.#pair && stateOf(readPair(sql))
    if (sql.databaseSize > MAX_BYTES) forgetRefused(sql, MAX_BYTES / 2)
    const isOverfull = hasMoreThan(sql, MAX_UNDELIVERED) || sql.databaseSize > MAX_BYTES
    const accepted: DeviceMessage[] = []
    const results = deliveries.map((delivery): PromiseFulfilledResult<Outcome<Taken>> => {
      const reason = refusalOf(pair, delivery.ability, now)
      const verdict = reason === null ? unknownTo(sql, delivery) : ({ kind: 'refused', reason } as const)
      if (verdict) return fulfilled(ok({ verdict, hasNewThings: false }))
      if (isOverfull) return fulfilled(BUSY)
      if (hasMoreThings(sql, delivery, MAX_THINGS)) return fulfilled(FULL)
      const { messages, hasNewThings } = acceptMessages(sql, delivery)
      accepted.push(...messages)
      return fulfilled(ok({ verdict: ACCEPTED, hasNewThings }))
    })
    writeMessages(sql, accepted, now)
    return results
  }

  override alarm(): Promise<void> {
    return this.#core.ring()
  }

  /** A management change: committed here, then answered when D1 has it, so that lists are true right after. */
  async #manage<T>(organization: number, work: (pair: Pair, now: number) => T): Promise<Outcome<T>> {
    await this.#core.isForeign()
    if (!this.#livePair(organization)) return NO_PAIR
    return this.#change((pair, now) => (pair.deletedAt === null ? ok(work(pair, now)) : NO_PAIR))
  }

  /** The deployment's own work, whichever organization's the pair is, and also on a deleted one. */
  async #maintain<T>(work: (pair: Pair, now: number) => T): Promise<Outcome<T>> {
    await this.#core.isForeign()
    return this.#pair ? this.#change((pair, now) => ok(work(pair, now))) : NO_PAIR
  }

  #change<T>(work: (pair: Pair, now: number) => Outcome<T>): Promise<Outcome<T>> {
    return this.#core.commitAndFlush((now) => {
      const pair = readPair(this.ctx.storage.sql)
      return pair ? work(pair, now) : NO_PAIR
    })
  }

  /** To another organization this pair does not exist. */
  #livePair(organization: number): Pair | null {
    const pair = this.#pair
    return pair && pair.organization === organization && pair.deletedAt === null ? pair : null
  }
}

/** The pair that this storage holds, brought up to date; null, and nothing written, when it holds none. */
function openPair(storage: DurableObjectStorage): Pair | null {
  const version = schemaVersion(storage.sql)
  if (version === 0) return null
  if (version < INBOX_STEPS.length) {
    storage.transactionSync(() => migrate(storage.sql, INBOX_STEPS, version, Date.now()))
  }
  return readPair(storage.sql)
}

function fulfilled<T>(value: T): PromiseFulfilledResult<T> {
  return { status: 'fulfilled', value }
}

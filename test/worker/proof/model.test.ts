/** Promises 1 to 4: the real ledger and a reference that is a page long agree after every moment of every sequence. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import {
  CAUSE,
  type Ledger,
  must,
  NEW_PROFILE,
  nextLedger,
  ORGANIZATION,
  stubOf,
} from '../../support/ledger.ts'
import { type Moment, START, send, sequence } from '../../support/ledger-steps.ts'
import { proofPlan } from '../../support/proof-plan.ts'
import { ReferenceLedger } from '../../support/reference-ledger.ts'

const { sequences, seed, ...options } = proofPlan(60)

afterEach(() => {
  vi.restoreAllMocks()
})

test(`${sequences} random sequences: the ledger and the reference agree (seed ${seed})`, {
  timeout: 3_600_000,
}, async () => {
  const clock = vi.spyOn(Date, 'now')
  await fc.assert(
    fc.asyncProperty(sequence, (moments) => agree(moments, (now) => clock.mockReturnValue(now))),
    { numRuns: sequences, seed, ...options },
  )
})

async function agree(moments: readonly Moment[], setClock: (now: number) => void): Promise<void> {
  const id = nextLedger()
  const ledger = stubOf(id)
  const reference = new ReferenceLedger()
  let now = START
  setClock(now)
  for (const name of ['one', 'two']) must(await ledger.create({ ...NEW_PROFILE, name }, id, CAUSE))
  for (const { jump, isEvicted, steps } of moments) {
    now += jump
    // What was not written down, such as the hour of a call that changed nothing, an object need not remember.
    if (isEvicted) now = Math.max(now, reference.now)
    setClock(now)
    if (isEvicted) reference.restart(await evicted(id))
    const answers = await Promise.all(steps.map((step) => send(ledger, step)))
    const wanted = steps.map((step) => reference.take(step, now))
    expect(answers).toEqual(wanted)
    expect(await seen(ledger, reference)).toEqual(expectedOf(reference))
  }
  const wanted = reference.agents.map(({ key, profile, use, state, binding, mayRebind }) => ({
    ...{ key, profile, use, state, binding },
    mayRebind: Number(mayRebind),
  }))
  expect(await stored(id)).toEqual(wanted)
  const slots = reference.slots.flatMap((slot) => slot ?? [])
  expect(await storedSlots(id)).toEqual(slots.map(({ key, host, agent }) => ({ key, host, agent })))
  // What a key's row says of its holds is what there is.
  for (const { held, holds, uses, agents } of await counted(id)) expect([held, uses]).toEqual([holds, agents])
}

function counted(id: number) {
  return runInDurableObject(env.LEDGERS.getByName(String(id)), (_, { storage }) =>
    storage.sql
      .exec<{ held: number; holds: number; uses: number; agents: number }>(
        `SELECT held, (SELECT count(*) FROM holds WHERE holds.key = keys.n) AS holds, uses,
           (SELECT count(*) FROM agents WHERE agents.key = keys.n) AS agents FROM keys`,
      )
      .toArray(),
  )
}

/** What its clock starts again with (ledger-clock.test.ts). */
async function evicted(id: number): Promise<number> {
  const object = env.LEDGERS.getByName(String(id))
  const agreesAt = await runInDurableObject(
    object,
    (_, { storage }) =>
      storage.sql.exec<{ agrees_at: number }>('SELECT agrees_at FROM clock').one().agrees_at,
  )
  await evictDurableObject(object)
  return agreesAt
}

/** The ledger as its readers see it. */
async function seen(ledger: Ledger, { keys, agents }: ReferenceLedger) {
  const profiles = await Promise.all([1, 2].map((n) => ledger.getProfile(ORGANIZATION, n)))
  return {
    profiles: profiles.map((found) => found.ok && { on: found.value.isEnabled, uses: found.value.uses }),
    keys: await Promise.all(
      // One more than there should be.
      [...keys, null].map(async (_, i) => {
        const found = await ledger.getKey(ORGANIZATION, i + 1)
        if (!found.ok) return null
        const {
          maxUses: max,
          uses,
          held,
          expiresAt: expires,
          isEnabled: on,
          revokedAt,
          pausedAt,
        } = found.value
        return { max, uses, held, expires, on, revoked: revokedAt !== null, paused: pausedAt !== null }
      }),
    ),
    agents: await Promise.all(
      [...agents, null].map(async (_, i) => {
        const found = await ledger.getAgent(ORGANIZATION, i + 1)
        return found.ok ? found.value.state : null
      }),
    ),
  }
}

function expectedOf(reference: ReferenceLedger): Awaited<ReturnType<typeof seen>> {
  const { profiles, keys, agents } = reference
  const usesOf = (profile: number) =>
    keys.filter((key) => key.profile === profile).reduce((sum, { uses }) => sum + uses, 0)
  return {
    profiles: profiles.map(({ on, deleted }, i) => !deleted && { on, uses: usesOf(i + 1) }),
    keys: [
      ...keys.map(({ max, uses, expires, on, revoked, paused }, i) => ({
        ...{ max, uses, expires, on, revoked, paused },
        held: reference.heldOf(i + 1),
      })),
      null,
    ],
    agents: [...agents.map(({ state }) => state), null],
  }
}

function storedSlots(id: number) {
  return runInDurableObject(env.LEDGERS.getByName(String(id)), (_, { storage }) =>
    storage.sql.exec('SELECT key, value AS host, agent FROM slots ORDER BY n').toArray(),
  )
}

/** The redemptions as they lie in the object's storage. */
function stored(id: number) {
  return runInDurableObject(env.LEDGERS.getByName(String(id)), (_, { storage }) =>
    storage.sql
      .exec(
        'SELECT key, profile, use_number AS use, state, binding, may_rebind AS mayRebind FROM agents ORDER BY n',
      )
      .toArray(),
  )
}

/** After some failures it is unknown whether an object was reached: only what may be done twice is asked again. */
import { expect, test } from 'vitest'
import type { RedemptionRequest } from '../../src/core/enrollment/ledger/redemption.ts'
import type { Cause } from '../../src/core/kernel/cause.ts'
import { createInboxes } from '../../src/stores/durable/inbox/inboxes.ts'
import { createLedgers } from '../../src/stores/durable/ledger/ledgers.ts'

const BUSY = { ok: false, fault: { kind: 'busy', retryAfterSeconds: 1 } }
const DONE = { ok: true, value: 'done' }
const CAUSE = {} as Cause
const lost = Object.assign(new Error('the object was reset'), { retryable: true })
const overloaded = Object.assign(new Error('too many requests'), { retryable: true, overloaded: true })

/** Objects whose first call fails, and what they were called with. */
function failingOnce(error: Error) {
  const calls: unknown[][] = []
  const methods = new Proxy(
    {},
    {
      get:
        (_, method) =>
        async (...input: readonly unknown[]) => {
          calls.push([method, ...input])
          if (calls.length === 1) throw error
          return DONE
        },
    },
  )
  return { calls, namespace: { getByName: () => methods } as never }
}

test('a read is asked again, with the organization that its handle is for', async () => {
  const { calls, namespace } = failingOnce(lost)
  expect(await createLedgers(namespace).open(7, 900).getKey(3, null)).toEqual(DONE)
  expect(calls).toEqual(Array(2).fill(['getKey', 900, 3, null]))
})

test('a change that must not be made twice fails', async () => {
  const { calls, namespace } = failingOnce(lost)
  const ledger = createLedgers(namespace).open(7, 900)
  await expect(ledger.createKey({} as never, CAUSE, null)).rejects.toBe(lost)
  expect(calls).toHaveLength(1)
})

test('a redemption with a claim is asked again, and one without fails', async () => {
  const request = (claimHash: string | null) => ({ claimHash }) as RedemptionRequest
  const claimed = failingOnce(lost)
  expect(await createLedgers(claimed.namespace).forAgents(7).redeem(request('a'))).toEqual(DONE)
  const bare = failingOnce(lost)
  await expect(createLedgers(bare.namespace).forAgents(7).redeem(request(null))).rejects.toBe(lost)
  expect(bare.calls).toHaveLength(1)
})

test('a device hears that its inbox is busy, and sends again itself', async () => {
  const { calls, namespace } = failingOnce(lost)
  expect(
    await createInboxes(namespace)
      .open('key')
      .append({} as never),
  ).toEqual(BUSY)
  expect(calls).toHaveLength(1)
})

test('an overloaded object is busy, and any other failure is a failure', async () => {
  const { namespace } = failingOnce(overloaded)
  expect(await createLedgers(namespace).forMaintenance(7).survey([])).toEqual(BUSY)
  const other = new Error('a bug')
  const failing = failingOnce(other)
  await expect(createLedgers(failing.namespace).forMaintenance(7).survey([])).rejects.toBe(other)
})

/** A name that only one profile of an organization may have: who does not get it changes nothing. */
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { giveUpName, withUniqueName } from '../../src/core/enrollment/profiles/unique-name.ts'
import { ok } from '../../src/core/kernel/outcome.ts'
import type { Ports } from '../../src/core/ports.ts'
import { createLedgerDirectory } from '../../src/stores/d1/catalogue/ledger-directory.ts'
import { createLedgers } from '../../src/stores/durable/ledger/ledgers.ts'
import { CAUSE, makeLedger, must, ORGANIZATION } from '../support/ledger.ts'

function portsAt(now: () => number): Ports {
  return {
    now,
    ledgers: createLedgers(env.LEDGERS),
    ledgerDirectory: createLedgerDirectory(env.DB),
  } as Ports
}

const owner = (ledger: number) => ({ organization: ORGANIZATION, dialect: 'native', ledger }) as const
const wins = async () => ok('committed')

test('of many at once exactly one commits', async () => {
  const ports = portsAt(() => Date.now())
  let commits = 0
  const commit = async () => ok(++commits)
  const name = crypto.randomUUID()
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, i) => withUniqueName(ports, owner(70_000 + i), name, commit)),
  )
  expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1)
  expect(commits).toBe(1)
})

test('an abandoned reservation holds for a minute, and then one caller takes it over', async () => {
  const clock = { now: 1_000_000 }
  const ports = portsAt(() => clock.now)
  const name = crypto.randomUUID()
  const { id: lost } = await makeLedger()
  must(await withUniqueName(ports, owner(lost), name, wins))
  clock.now += 59_999
  expect(await withUniqueName(ports, owner(1), name, wins)).toMatchObject({ ok: false })
  clock.now += 1
  const outcomes = await Promise.all(
    [2, 3, 4].map((other) => withUniqueName(ports, owner(other), name, wins)),
  )
  expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1)
})

test('a name that its profile has is never taken over, however old the reservation', async () => {
  const clock = { now: 1_000_000 }
  const ports = portsAt(() => clock.now)
  const name = crypto.randomUUID()
  const { id, ledger } = await makeLedger()
  const commit = () => ledger.changeProfile(ORGANIZATION, 1, { uniqueName: name }, CAUSE)
  must(await withUniqueName(ports, owner(id), name, commit))
  clock.now += 86_400_000
  expect(await withUniqueName(ports, owner(9), name, wins)).toMatchObject({
    fault: { kind: 'external_reference_taken' },
  })
  await giveUpName(ports, owner(id), name, clock.now)
  expect(await withUniqueName(ports, owner(9), name, wins)).toMatchObject({ ok: true })
})

test('a name that was reserved again while its owner gave it up stays reserved', async () => {
  const clock = { now: 1_000_000 }
  const ports = portsAt(() => clock.now)
  const name = crypto.randomUUID()
  const { id } = await makeLedger()
  const startedAt = clock.now++
  must(await withUniqueName(ports, owner(id), name, wins))
  await giveUpName(ports, owner(id), name, startedAt)
  expect(await withUniqueName(ports, owner(9), name, wins)).toMatchObject({ ok: false })
  await giveUpName(ports, owner(id), name, clock.now + 1)
  expect(await withUniqueName(ports, owner(9), name, wins)).toMatchObject({ ok: true })
})

import { env } from 'cloudflare:workers'
import type { NewKey } from '../../src/core/enrollment/ledger/key.ts'
import type { NewProfile } from '../../src/core/enrollment/ledger/profile.ts'
import type { RedemptionRequest } from '../../src/core/enrollment/ledger/redemption.ts'
import type { Cause } from '../../src/core/kernel/cause.ts'
import type { Fault, Outcome } from '../../src/core/kernel/outcome.ts'
import type { Ledger as LedgerObject } from '../../src/stores/durable/ledger/ledger.ts'
import type { RemoteLedger } from '../../src/stores/durable/ledger/remote-ledger.ts'

/** What is asked without a reach is asked for everywhere. */
export type Ledger = Pick<LedgerObject, keyof RemoteLedger>

export const ORGANIZATION = 900
export const CAUSE: Cause = {
  actor: { kind: 'principal', id: 1, name: 'operator@demo.example', apiKey: '1aaaaaaaaaaaaaaaa' },
  request: { id: 'test', method: 'POST', path: '/test', address: null },
}

export const NEW_PROFILE: NewProfile = {
  organization: ORGANIZATION,
  dialect: 'native',
  name: 'Profile',
  description: '',
  isEnabled: true,
  isDefault: false,
  grant: { values: {}, labels: [], locks: [] },
  attributes: {},
  uniqueName: null,
  allowedAddresses: [],
  defaultMaxUses: null,
  defaultLifetimeSeconds: null,
}

// Far from what D1 allots; counted on through all files of one runtime.
let allotted = 1_000_000

/** A fresh number for a ledger of a test's own, which D1 does not know. */
export function nextLedger(): number {
  return allotted++
}

/** The object itself, as the store calls it. */
export function stubOf(ledger: number): Ledger {
  return env.LEDGERS.getByName(String(ledger)) as unknown as Ledger
}

/** A ledger with one profile (number 1). */
export async function makeLedger(profile: Partial<NewProfile> = {}): Promise<{ id: number; ledger: Ledger }> {
  const id = nextLedger()
  const ledger = stubOf(id)
  must(await ledger.create({ ...NEW_PROFILE, ...profile }, id, CAUSE))
  return { id, ledger }
}

/** A key of profile 1. */
export const NEW_KEY: NewKey = {
  profile: 1,
  name: 'key',
  maxUses: 1,
  lifetimeSeconds: null,
  expiresAt: undefined,
  allowedAddresses: [],
  codeHash: 'the code',
  ringVersion: 1,
}

/** A key of profile 1 whose code hash is its name; the key's number. */
export async function makeKey(
  ledger: Ledger,
  key: Partial<NewKey> = {},
  organization = ORGANIZATION,
): Promise<number> {
  return must(await ledger.createKey(organization, { ...NEW_KEY, ...key }, CAUSE)).n
}

export function attempt(
  key: number,
  claimHash: string | null,
  more: Partial<RedemptionRequest> = {},
): RedemptionRequest {
  return {
    key,
    codeHash: 'the code',
    claimHash,
    address: null,
    hostname: 'host',
    facts: '{}',
    wishes: { values: {}, labels: {} },
    ringVersion: 1,
    request: CAUSE.request,
    ...more,
  }
}

/** What an outcome holds; a refusal fails the test. */
export function must<T>(outcome: Outcome<T, Fault>): T {
  if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.fault)}`)
  return outcome.value
}

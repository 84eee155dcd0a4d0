import { type CommandLine, chosenParts } from '../lib/cli/command.ts'
import { Refusal } from '../lib/cli/refusal.ts'
import type { DecoyPlan } from './decoy.ts'
import type { FairnessPlan } from './fairness.ts'
import type { FuzzPlan } from './fuzz.ts'
import type { HistoryPlan } from './history.ts'
import type { HoldsPlan } from './holds.ts'
import type { IsolationPlan } from './isolation.ts'
import type { PropertyPlan } from './properties.ts'
import type { SchemathesisPlan } from './schemathesis.ts'
import type { SecretsPlan } from './secrets.ts'
import type { WebhooksPlan } from './webhooks.ts'

export type Plan = {
  readonly model: PropertyPlan
  readonly outbox: PropertyPlan
  readonly webhooks: WebhooksPlan
  readonly history: HistoryPlan
  readonly holds: HoldsPlan
  readonly decoy: DecoyPlan
  readonly fuzz: FuzzPlan
  readonly schemathesis: SchemathesisPlan
  readonly secrets: SecretsPlan
  readonly isolation: IsolationPlan
  readonly fairness: FairnessPlan
}

export const PARTS = [
  'model',
  'history',
  'holds',
  'decoy',
  'outbox',
  'webhooks',
  'fuzz',
  'schemathesis',
  'secrets',
  'isolation',
  'fairness',
  'mutations',
] as const
export type PartName = (typeof PARTS)[number]

/** Without what takes minutes however short it is. */
const QUICK_PARTS = PARTS.filter((part) => part !== 'schemathesis' && part !== 'mutations')

const LONG: Plan = {
  model: { sequences: 10_000, seed: 1 },
  outbox: { sequences: 1_000, seed: 1 },
  webhooks: { events: 100_000, kills: 20, killEvery: { least: 3_000, most: 8_000 } },
  history: {
    redemptions: 1_000_000,
    profiles: 20,
    keys: 16,
    clients: 6,
    claims: 200,
    faultEvery: { least: 8_000, most: 20_000 },
  },
  holds: {
    crowd: { holders: 1_000, uses: 25, holdSeconds: 600, connections: 64 },
    approvals: { machines: 400, uses: 80, approvers: 3 },
    kills: 20,
    killEvery: { least: 500, most: 5_000 },
  },
  decoy: { calls: 300 },
  fuzz: { requests: 100_000, seed: 1 },
  schemathesis: { seconds: 60, seed: 1 },
  secrets: { credentials: 'each', guesses: 150 },
  isolation: { places: 'any' },
  fairness: {
    loads: 'all',
    idleMs: 5_000,
    loadMs: 20_000,
    patienceMs: 90_000,
    tries: 2,
    share: 1,
    slack: 1,
    isMachineShared: false,
  },
}

/** What `npm test` runs, in a minute. */
export const SHORT: Plan = {
  model: { sequences: 60, seed: 1 },
  outbox: { sequences: 25, seed: 1 },
  webhooks: { events: 1_000, kills: 2, killEvery: { least: 200, most: 500 } },
  history: {
    redemptions: 1_500,
    profiles: 4,
    keys: 8,
    clients: 4,
    claims: 60,
    faultEvery: { least: 800, most: 2_000 },
  },
  holds: {
    crowd: { holders: 1_000, uses: 25, holdSeconds: 600, connections: 32 },
    approvals: { machines: 16, uses: 6, approvers: 2 },
    kills: 2,
    killEvery: { least: 300, most: 900 },
  },
  decoy: { calls: 100 },
  fuzz: { requests: 600, seed: 1 },
  schemathesis: { seconds: 10, seed: 1 },
  secrets: { credentials: 'one', guesses: 50 },
  isolation: { places: 'own' },
  fairness: {
    loads: ['forms of 78 KiB, Datonis', 'made-up addresses, Datonis', 'junk codes', 'asynchronous jobs'],
    idleMs: 1_000,
    loadMs: 2_000,
    patienceMs: 10_000,
    tries: 3,
    share: 0.1,
    slack: 1.5,
    isMachineShared: true,
  },
}

export const HELP = `Puts Latchkey's promises to the test on this machine. Exit 1 names what was broken.

  npm run proof                  everything, in one to two hours
  npm run proof -- --short       in three minutes, with a little of each; without schemathesis and mutations
  npm run proof -- --only PART   one of ${PARTS.join(', ')}; may be repeated

  --redemptions N   of the history (1,000,000)
  --requests N      of the fuzz (100,000)
  --sequences N     of the model (10,000)
  --seed N          of the model, the outbox and the fuzz (1)
  --load TEXT       of the fairness: only loads whose name has TEXT in it; may be repeated
  --json FILE       where the report goes as JSON, too (proof.json)
  --help`

export const OPTIONS = {
  short: { type: 'boolean', default: false },
  only: { type: 'string', multiple: true },
  redemptions: { type: 'string' },
  requests: { type: 'string' },
  sequences: { type: 'string' },
  seed: { type: 'string' },
  load: { type: 'string', multiple: true },
  json: { type: 'string', default: 'proof.json' },
} as const

export type Values = CommandLine<typeof OPTIONS>['values']

export function partsOf({ only, short }: Values): readonly PartName[] {
  return chosenParts(PARTS, only, short ? QUICK_PARTS : PARTS)
}

export function planOf(values: Values): Plan {
  const { model, outbox, webhooks, history, holds, decoy, fuzz, schemathesis, secrets, isolation, fairness } =
    values.short ? SHORT : LONG
  const seed = count('seed', values.seed) ?? model.seed
  return {
    model: { sequences: count('sequences', values.sequences) ?? model.sequences, seed },
    outbox: { ...outbox, seed },
    webhooks,
    history: { ...history, redemptions: count('redemptions', values.redemptions) ?? history.redemptions },
    holds,
    decoy,
    fuzz: { requests: count('requests', values.requests) ?? fuzz.requests, seed },
    schemathesis: { ...schemathesis, seed },
    secrets,
    isolation,
    fairness: { ...fairness, loads: values.load ?? fairness.loads },
  }
}

function count(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (!/^[1-9][0-9]{0,8}$/.test(value)) throw new Refusal(`--${name} wants a number, not "${value}"`, 2)
  return Number(value)
}

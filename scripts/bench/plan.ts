import { resolve } from 'node:path'
import { Refusal } from '../lib/cli/refusal.ts'

/** How much is done. */
export type Plan = {
  readonly isQuick: boolean
  /** The parts and rows that are measured; null: all. */
  readonly only: readonly Name[] | null
  /** An older checkout that the same measures run against; null: none. */
  readonly against: string | null
  readonly rounds: number
  /** Of a round. Below a second a busy machine may give no answer at all. */
  readonly secondsEach: number
  /** Before a server is asked whether it is quiet: redemptions are delivered to D1 a second later. */
  readonly settleMs: number
  readonly profiles: number
  readonly keys: number
  /** Key pairs of devices. */
  readonly pairs: number
  /** Starts that are timed, fresh and again. */
  readonly starts: number
  /** Rows of the organization that is listed, and of the others' beside it. */
  readonly listed: readonly number[]
  readonly others: number
  readonly listCalls: number
  /** Redemptions on one key whose memory is watched, in this many steps. */
  readonly redemptions: number
  readonly steps: number
  /** Requests whose use of things is counted. */
  readonly counted: number
}

type Amount = Omit<Plan, 'only' | 'against'>

const FULL: Amount = {
  isQuick: false,
  rounds: 5,
  secondsEach: 4,
  settleMs: 1_100,
  profiles: 50,
  keys: 1_000,
  pairs: 100,
  starts: 5,
  listed: [100, 1_000, 10_000, 100_000],
  others: 100_000,
  listCalls: 100,
  redemptions: 100_000,
  steps: 10,
  counted: 4_000,
}

/** Ends in three minutes; its figures say whether something broke, not how fast it is. */
const QUICK: Amount = {
  isQuick: true,
  rounds: 3,
  secondsEach: 1,
  settleMs: 0,
  profiles: 10,
  keys: 40,
  pairs: 20,
  starts: 1,
  listed: [100, 1_000],
  others: 1_000,
  listCalls: 8,
  redemptions: 1_000,
  steps: 2,
  counted: 500,
}

const PARTS = ['throughput', 'devices', 'cost', 'growth', 'lists', 'console', 'start', 'memory'] as const
export type Part = (typeof PARTS)[number]

/** Rows that can be measured alone, with the part that each belongs to. */
const ROWS = {
  'one-key': 'throughput',
  'one-connection': 'throughput',
  spread: 'throughput',
  token: 'throughput',
  'api-key': 'throughput',
  list: 'throughput',
  tail: 'throughput',
  'event-one': 'devices',
  'event-many': 'devices',
  rows: 'cost',
  search: 'growth',
  'later-start': 'start',
  bundle: 'start',
} as const satisfies Readonly<Record<string, Part>>
export type Row = keyof typeof ROWS
type Name = Part | Row

export const HELP = `Measures Latchkey, the platform under it, and what one would otherwise write. Nothing leaves this machine.

  npm run bench                      everything, in about 13 minutes
  npm run bench -- --quick           in about three minutes, too short to quote
  npm run bench -- --only NAME       a part (${PARTS.join(', ')})
                                     or a row (${Object.keys(ROWS).join(', ')}); may be repeated

  --against DIR the same measures on another checkout's server, too, in the same rounds. DIR is a folder with node_modules
                and dist (npm ci && npm run build). Without --only: the rows that are compared with an older version
  --json FILE   the figures as JSON, too
  --docs        the tables into docs/performance.md, too
  --help`

export const OPTIONS = {
  quick: { type: 'boolean', default: false },
  only: { type: 'string', multiple: true },
  against: { type: 'string' },
  json: { type: 'string' },
  docs: { type: 'boolean', default: false },
} as const

type Choice = {
  readonly quick: boolean
  readonly only?: readonly string[] | undefined
  readonly against?: string | undefined
}

/** @throws Refusal for a name that is neither a part nor a row */
export function planOf({ quick, only: names, against }: Choice): Plan {
  const unknown = names?.find((name) => !isName(name))
  if (unknown !== undefined) {
    const known = [...PARTS, ...Object.keys(ROWS)].join(', ')
    throw new Refusal(`--only knows ${known}, not "${unknown}"`, 2)
  }
  return {
    ...(quick ? QUICK : FULL),
    only: names?.filter(isName) ?? null,
    against: against === undefined ? null : resolve(against),
  }
}

/** The parts that are measured, whole or by a row. */
export function partsOf({ only }: Plan): readonly Part[] {
  return PARTS.filter((part) => only === null || only.some((name) => name === part || partOf(name) === part))
}

/** @param row absent: what only a whole part shows */
export function isAsked({ only }: Plan, part: Part, row?: Row): boolean {
  return only === null || only.includes(part) || (row !== undefined && only.includes(row))
}

function partOf(name: Name): Part {
  return isRow(name) ? ROWS[name] : name
}

function isName(name: string): name is Name {
  return isRow(name) || PARTS.some((part) => part === name)
}

function isRow(name: string): name is Row {
  return Object.hasOwn(ROWS, name)
}

/** How much is done. */
export type Plan = {
  readonly isQuick: boolean
  readonly rounds: number
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

const FULL: Plan = {
  isQuick: false,
  rounds: 5,
  secondsEach: 5,
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

/** Ends in a minute; its figures say whether something broke, not how fast it is. */
const QUICK: Plan = {
  isQuick: true,
  rounds: 3,
  secondsEach: 0.15,
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

export const HELP = `Measures Latchkey, the platform under it, and what one would otherwise write. Nothing leaves this machine.

  npm run bench                      everything, in about 11 minutes
  npm run bench -- --quick           in a minute, too short to quote
  npm run bench -- --only PART       one of throughput, devices, cost, growth, start, memory; may be repeated

  --json FILE   the figures as JSON, too
  --docs        the tables into docs/performance.md, too
  --help`

export const PARTS = ['throughput', 'devices', 'cost', 'growth', 'lists', 'start', 'memory'] as const
export type Part = (typeof PARTS)[number]

export const OPTIONS = {
  quick: { type: 'boolean', default: false },
  only: { type: 'string', multiple: true },
  json: { type: 'string' },
  docs: { type: 'boolean', default: false },
} as const

export function planOf({ quick }: { readonly quick: boolean }): Plan {
  return quick ? QUICK : FULL
}

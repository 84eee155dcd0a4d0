import { setTimeout as delay } from 'node:timers/promises'
import type { Progress } from '../../lib/cli/progress.ts'
import { openFetch } from '../../lib/http/fetch-client.ts'
import type { Tally } from '../count/tally.ts'
import { enrollments } from '../load/enrollment.ts'
import { runLoad } from '../load/load.ts'
import type { Plan } from '../plan.ts'
import type { Section } from '../report/section.ts'
import { formatFigure, type Table } from '../report/table.ts'
import { atMost } from '../report/target.ts'
import { bundle } from '../subjects/bundle.ts'
import { startLaboratory } from '../subjects/laboratory.ts'
import { startSubjectIn } from '../subjects/subject.ts'
import { cpuSecondsOf, waitUntilQuiet } from '../subjects/usage.ts'
import { FLEET, newTokens, withTokens } from './measure.ts'
import { dollarsPerMillion, dollarsPerMillionMonth, PRICES_AS_OF } from './prices.ts'

type Counts = {
  /** When the client has its answer, and when D1 has it all. */
  readonly answered: Tally
  readonly delivered: Tally
}

/** What one database, and one object, may hold on Workers Paid. */
const DATABASE_BYTES = 10e9
const OBJECT_BYTES = 10e9
const CONNECTIONS = 16
const DELIVERY_DEADLINE_MS = 15_000

export function costSteps(): number {
  return 2
}

/** What a redemption uses, counted as Cloudflare bills it: alone, and as one of many. */
export async function measureCost(plan: Plan, progress: Progress, signal: AbortSignal): Promise<Section> {
  progress.begin('counting what a redemption does')
  const { alone, crowd } = await count(plan.counted)
  progress.step()
  progress.begin('CPU time of a redemption and of a token check')
  const cpu = await measureCpu(plan.counted, signal)
  progress.step()
  return describe(plan, alone, crowd, cpu)
}

async function count(requests: number): Promise<{ alone: Counts; crowd: Counts }> {
  await using undo = new AsyncDisposableStack()
  const { url, operator } = await startLaboratory(bundle('count', undo), undo)
  const { code } = await operator.createKey(await operator.createProfile('cost'))
  const redeem = (times: number, connections: number) =>
    runLoad({ url, connections, extent: { requests: times }, request: enrollments('/v1/enroll', [code]) })
  // The first one loads the keyring.
  await redeem(1, 1)
  await waitForDelivery(url)
  return {
    alone: await countRun(url, 1, () => redeem(1, 1)),
    crowd: await countRun(url, requests, () => redeem(requests, CONNECTIONS)),
  }
}

async function countRun(url: string, redemptions: number, run: () => Promise<unknown>): Promise<Counts> {
  const before = await readTally(url)
  await run()
  const each = (now: Tally) =>
    Object.fromEntries(
      Object.entries(now).map(([name, value]) => [name, (value - before[name as keyof Tally]) / redemptions]),
    ) as Tally
  const answered = each(await readTally(url))
  return { answered, delivered: each(await waitForDelivery(url)) }
}

function readTally(url: string): Promise<Tally> {
  return openFetch(url).must('GET', '/tally')
}

/** Until an alarm has run and nothing changes any more. */
async function waitForDelivery(url: string): Promise<Tally> {
  const deadline = Date.now() + DELIVERY_DEADLINE_MS
  let before = await readTally(url)
  // An alarm comes a second after the first redemption that set it.
  await delay(1_500)
  for (;;) {
    const now = await readTally(url)
    if (JSON.stringify(now) === JSON.stringify(before)) return now
    if (Date.now() > deadline) throw new Error('what was redeemed is not delivered to D1')
    before = now
    await delay(200)
  }
}

async function measureCpu(
  requests: number,
  signal: AbortSignal,
): Promise<{ redemption: number; token: number }> {
  await using undo = new AsyncDisposableStack()
  const subject = await startSubjectIn(undo, signal)
  const { operator, url, pids } = subject
  const { code } = await operator.createKey(await operator.createProfile('cost'))
  const self = withTokens('/v1/agents/self', await newTokens(url, code, FLEET))
  const cpuOf = async (request: Parameters<typeof runLoad>[0]['request']) => {
    const load = { url, connections: CONNECTIONS, extent: { requests }, request }
    // Once before it counts: the first thousand are run while the code is still being compiled.
    await runLoad(load)
    await waitUntilQuiet(pids)
    const before = cpuSecondsOf(pids)
    await runLoad(load)
    await waitUntilQuiet(pids)
    return ((cpuSecondsOf(pids) - before) * 1_000) / requests
  }
  return { redemption: await cpuOf(enrollments('/v1/enroll', [code])), token: await cpuOf(self) }
}

function describe(
  plan: Plan,
  alone: Counts,
  crowd: Counts,
  cpu: { redemption: number; token: number },
): Section {
  const rows = ({ ledgerRowsWritten, databaseRowsWritten }: Tally) => ledgerRowsWritten + databaseRowsWritten
  const use = ({ delivered }: Counts) => ({
    cpuMs: cpu.redemption,
    objectRequests: delivered.calls + delivered.alarms,
    activeMs: delivered.activeMs,
    rowsRead: delivered.ledgerRowsRead + delivered.databaseRowsRead,
    rowsWritten: rows(delivered),
  })
  const token = { cpuMs: cpu.token, objectRequests: 0, activeMs: 0, rowsRead: 0, rowsWritten: 0 }
  const dollars = { alone: dollarsPerMillion(use(alone)), crowd: dollarsPerMillion(use(crowd)) }
  const dollarsOfToken = dollarsPerMillion(token)
  const kept = { ledger: crowd.delivered.ledgerBytes, database: crowd.delivered.databaseBytes }
  return {
    title: 'Cost of one redemption',
    notes: [
      `Counted: a redemption that comes alone, and the mean of ${formatFigure(plan.counted)} at ${CONNECTIONS} connections. Index rows count, and so does setting an alarm. Prices are Cloudflare's of ${PRICES_AS_OF}, beyond what Workers Paid includes; CPU is this machine's, object duration too.`,
    ],
    tables: [countTable(alone, crowd), priceTable(dollars, dollarsOfToken)],
    figures: [
      { name: 'object calls', value: alone.answered.calls, unit: '', target: atMost(1) },
      {
        name: 'D1 calls before the answer',
        value: alone.answered.databaseCalls,
        unit: '',
        target: atMost(0),
      },
      { name: 'rows written in all, alone', value: rows(alone.delivered), unit: '', target: atMost(10) },
      {
        name: 'rows written in all, one of many',
        value: rows(crowd.delivered),
        unit: '',
        target: atMost(5.1),
      },
      { name: 'a million redemptions, alone', value: sum(dollars.alone), unit: '$' },
      { name: 'a million redemptions, one of many', value: sum(dollars.crowd), unit: '$' },
      { name: 'keeping a million agents', value: dollarsPerMillionMonth(kept), unit: '$ a month' },
      { name: 'agents that fill one D1', value: DATABASE_BYTES / kept.database / 1e6, unit: 'million' },
      { name: 'agents that fill one ledger', value: OBJECT_BYTES / kept.ledger / 1e6, unit: 'million' },
      { name: 'a million token checks', value: sum(dollarsOfToken), unit: '$' },
    ],
    samples: { alone, crowd, cpu, dollars, dollarsOfToken },
  }
}

const COUNTED: readonly (readonly [string, keyof Tally])[] = [
  ['object calls', 'calls'],
  ['alarms', 'alarms'],
  ['ledger: rows written', 'ledgerRowsWritten'],
  ['ledger: rows read', 'ledgerRowsRead'],
  ['ledger: bytes', 'ledgerBytes'],
  ['ledger: active ms', 'activeMs'],
  ['D1: calls', 'databaseCalls'],
  ['D1: rows written', 'databaseRowsWritten'],
  ['D1: rows read', 'databaseRowsRead'],
  ['D1: bytes', 'databaseBytes'],
]

function countTable(alone: Counts, crowd: Counts): Table {
  return {
    columns: ['each', 'alone, answered', 'alone, delivered', 'of many, answered', 'of many, delivered'],
    rows: COUNTED.map(([title, name]) => [
      title,
      ...[alone.answered, alone.delivered, crowd.answered, crowd.delivered].map((tally) =>
        formatFigure(tally[name]),
      ),
    ]),
  }
}

type Dollars = Readonly<Record<string, number>>

function priceTable(redemption: { alone: Dollars; crowd: Dollars }, token: Dollars): Table {
  return {
    columns: ['$ a million', 'redemption, alone', 'redemption, of many', 'token check'],
    rows: Object.keys(token).map((name) => [
      name,
      ...[redemption.alone, redemption.crowd, token].map((dollars) => formatFigure(dollars[name] ?? 0)),
    ]),
  }
}

function sum(dollars: Dollars): number {
  return Object.values(dollars).reduce((total, each) => total + each, 0)
}

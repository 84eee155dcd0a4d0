import type { Progress } from '../../lib/cli/progress.ts'
import { BUNDLE_FOLDER } from '../../lib/cli/project.ts'
import type { Plan } from '../plan.ts'
import type { Section } from '../report/section.ts'
import { formatFigure } from '../report/table.ts'
import { atMost } from '../report/target.ts'
import { type Laboratory, startLaboratory } from '../subjects/laboratory.ts'
import { makeTemplates, timePage } from './growth.ts'
import { addRows, othersRows, ownRows, type RowDatabase, SOUGHT } from './rows.ts'

type Ask = {
  readonly title: string
  readonly query: string
  /** Whether an index serves it: then it may not grow with the list. */
  readonly isServed: boolean
}

const LISTS = ['profiles', 'keys', 'agents'] as const
/** The label of one row of each list. */
const LABEL = 'rack=rare'
const RECENT = '2099-01-01T00:00:00Z'

/** What a list may be asked, by its title. */
const ASKS: Readonly<Record<(typeof LISTS)[number], readonly Ask[]>> = {
  profiles: asksOf(['name', 'created_at'], ['state=disabled']),
  keys: asksOf(
    ['name', 'created_at', 'expires_at'],
    ['state=disabled'],
    ['state=usable', 'expires_before=2020-01-01T00:00:00Z'],
  ),
  agents: asksOf([], ['state=revoked', `since=${RECENT}`, 'sort=-created_at', 'sort=name']),
}

function asksOf(
  orders: readonly string[],
  walked: readonly string[],
  served: readonly string[] = [],
): readonly Ask[] {
  const rare = `q=${encodeURIComponent(SOUGHT)}`
  const queries = [
    ['all', ''],
    ['q, rare', rare],
    ['q, common', 'q=bench'],
    ['q, two characters', 'q=w%20'],
    ['q, of no row', 'q=nowhere'],
    ['q, rare, sort=-last_used_at', `${rare}&sort=-last_used_at`],
    ['label, rare', `label=${encodeURIComponent(LABEL)}`],
    ...[...orders.map((by) => `sort=${by}`), ...served].map((query) => [query, query]),
    ...orders.map((by) => [`q, rare, sort=${by}`, `${rare}&sort=${by}`]),
  ]
  const rest = [...walked, `used_since=${RECENT}`, 'sort=-last_used_at', 'dialect=zpa']
  return [
    ...queries.map(([title = '', query = '']) => ({ title, query, isServed: true })),
    ...rest.map((query) => ({ title: query, query, isServed: false })),
  ]
}

export function listsSteps({ listed }: Plan): number {
  return 1 + sizesOf({ listed }).length
}

function sizesOf({ listed }: Pick<Plan, 'listed'>): readonly number[] {
  return [listed[0], listed.at(-1)].filter((size) => size !== undefined)
}

/** How long each filter and each order of a list takes in a small organization and in a large one. */
export async function measureLists(plan: Plan, progress: Progress, signal: AbortSignal): Promise<Section> {
  await using undo = new AsyncDisposableStack()
  progress.begin('rows of other organizations')
  const laboratory = await startLaboratory(BUNDLE_FOLDER, undo)
  const { database, organization } = laboratory
  await makeTemplates(laboratory)
  await addRows(database, othersRows(organization), 1, plan.others)
  progress.step()

  const times = new Map<string, number[]>()
  let rows = 0
  for (const size of sizesOf(plan)) {
    progress.begin(`lists of ${formatFigure(size)}`)
    await addRows(database, ownRows(organization), rows + 1, size)
    if (rows === 0) await labelOne(database, organization)
    rows = size
    for (const list of LISTS) {
      for (const { title, query } of ASKS[list]) {
        signal.throwIfAborted()
        const name = nameOf(list, title)
        const time = await timeAsk(laboratory, `/v1/${list}?limit=50&${query}`, plan)
        times.set(name, [...(times.get(name) ?? []), time])
      }
    }
    progress.step()
  }
  return describe(plan, times)
}

/** Few calls: a list that no index serves takes its time, and leaves half of it to others. */
function timeAsk(laboratory: Laboratory, path: string, { listCalls }: Plan): Promise<number> {
  return timePage(laboratory, path, Math.max(5, listCalls / 5))
}

async function labelOne(database: RowDatabase, organization: number): Promise<void> {
  for (const list of LISTS) {
    await database
      .prepare(
        `UPDATE ${list} SET record = json_set(record, '$.tags', json('{"rack":"rare"}')) WHERE rowid =
           (SELECT max(rowid) FROM ${list} WHERE organization_id = ${organization})`,
      )
      .run()
  }
}

function nameOf(list: string, title: string): string {
  return `/v1/${list}, ${title}`
}

function describe(plan: Plan, times: ReadonlyMap<string, readonly number[]>): Section {
  const asks = LISTS.flatMap((list) => ASKS[list].map((ask) => ({ ...ask, name: nameOf(list, ask.title) })))
  const growth = (name: string) => {
    const [first = Number.NaN, last = Number.NaN] = times.get(name) ?? []
    return last / first
  }
  return {
    title: 'Lists',
    notes: [
      `Milliseconds for a page of 50, medians; beside ${formatFigure(plan.others)} rows of ten other organizations in every table.`,
    ],
    tables: [
      {
        columns: ['rows of the organization', ...sizesOf(plan).map(formatFigure), 'largest / smallest'],
        rows: asks.map(({ name }) => [
          name,
          ...(times.get(name) ?? []).map(formatFigure),
          `${formatFigure(growth(name))} ×`,
        ]),
      },
    ],
    figures: asks
      .filter(({ isServed }) => isServed)
      .map(({ name }) => ({
        name: `${name}, largest / smallest`,
        value: growth(name),
        unit: '×',
        target: atMost(1.5),
      })),
    samples: Object.fromEntries(times),
  }
}

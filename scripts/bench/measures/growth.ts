import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { fromBase64Url, toBase64Url, utf8 } from '../../../src/core/kernel/encoding.ts'
import type { Progress } from '../../lib/cli/progress.ts'
import { BUNDLE_FOLDER } from '../../lib/cli/project.ts'
import { enrollments } from '../load/enrollment.ts'
import { runLoad } from '../load/load.ts'
import { isAsked, type Plan } from '../plan.ts'
import type { Section } from '../report/section.ts'
import { median } from '../report/statistics.ts'
import { formatFigure } from '../report/table.ts'
import { atMost } from '../report/target.ts'
import { type Laboratory, startLaboratory } from '../subjects/laboratory.ts'
import { addRows, othersRows, ownRows, placeOf, SOUGHT } from './rows.ts'

type Page = {
  readonly title: string
  readonly path: (size: number, laboratory: Laboratory) => string | Promise<string>
  /** How much longer the largest list may take than the smallest; absent: as a page does. */
  readonly most?: number
}

const MOST_OF_A_PAGE = 1.3
const MOST_OF_A_SEARCH = 1.5

const PAGE = 50
const DELIVERY_DEADLINE_MS = 15_000

export function growthSteps({ listed }: Plan): number {
  return 1 + listed.length
}

/** How long a list takes while its organization grows, others' rows beside it. */
export async function measureGrowth(plan: Plan, progress: Progress, signal: AbortSignal): Promise<Section> {
  await using undo = new AsyncDisposableStack()
  progress.begin('rows of other organizations')
  const laboratory = await startLaboratory(BUNDLE_FOLDER, undo)
  await makeTemplates(laboratory)
  await addRows(laboratory.database, othersRows(laboratory.organization), 1, plan.others)
  progress.step()

  const pages = pagesOf(laboratory.organization).filter(
    ({ most }) => isAsked(plan, 'growth') || (most === MOST_OF_A_SEARCH && isAsked(plan, 'growth', 'search')),
  )
  const times: number[][] = pages.map(() => [])
  let rows = 0
  for (const size of plan.listed) {
    signal.throwIfAborted()
    progress.begin(`lists of ${formatFigure(size)}`)
    await addRows(laboratory.database, ownRows(laboratory.organization), rows + 1, size)
    rows = size
    for (const [i, page] of pages.entries()) {
      times[i]?.push(await timePage(laboratory, await page.path(size, laboratory), plan.listCalls))
    }
    progress.step()
  }
  return describe(plan, pages, times)
}

/** One real row of each kind, which the others are copies of. */
export async function makeTemplates({ url, operator, database }: Laboratory): Promise<void> {
  const listed = z.object({ items: z.array(z.object({ id: z.string() })) })
  const [profile] = listed.parse(await operator.get('/v1/profiles')).items
  if (!profile) throw new Error('an organization starts with a profile')
  const { code } = await operator.createKey(profile.id)
  await runLoad({ url, connections: 1, extent: { requests: 1 }, request: enrollments('/v1/enroll', [code]) })
  const deadline = Date.now() + DELIVERY_DEADLINE_MS
  while ((await database.prepare('SELECT 1 FROM agents').all()).results.length === 0) {
    if (Date.now() > deadline) throw new Error('the agent is not delivered to D1')
    await delay(50)
  }
}

function pagesOf(organization: number): readonly Page[] {
  const lists = (['profiles', 'keys', 'agents'] as const).flatMap((table): Page[] => [
    { title: `/v1/${table}, first page`, path: () => `/v1/${table}?limit=${PAGE}` },
    {
      title: `/v1/${table}, last page`,
      path: async (size, { operator }) => {
        const first = `/v1/${table}?limit=${PAGE}`
        return `${first}&cursor=${cursorBefore(await operator.get(first), placeOf(table, size - PAGE))}`
      },
    },
  ])
  return [
    ...lists,
    {
      title: '/v1/profiles, search',
      path: () => `/v1/profiles?name=${encodeURIComponent(SOUGHT)}`,
      most: MOST_OF_A_SEARCH,
    },
    {
      title: '/v1/agents, search',
      path: () => `/v1/agents?hostname=${encodeURIComponent(SOUGHT)}`,
      most: MOST_OF_A_SEARCH,
    },
    {
      title: 'Illumio pairing profiles, with total',
      path: () => `/api/v2/orgs/${organization}/pairing_profiles?max_results=${PAGE}`,
    },
    {
      title: 'Illumio workloads, with total',
      path: () => `/api/v2/orgs/${organization}/workloads?max_results=${PAGE}`,
    },
  ]
}

/** A walk to the last page takes 2,000 calls: the cursor of the first page is moved to the row `ledger`, `n` instead. */
function cursorBefore(firstPage: unknown, { ledger, n }: ReturnType<typeof placeOf>): string {
  const { next_cursor: cursor } = z.object({ next_cursor: z.string() }).parse(firstPage)
  const place = z
    .array(z.unknown())
    .parse(JSON.parse(new TextDecoder().decode(fromBase64Url(cursor) ?? undefined)))
  return toBase64Url(utf8(JSON.stringify([...place.slice(0, -2), ledger, n])))
}

export async function timePage({ operator }: Laboratory, path: string, calls: number): Promise<number> {
  const times: number[] = []
  // The first ones fill the page cache with rows that were just written.
  for (let call = -3; call < calls; call++) {
    const begun = performance.now()
    await operator.get(path)
    if (call >= 0) times.push(performance.now() - begun)
  }
  return median(times)
}

function describe(plan: Plan, pages: readonly Page[], times: readonly (readonly number[])[]): Section {
  return {
    title: 'Growth',
    notes: [
      `Milliseconds, medians of ${plan.listCalls} calls one after the other; beside ${formatFigure(plan.others)} rows of ten other organizations in every table.`,
    ],
    tables: [
      {
        columns: ['rows of the organization', ...plan.listed.map(formatFigure)],
        rows: pages.map(({ title }, i) => [title, ...(times[i] ?? []).map(formatFigure)]),
      },
    ],
    figures: pages.map(({ title, most = MOST_OF_A_PAGE }, i) => ({
      name: `${title}, largest / smallest`,
      value: (times[i]?.at(-1) ?? Number.NaN) / (times[i]?.[0] ?? Number.NaN),
      unit: '×',
      target: atMost(most),
    })),
    samples: Object.fromEntries(pages.map(({ title }, i) => [title, times[i]])),
  }
}

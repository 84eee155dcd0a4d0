import { formatId } from '../../../src/core/kernel/ids.ts'
import type { Progress } from '../../lib/cli/progress.ts'
import { BUNDLE_FOLDER } from '../../lib/cli/project.ts'
import type { Plan } from '../plan.ts'
import type { Section } from '../report/section.ts'
import { median, percentile } from '../report/statistics.ts'
import { formatFigure } from '../report/table.ts'
import { atMost } from '../report/target.ts'
import { type Laboratory, startLaboratory } from '../subjects/laboratory.ts'
import { makeTemplates } from './growth.ts'
import { addRows, othersRows, ownRows, placeOf } from './rows.ts'

/** Milliseconds, of 95 of 100 requests. */
const MOST_OF_A_PAGE = 25

const TITLES = ['overview', 'keys', 'a key', 'agents', 'an agent', 'activity', 'profiles'] as const
type Title = (typeof TITLES)[number]

export function consoleSteps(): number {
  return 2
}

/** How long the pages of the console take in a large organization. */
export async function measureConsole(plan: Plan, progress: Progress, signal: AbortSignal): Promise<Section> {
  await using undo = new AsyncDisposableStack()
  const size = plan.listed.at(-1) ?? 0
  progress.begin(`${formatFigure(size)} keys and agents`)
  const laboratory = await startLaboratory(BUNDLE_FOLDER, undo)
  await makeTemplates(laboratory)
  await addRows(laboratory.database, othersRows(laboratory.organization), 1, plan.others)
  await addRows(laboratory.database, ownRows(laboratory.organization), 1, size)
  progress.step()

  progress.begin('pages of the console')
  const cookie = await signIn(laboratory)
  const paths = await pathsOf(laboratory)
  const times = new Map<Title, readonly number[]>()
  for (const title of TITLES) {
    signal.throwIfAborted()
    times.set(title, await timePage(laboratory, paths[title], cookie, plan.listCalls))
  }
  progress.step()
  return describe(size, plan, times)
}

/** One real key and agent, and the lists with all of them. */
async function pathsOf({ database, organization }: Laboratory): Promise<Readonly<Record<Title, string>>> {
  const real = `WHERE organization_id = ${organization} AND ledger < ${placeOf('keys', 1).ledger} LIMIT 1`
  const [key] = (await database.prepare(`SELECT ledger, n FROM keys ${real}`).all()).results
  const [agent] = (await database.prepare(`SELECT record ->> '$.id' AS id FROM agents ${real}`).all()).results
  if (!key || !agent) throw new Error('the key and the agent that were copied are not there')
  const id = formatId({ ledger: Number(key.ledger), n: Number(key.n) })
  return {
    overview: '/console',
    keys: '/console/keys',
    'a key': `/console/keys/key_${id}`,
    agents: '/console/agents',
    'an agent': `/console/agents/${agent.id}`,
    activity: '/console/activity',
    profiles: '/console/profiles',
  }
}

async function signIn({ url, owner }: Laboratory): Promise<string> {
  const answer = await fetch(`${url}/console/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { Origin: url },
    body: new URLSearchParams(owner),
  })
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0]
  if (cookie === undefined) throw new Error(`the console refused the sign-in: ${answer.status}`)
  return cookie
}

async function timePage(
  { url }: Laboratory,
  path: string,
  cookie: string,
  calls: number,
): Promise<readonly number[]> {
  const times: number[] = []
  // The first ones fill the page cache with rows that were just written.
  for (let call = -3; call < calls; call++) {
    const begun = performance.now()
    const answer = await fetch(url + path, { headers: { Cookie: cookie } })
    await answer.text()
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
    if (call >= 0) times.push(performance.now() - begun)
  }
  return times
}

function describe(size: number, plan: Plan, times: ReadonlyMap<Title, readonly number[]>): Section {
  const rows = [...times].map(([title, its]) => ({
    title,
    p50: median(its),
    p95: percentile(
      its.toSorted((a, b) => a - b),
      0.95,
    ),
  }))
  return {
    title: 'Console',
    notes: [
      `Milliseconds of ${plan.listCalls} requests for a page, one after the other, in an organization of ${formatFigure(size)} profiles, keys and agents.`,
    ],
    tables: [
      {
        columns: ['page', 'p50', 'p95'],
        rows: rows.map(({ title, p50, p95 }) => [title, formatFigure(p50), formatFigure(p95)]),
      },
    ],
    figures: rows.map(({ title, p95 }) => ({
      name: `${title}, p95`,
      value: p95,
      unit: 'ms',
      target: atMost(MOST_OF_A_PAGE),
    })),
    samples: Object.fromEntries(times),
  }
}

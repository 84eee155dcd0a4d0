import type { Progress } from '../../lib/cli/progress.ts'
import { startBaseline } from '../baseline/baseline.ts'
import { isAsked, type Plan } from '../plan.ts'
import type { Section } from '../report/section.ts'
import { atLeast, atMost, type Target } from '../report/target.ts'
import { startFloor } from '../subjects/floor.ts'
import { startSubjectIn } from '../subjects/subject.ts'
import { compare, contestant, hold, type Question, rate, tail } from './contest.ts'
import { BASELINE, BEFORE, FLOOR, prepare, subjectMeasures } from './measure.ts'

/** Requests per second: the platform's floors, Latchkey and the baseline. */
export function measureThroughput(plan: Plan, progress: Progress, signal: AbortSignal): Promise<Section> {
  const { against } = plan
  const ours = subjectMeasures(plan)
  const questions = [...QUESTIONS, ...(against === null ? WITHOUT_OLDER : questionsOfOlder(plan))]
  const older = new Set(questions.flatMap(({ needs }) => needs))
  const contest = {
    part: 'throughput' as const,
    title: 'Throughput',
    note: "Each ledger is a durable file of its own, which one machine writes one after the other; on Cloudflare each is a machine's.",
    contestants: [
      contestant(FLOOR, async (undo) => ({ url: await startFloor(undo), pids: [] })),
      contestant(ours, async (undo) => prepare(await startSubjectIn(undo, signal), plan)),
      contestant(
        subjectMeasures(plan, BEFORE).filter(({ id }) => older.has(id)),
        async (undo) => prepare(await startSubjectIn(undo, signal, against), plan),
      ),
      contestant(BASELINE, (undo) => startBaseline(plan.profiles, plan.keys, undo)),
    ],
    questions,
  }
  return hold(contest, plan, progress, signal)
}

const QUESTIONS: readonly Question[] = [
  compare('one-key', 'one key: Latchkey / baseline', 'hot', 'baseline-hot', atLeast(1.3, 1.6)),
  compare('spread', 'spread: Latchkey / baseline', 'spread', 'baseline-spread', atLeast(0.6, 0.8)),
  compare('token', 'agent token / plain handler', 'self', 'plain', atLeast(0.75, 0.9)),
  compare('api-key', 'API key / no-op object call', 'api-key', 'object', atLeast(0.25, 0.3)),
  tail('tail', 'one key: p99 / median', 'hot', atMost(4)),
  tail('tail', 'spread: p99 / median', 'spread', atMost(4)),
  compare(null, 'one key / no-op object call', 'hot', 'object'),
  compare(null, 'spread / one key, 256 connections', 'spread-many', 'hot-many'),
  // Else the redemptions' figures would be the load's own.
  compare(null, 'load: the same bodies to a plain handler / one key', 'generator', 'hot', atLeast(1.5)),
]

/** Rows that say how much faster than an older version: without one, there is only a rate. */
const WITHOUT_OLDER: readonly Question[] = [
  rate('one-connection', 'one key, 1 connection (a ratio needs --against)', 'hot-one'),
  rate('list', 'list with total (a ratio needs --against)', 'list'),
]

const OF_OLDER = [
  ['one-connection', 'hot-one', 'one key, 1 connection: now / before', atLeast(3)],
  ['list', 'list', 'list with total: now / before', atLeast(2)],
  ['one-key', 'hot', 'one key: now / before', undefined],
  ['spread', 'spread', 'spread: now / before', undefined],
  ['token', 'self', 'agent token: now / before', undefined],
  ['api-key', 'api-key', 'API key: now / before', undefined],
] as const

/** Those without a target only when they are named: they would make a whole bench half as long again. */
function questionsOfOlder(plan: Plan): readonly Question[] {
  const isEnough = (target: Target | undefined) => plan.only !== null || target !== undefined
  return OF_OLDER.filter(([row, , , target]) => isEnough(target) && isAsked(plan, 'throughput', row)).map(
    ([row, id, name, target]) => compare(row, name, id, `${BEFORE.id}${id}`, target),
  )
}

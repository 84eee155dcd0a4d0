import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import type { Progress } from '../../lib/cli/progress.ts'
import { type Headers, signing } from '../../lib/http/credential.ts'
import { openFetch } from '../../lib/http/fetch-client.ts'
import { startDeviceBaseline } from '../baseline/devices.ts'
import { type SigningPair, signedEvents } from '../load/signed-events.ts'
import type { Plan } from '../plan.ts'
import type { Section } from '../report/section.ts'
import { atLeast } from '../report/target.ts'
import { startFloor } from '../subjects/floor.ts'
import { type Subject, startSubjectIn } from '../subjects/subject.ts'
import { compare, contestant, hold, type Measurable, type Measure, type Question, rate } from './contest.ts'

const FEW = 16
const EVENT = '/api/v3/things/event.json'

/** Signed events per second: the floor, Latchkey and the baseline. */
export function measureDevices(plan: Plan, progress: Progress, signal: AbortSignal): Promise<Section> {
  const { against } = plan
  const ours = subjectMeasures(plan)
  // Named rows only: they have no target that an older version sets.
  const isOlderAsked = against !== null && plan.only !== null
  const contest = {
    part: 'devices' as const,
    title: 'Signed events',
    note: `Each request is one event of ~100 bytes with an HMAC of its body, acknowledged when it is durable. Of ${plan.pairs} pairs each has an inbox of its own.`,
    contestants: [
      contestant(FLOOR, async (undo) => ({ url: await startFloor(undo), pids: [], pairs: floorPairs() })),
      contestant(ours, async (undo) => withPairs(await startSubjectIn(undo, signal), plan)),
      ...(isOlderAsked
        ? [
            contestant(subjectMeasures(plan, 'before-', 'before: '), async (undo) =>
              withPairs(await startSubjectIn(undo, signal, against), plan),
            ),
          ]
        : []),
      contestant(baselineMeasures(plan), async (undo) => ({
        ...(await startDeviceBaseline(plan.pairs, undo)),
        pids: [],
      })),
    ],
    questions: [...questionsOf(plan), ...(isOlderAsked ? questionsOfOlder(plan) : [])],
  }
  return hold(contest, plan, progress, signal)
}

type WithPairs = Measurable & { readonly pairs: readonly SigningPair[] }

async function withPairs(subject: Subject, plan: Plan): Promise<WithPairs> {
  const { url, pids } = subject
  return { url, pids, pairs: await makePairs(subject, plan.pairs) }
}

const FLOOR: readonly Measure<WithPairs>[] = [
  {
    connections: FEW,
    id: 'devices-floor',
    title: 'floor: plain handler, signed bodies',
    request: ({ pairs }) => signedEvents('/event', pairs),
  },
]

/** The floor checks no signature. */
function floorPairs(): readonly SigningPair[] {
  return [{ accessKey: 'none', secretKey: 'none', thing: 'none' }]
}

function subjectMeasures(plan: Plan, id = '', title = ''): readonly Measure<WithPairs>[] {
  return [
    {
      connections: FEW,
      id: `${id}event-one`,
      title: `${title}signed event, one pair`,
      request: ({ pairs }) => signedEvents(EVENT, pairs.slice(0, 1)),
    },
    {
      connections: FEW,
      id: `${id}event-many`,
      title: `${title}signed event, ${plan.pairs} pairs`,
      request: ({ pairs }) => signedEvents(EVENT, pairs),
    },
  ]
}

/** Asked as Latchkey is. */
function baselineMeasures(plan: Plan): readonly Measure<WithPairs>[] {
  return subjectMeasures(plan, 'baseline-', 'baseline: ')
}

function questionsOf(plan: Plan): readonly Question[] {
  return [
    compare('event-one', 'one pair: Latchkey / baseline', 'event-one', 'baseline-event-one', atLeast(0.8, 1)),
    compare(
      'event-many',
      `${plan.pairs} pairs: Latchkey / baseline`,
      'event-many',
      'baseline-event-many',
      atLeast(0.35, 1),
    ),
    rate(null, 'signed events per second, one pair', 'event-one'),
    compare(null, 'one pair / floor', 'event-one', 'devices-floor'),
  ]
}

function questionsOfOlder(plan: Plan): readonly Question[] {
  return [
    compare('event-one', 'one pair: now / before', 'event-one', 'before-event-one'),
    compare('event-many', `${plan.pairs} pairs: now / before`, 'event-many', 'before-event-many'),
  ]
}

const signedIn = z.object({ auth_token: z.string() })
const roleList = z.object({ roles: z.array(z.object({ role_key: z.string() })) })
const madePair = z.object({ key_pair: z.object({ access_key: z.string(), secret_key: z.string() }) })

/** Key pairs of agents, each with a thing that it registered. */
async function makePairs({ url, credentials }: Subject, count: number): Promise<SigningPair[]> {
  const { must } = openFetch(url)
  const { email, password } = credentials.datonis
  const { auth_token } = signedIn.parse(await must('POST', '/api_sign_in', { email, password }))
  const token: Headers = () => ({ 'X-Auth-Token': auth_token })
  const found = await must('GET', '/api/v3/roles?search=Agent', undefined, token)
  const key_pair = { role_key: roleList.parse(found).roles[0]?.role_key }
  const pairs: SigningPair[] = []
  for (let n = 0; n < count; n++) {
    const made = await must('POST', '/api/v3/key_pairs', { key_pair }, token)
    const { access_key: accessKey, secret_key: secretKey } = madePair.parse(made).key_pair
    const pair = { accessKey, secretKey, thing: randomBytes(5).toString('hex') }
    const thing = { thing_key: pair.thing, name: `press ${n}`, timestamp: n }
    await must('POST', '/api/v3/things/register.json', thing, signing(accessKey, secretKey))
    pairs.push(pair)
  }
  return pairs
}

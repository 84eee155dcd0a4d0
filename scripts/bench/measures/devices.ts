import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import type { Progress } from '../../lib/cli/progress.ts'
import { type Headers, signing } from '../../lib/http/credential.ts'
import { openFetch } from '../../lib/http/fetch-client.ts'
import { type DeviceBaseline, startDeviceBaseline } from '../baseline/devices.ts'
import { type SigningPair, signedEvents } from '../load/signed-events.ts'
import type { Plan } from '../plan.ts'
import type { Figure, Section } from '../report/section.ts'
import { median, ratio } from '../report/statistics.ts'
import { startFloor } from '../subjects/floor.ts'
import { type Subject, startSubjectIn } from '../subjects/subject.ts'
import { together } from '../subjects/together.ts'
import type { Measure } from './measure.ts'
import { type Runs, runRounds, tableOf } from './throughput.ts'

const FEW = 16
const EVENT = '/api/v3/things/event.json'

export function devicesSteps({ rounds }: Plan): number {
  return 2 + rounds
}

/** Signed events per second: the floor, Latchkey and the baseline in turns. */
export async function measureDevices(plan: Plan, progress: Progress, signal: AbortSignal): Promise<Section> {
  await using undo = new AsyncDisposableStack()
  progress.begin('starting the floor, the baseline and the server for devices')
  const [floor, baseline, subject] = await together([
    startFloor(undo),
    startDeviceBaseline(plan.pairs, undo),
    startSubjectIn(undo, signal),
  ])
  const measures = measuresOf(floor, baseline, subject, await makePairs(subject, plan.pairs))
  progress.step()
  const runs = await runRounds(measures, plan, progress, signal)
  return {
    title: 'Signed events',
    notes: [
      `Each request is one event of ~100 bytes with an HMAC of its body, acknowledged when it is durable. Medians of ${plan.rounds} interleaved rounds of ${plan.secondsEach} s. Of ${plan.pairs} pairs each has an inbox of its own.`,
    ],
    tables: [tableOf(measures, runs)],
    figures: figuresOf(runs, plan),
    samples: Object.fromEntries(runs),
  }
}

function measuresOf(
  floor: string,
  baseline: DeviceBaseline,
  subject: Subject,
  pairs: readonly SigningPair[],
): readonly Measure[] {
  const one = pairs.slice(0, 1)
  const ours = { url: subject.url, connections: FEW, pid: subject.pid }
  const others = { connections: FEW, pid: null }
  const [first] = baseline.pairs
  return [
    {
      ...others,
      url: floor,
      id: 'devices-floor',
      title: 'floor: plain handler, signed bodies',
      request: () => signedEvents('/event', one),
    },
    { ...ours, id: 'event-one', title: 'signed event, one pair', request: () => signedEvents(EVENT, one) },
    {
      ...ours,
      id: 'event-many',
      title: `signed event, ${pairs.length} pairs`,
      request: () => signedEvents(EVENT, pairs),
    },
    {
      ...others,
      url: baseline.url,
      id: 'baseline-event-one',
      title: 'baseline: signed event, one pair',
      request: () => signedEvents(EVENT, first ? [first] : []),
    },
    {
      ...others,
      url: baseline.url,
      id: 'baseline-event-many',
      title: `baseline: signed event, ${pairs.length} pairs`,
      request: () => signedEvents(EVENT, baseline.pairs),
    },
  ]
}

function figuresOf(runs: Runs, plan: Plan): readonly Figure[] {
  const rates = (id: string) => (runs.get(id) ?? []).map(({ perSecond }) => perSecond)
  return [
    { name: 'signed events per second, one pair', value: Math.round(median(rates('event-one'))), unit: '/s' },
    {
      name: 'one pair: Latchkey / baseline',
      value: ratio(rates('event-one'), rates('baseline-event-one')),
      unit: '×',
    },
    { name: 'one pair / floor', value: ratio(rates('event-one'), rates('devices-floor')), unit: '×' },
    {
      name: `${plan.pairs} pairs: Latchkey / baseline`,
      value: ratio(rates('event-many'), rates('baseline-event-many')),
      unit: '×',
    },
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

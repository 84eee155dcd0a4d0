import { DEFAULT_SETTINGS } from '../../access/settings/port.ts'
import { forgetOldMessages } from '../../devices/forget.ts'
import { signHeads } from '../../enrollment/heads/sign-heads.ts'
import type { Ports } from '../../ports.ts'
import { forgetDeliveries, wakeDeliverers } from '../../webhooks/sweep.ts'
import type { Ended } from './port.ts'
import { purgeApiKeys } from './purge-api-keys.ts'

/** Done again and again, by one object at a time. Each run is short: what it leaves, the next one does, a minute later. */
export type Task = {
  readonly name: string
  readonly everySeconds: number
  /** @param from where the last run ended that left work; 0: there is none */
  readonly run: (now: number, from: number) => Promise<Ended>
}

const HOUR_SECONDS = 3_600
const DAY_SECONDS = 24 * HOUR_SECONDS
const ROWS_AT_ONCE = 1_000
const MAX_ROUNDS = 50
/** Each has up to 50 calls of D1, of which an alarm may make 1,000. */
const MAX_INDEX_ROUNDS = 10

export function tasks(ports: Ports): readonly Task[] {
  const { eventSeconds } = DEFAULT_SETTINGS
  return [
    {
      name: 'sessions',
      everySeconds: HOUR_SECONDS,
      run: (now) => inRounds((atMost) => ports.sessions.purge(now, atMost)),
    },
    {
      name: 'events',
      everySeconds: HOUR_SECONDS,
      run: (now) => inRounds((atMost) => ports.retention.purgeEvents(now, eventSeconds, atMost)),
    },
    {
      name: 'late_events',
      everySeconds: HOUR_SECONDS,
      run: (now) => inRounds((atMost) => ports.retention.purgeLateLists(now, eventSeconds, atMost)),
    },
    {
      name: 'jobs',
      everySeconds: HOUR_SECONDS,
      run: (now) => inRounds((atMost) => ports.jobs.removeExpired(now, atMost)),
    },
    {
      name: 'device_messages',
      everySeconds: HOUR_SECONDS,
      run: (now) => inRounds((atMost) => forgetOldMessages(ports, now, atMost)),
    },
    {
      name: 'api_tokens',
      everySeconds: HOUR_SECONDS,
      run: (now) => inRounds((atMost) => ports.apiClients.purge(now, atMost)),
    },
    {
      name: 'webhook_deliveries',
      everySeconds: HOUR_SECONDS,
      run: (now) => inRounds((atMost) => forgetDeliveries(ports, now, atMost)),
    },
    {
      name: 'webhooks',
      everySeconds: HOUR_SECONDS,
      run: async () => {
        await wakeDeliverers(ports)
        return 'done'
      },
    },
    { name: 'api_keys', everySeconds: HOUR_SECONDS, run: (now) => purgeApiKeys(ports, now) },
    {
      name: 'term_index',
      everySeconds: HOUR_SECONDS,
      run: () => inRounds(() => ports.termIndex.catchUp(), MAX_INDEX_ROUNDS),
    },
    {
      name: 'ledger_heads',
      everySeconds: DAY_SECONDS,
      run: async (_, from) => {
        const last = await signHeads(ports, from)
        return last === null ? 'done' : { from: last }
      },
    },
  ]
}

/** Until a round does not find enough, or it is enough for once. */
async function inRounds(round: (atMost: number) => Promise<number>, rounds = MAX_ROUNDS): Promise<Ended> {
  for (let n = 0; n < rounds; n++) {
    if ((await round(ROWS_AT_ONCE)) < ROWS_AT_ONCE) return 'done'
  }
  return 'more'
}

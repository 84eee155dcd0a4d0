import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import type { Client } from '../lib/http/agent-client.ts'
import type { Answer } from '../lib/http/answer.ts'
import { BrokenPromise } from './broken-promise.ts'

/** The claim is the agent's own secret: with it a retry is known to be a retry. */
export type Machine = { readonly hostname: string; readonly claim: string }

export type Redemption =
  | { readonly kind: 'enrolled'; readonly isNew: boolean; readonly identity: Identity }
  | { readonly kind: 'refused' }

const identity = z.object({
  agent: z.object({ href: z.string() }),
  ven: z.object({ href: z.string() }),
  workload: z.object({ href: z.string() }),
  access_token: z.string(),
})
export type Identity = z.infer<typeof identity>

export type Watcher = {
  /** The connection broke, or the server asked to come again; the machine does so when this resolves. */
  onRetry(): Promise<void>
}

const GIVE_UP_MS = 40_000
const RETRY_MS = { least: 50, most: 300 }

export function makeMachines(count: number): readonly Machine[] {
  return Array.from({ length: count }, (_, index) => ({
    hostname: `web-${String(index + 1).padStart(3, '0')}.demo.example`,
    claim: randomBytes(24).toString('base64url'),
  }))
}

/** Asks with one and the same claim until the answer is definite, as an agent on a bad network does. */
export async function redeem(
  client: Client,
  code: string,
  machine: Machine,
  watcher: Watcher,
): Promise<Redemption> {
  const deadline = Date.now() + GIVE_UP_MS
  while (Date.now() < deadline) {
    const answer = await askOnce(client, code, machine)
    if (answer?.status === 201 || answer?.status === 200) {
      return {
        kind: 'enrolled',
        isNew: answer.status === 201,
        identity: identity.parse(JSON.parse(answer.text)),
      }
    }
    if (answer?.status === 401) return { kind: 'refused' }
    if (answer !== null && answer.status !== 429 && answer.status !== 503) {
      throw new BrokenPromise(`a redemption answered ${answer.status}: ${answer.text}`)
    }
    await watcher.onRetry()
    await delay(waitOf(answer))
  }
  throw new BrokenPromise(`${machine.hostname} had no definite answer in ${GIVE_UP_MS / 1000} s`)
}

/** Null when no whole answer came: whether the use was spent is then unknown, and only the claim can find out. */
async function askOnce(client: Client, code: string, { hostname, claim }: Machine): Promise<Answer | null> {
  try {
    const json = { activation_code: code, hostname, claim }
    return await client.ask({ method: 'POST', path: '/api/v2/agents/activate', json })
  } catch {
    return null
  }
}

// Not all at the same moment, or they fall over the server together when it comes back.
function waitOf(answer: Answer | null): number {
  const asked = Number(answer?.headers['retry-after'] ?? 0) * 1000
  return asked + RETRY_MS.least + Math.random() * (RETRY_MS.most - RETRY_MS.least)
}

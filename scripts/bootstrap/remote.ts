import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'
import * as z from 'zod'
import { type BootstrapReply, callBootstrap, readBootstrapReply } from '../runtime/organization.ts'
import { WRANGLER_CONFIG } from '../runtime/project.ts'
import { Refusal } from '../runtime/refusal.ts'
import { readPublicUrl } from '../runtime/settings.ts'
import { onStopSignal } from '../runtime/signals.ts'
import { BOOTSTRAP_SECRET, deleteBootstrapSecret, putBootstrapSecret } from './worker-secret.ts'

type RemoteRequest = {
  readonly organization: string
  readonly email: string
  readonly url: string | null
  readonly env: Readonly<Record<string, string | undefined>>
}

// A secret makes a new version of the Worker, which takes some seconds to be everywhere.
const DEADLINE_MS = 120_000
const INTERVAL_MS = 1_000

/** The route is there only while the secret is: it is set, used once and, however this ends, removed. */
export async function bootstrapRemotely(request: RemoteRequest): Promise<{ url: string } & BootstrapReply> {
  const url = deployedUrl(request)
  const token = randomBytes(32).toString('base64url')
  const stopping = new AbortController()
  onStopSignal(() => stopping.abort(new Refusal('stopped; the token is removed')))
  let made: BootstrapReply
  try {
    await putBootstrapSecret(token)
    made = await callUntilThere({ ...request, url, token, signal: stopping.signal })
  } catch (error) {
    await deleteBootstrapSecret().catch(warnOfSecret)
    throw error
  }
  // A token that stays opens the door for whoever learns it; the credential is good all the same, so both are said.
  await deleteBootstrapSecret().catch((error) => {
    warnOfSecret(error)
    process.exitCode = 1
  })
  return { url, ...made }
}

async function callUntilThere(request: {
  readonly url: string
  readonly token: string
  readonly organization: string
  readonly email: string
  readonly signal: AbortSignal
}): Promise<BootstrapReply> {
  const deadline = Date.now() + DEADLINE_MS
  let last = ''
  while (Date.now() < deadline) {
    request.signal.throwIfAborted()
    try {
      const response = await callBootstrap(request)
      // 404: not there yet. 401: an edge still has the token of an earlier run. 5xx: between two versions.
      const isSettling = response.status === 404 || response.status === 401 || response.status >= 500
      if (!isSettling) return await readBootstrapReply(response)
      last = String(response.status)
      await response.body?.cancel()
    } catch (error) {
      if (error instanceof Refusal) throw error
      last = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    }
    await delay(INTERVAL_MS, undefined, { signal: request.signal }).catch(() => {})
  }
  throw new Refusal(`${request.url} did not take the token within ${DEADLINE_MS / 1000} s (last: ${last})`)
}

function deployedUrl({ url, env }: RemoteRequest): string {
  const text = url ?? readPublicUrl(env) ?? configuredUrl()
  const parsed = URL.canParse(text) ? new URL(text) : null
  if (parsed === null) throw new Refusal(`--url must be a URL, not "${text}"`, 2)
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(parsed.hostname)
  if (parsed.protocol !== 'https:' && !isLoopback) {
    throw new Refusal(`the token would go to ${parsed.origin} in the clear: https is needed`, 2)
  }
  return parsed.origin
}

function configuredUrl(): string {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(WRANGLER_CONFIG)
  const vars = z.looseObject({ bindings: z.looseObject({ LATCHKEY_PUBLIC_URL: z.string() }) })
  return vars.parse(workerOptions).bindings.LATCHKEY_PUBLIC_URL
}

function warnOfSecret(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error)
  console.error(
    `latchkey: ${reason}. Remove it: npx wrangler secret delete ${BOOTSTRAP_SECRET} -c wrangler.toml`,
  )
}

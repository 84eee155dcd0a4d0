import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { parseDeployedUrl } from '../runtime/deployed-url.ts'
import { type BootstrapReply, callBootstrap, readBootstrapReply } from '../runtime/organization.ts'
import { WRANGLER_CONFIG } from '../runtime/project.ts'
import { Refusal } from '../runtime/refusal.ts'
import { onStopSignal } from '../runtime/signals.ts'
import { BOOTSTRAP_SECRET, deleteBootstrapSecret, putBootstrapSecret } from './worker-secret.ts'

type RemoteRequest = {
  readonly organization: string
  readonly email: string
  readonly resetPassword: boolean
  readonly url: string | null
  readonly env: Readonly<Record<string, string | undefined>>
}

// A secret makes a new version of the Worker, which takes some seconds to be everywhere.
const DEADLINE_MS = 120_000
const INTERVAL_MS = 1_000

/** The route is there only while the secret is: it is set, used once and, however this ends, removed. */
export async function bootstrapRemotely(request: RemoteRequest): Promise<{ url: string } & BootstrapReply> {
  const url = await deployedUrl(request)
  const token = randomBytes(32).toString('base64url')
  const stopping = new AbortController()
  onStopSignal(() => stopping.abort(new Refusal('stopped; the token is removed')))
  console.error(`Setting a one-time token on ${url} …`)
  await putBootstrapSecret(token)
  let made: BootstrapReply
  try {
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
  readonly resetPassword: boolean
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

async function deployedUrl(request: RemoteRequest): Promise<string> {
  const { text, source } = await namedUrl(request)
  const origin = parseDeployedUrl(text)
  if (origin === null) {
    throw new Refusal(`${source} must be the https address of the deployed Worker, not "${text}"`, 2)
  }
  return origin
}

async function namedUrl({ url, env }: RemoteRequest): Promise<{ text: string; source: string }> {
  if (url !== null) return { text: url, source: '--url' }
  const given = env.LATCHKEY_PUBLIC_URL?.trim()
  if (given) return { text: given, source: 'LATCHKEY_PUBLIC_URL' }
  // Loaded only when it is used: it brings wrangler with it, which takes a second.
  const { readDeployment } = await import('../runtime/deployment.ts')
  const { publicUrl } = readDeployment(WRANGLER_CONFIG, null)
  return { text: publicUrl ?? '', source: 'LATCHKEY_PUBLIC_URL in wrangler.toml' }
}

function warnOfSecret(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error)
  console.error(
    `latchkey: ${reason}. Remove it: npx wrangler secret delete ${BOOTSTRAP_SECRET} -c wrangler.toml`,
  )
}

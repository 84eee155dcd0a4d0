import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { WRANGLER_CONFIG } from '../cli/project.ts'
import { Refusal } from '../cli/refusal.ts'
import { onStopSignal } from '../cli/signals.ts'
import { parseDeployedUrl } from './deployed-url.ts'
import { deleteWorkerSecret, putWorkerSecret } from './worker-secret.ts'

const TOKEN_SECRET = 'LATCHKEY_BOOTSTRAP_TOKEN'

// A secret makes a new version of the Worker, which takes some seconds to be everywhere.
const DEADLINE_MS = 120_000
const INTERVAL_MS = 1_000

/** Which deployed Worker is meant: the one named, else the one of the settings. */
export type Deployed = {
  readonly url: string | null
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What a use of the token is given. */
export type WithToken = { readonly url: string; readonly token: string; readonly signal: AbortSignal }

/** Its routes are there only while the secret is: it is set, used and, however this ends, removed. */
export async function withOneTimeToken<T>(
  deployed: Deployed,
  use: (given: WithToken) => Promise<T>,
): Promise<T> {
  const url = await deployedUrl(deployed)
  const token = randomBytes(32).toString('base64url')
  const stopping = new AbortController()
  onStopSignal(() => stopping.abort(new Refusal('stopped; the token is removed')))
  console.error(`Setting a one-time token on ${url} …`)
  await putWorkerSecret(TOKEN_SECRET, token)
  let result: T
  try {
    result = await use({ url, token, signal: stopping.signal })
  } catch (error) {
    await deleteWorkerSecret(TOKEN_SECRET).catch(warnOfSecret)
    throw error
  }
  // A token that stays is a risk, and the result is good all the same: both are reported.
  await deleteWorkerSecret(TOKEN_SECRET).catch((error) => {
    warnOfSecret(error)
    process.exitCode = 1
  })
  return result
}

/** Whether a status says that a secret is not everywhere yet: no route, the token of an earlier run, between two versions. */
export function isSettling(status: number): boolean {
  return status === 404 || status === 401 || status >= 500
}

/** Tries until a secret has reached the Worker. @param attempt resolves with why it has not, or with what was asked for */
export async function untilSettled<T>(
  { url, signal }: Pick<WithToken, 'url' | 'signal'>,
  attempt: () => Promise<{ readonly value: T } | { readonly settling: string }>,
): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS
  let last = ''
  while (Date.now() < deadline) {
    signal.throwIfAborted()
    try {
      const tried = await attempt()
      if ('value' in tried) return tried.value
      last = tried.settling
    } catch (error) {
      if (error instanceof Refusal) throw error
      last = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    }
    await delay(INTERVAL_MS, undefined, { signal }).catch(() => {})
  }
  throw new Refusal(`${url} did not take the token within ${DEADLINE_MS / 1000} s (last: ${last})`)
}

async function deployedUrl(deployed: Deployed): Promise<string> {
  const { text, source } = await namedUrl(deployed)
  const origin = parseDeployedUrl(text)
  if (origin === null) {
    throw new Refusal(`${source} must be the https address of the deployed Worker, not "${text}"`, 2)
  }
  return origin
}

async function namedUrl({ url, env }: Deployed): Promise<{ text: string; source: string }> {
  if (url !== null) return { text: url, source: '--url' }
  const given = env.LATCHKEY_PUBLIC_URL?.trim()
  if (given) return { text: given, source: 'LATCHKEY_PUBLIC_URL' }
  // Loaded only when it is used: it brings wrangler with it, which takes a second.
  const { readDeployment } = await import('./deployment.ts')
  const { publicUrl } = readDeployment(WRANGLER_CONFIG, null)
  return { text: publicUrl ?? '', source: 'LATCHKEY_PUBLIC_URL in wrangler.toml' }
}

function warnOfSecret(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error)
  console.error(`latchkey: ${reason}. Remove it: npx wrangler secret delete ${TOKEN_SECRET} -c wrangler.toml`)
}

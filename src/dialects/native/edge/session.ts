/** Sessions of people (docs/dialects/native.md#sessions): for what an API key may not do. */
import type { Budget } from '../../../core/access/limits/port.ts'
import type { SessionPolicy } from '../../../core/access/sessions/policy.ts'
import { fromBase64Url, toBase64Url } from '../../../core/kernel/encoding.ts'

const PREFIX = 'lks_'

/** Of an API key. */
export const REQUESTS: Budget = { name: 'native', limit: 500, periodSeconds: 60 }

export const SESSIONS: SessionPolicy = {
  sort: 'native:session',
  idleSeconds: 30 * 60,
  lifetimeSeconds: 12 * 3_600,
  tokenBytes: 32,
  limit: REQUESTS,
  isSignIn: true,
}

export function formatSessionToken(token: Uint8Array): string {
  return PREFIX + toBase64Url(token)
}

/** null: it is no session's. */
export function parseSessionToken(text: string | null): Uint8Array | null {
  if (!text?.startsWith(PREFIX)) return null
  const token = fromBase64Url(text.slice(PREFIX.length))
  return token?.length === SESSIONS.tokenBytes ? token : null
}

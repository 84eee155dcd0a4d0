/** Sessions of the console: good for nothing else, and carried by a cookie only. */
import type { SessionPolicy } from '../../core/access/sessions/policy.ts'
import { fromBase64Url, toBase64Url } from '../../core/kernel/encoding.ts'

export const CONSOLE_SESSIONS: SessionPolicy = {
  sort: 'console:session',
  idleSeconds: 60 * 60,
  lifetimeSeconds: 12 * 3_600,
  tokenBytes: 32,
  limit: { name: 'native', limit: 500, periodSeconds: 60 },
  isSignIn: true,
}

export function formatSessionCookie(token: Uint8Array): string {
  return toBase64Url(token)
}

/** null: it has not the form of a session's token. */
export function parseSessionCookie(text: string | null): Uint8Array | null {
  const token = text === null ? null : fromBase64Url(text)
  return token?.length === CONSOLE_SESSIONS.tokenBytes ? token : null
}

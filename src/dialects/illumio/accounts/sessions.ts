import type { Budget } from '../../../core/access/limits/port.ts'
/** Credentials of signed-in users (docs/dialects/illumio.md#signing-in). Pure. */

import type { SessionPolicy } from '../../../core/access/sessions/policy.ts'
import { fromHex, toHex } from '../../../core/kernel/encoding.ts'
import { basicCredentials } from '../../../http/credentials.ts'

const TOKEN_BYTES = 20

/** What a right password gets: good once, for half a minute. */
export const LOGIN: SessionPolicy = {
  sort: 'illumio:login',
  idleSeconds: null,
  lifetimeSeconds: 30,
  tokenBytes: TOKEN_BYTES,
  limit: null,
  isSignIn: false,
}

/** Of a session or key (docs/dialects/illumio.md#request-rate). */
export const REQUESTS: Budget = { name: 'illumio', limit: 500, periodSeconds: 60 }

export const IDLE_MINUTES = 10

export const SESSION: SessionPolicy = {
  sort: 'illumio:session',
  idleSeconds: IDLE_MINUTES * 60,
  lifetimeSeconds: 12 * 3_600,
  tokenBytes: TOKEN_BYTES,
  limit: REQUESTS,
  isSignIn: true,
}

/** 40 hexadecimal digits. */
export function formatToken(token: Uint8Array): string {
  return toHex(token)
}

/** `Authorization: Token token=…`, or null. */
export function loginToken(authorization: string | null): Uint8Array | null {
  const text = /^token +token="?([0-9a-f]{40})"? *$/i.exec(authorization ?? '')?.[1]
  return text === undefined ? null : fromHex(text)
}

/** Basic `user_<number>` and a session token, or null: it is none of the sort. */
export function sessionCredential(
  authorization: string | null,
): { readonly user: string; readonly token: Uint8Array } | null {
  const basic = basicCredentials(authorization)
  const user = /^user_([1-9][0-9]*)$/.exec(basic?.username ?? '')?.[1]
  if (!basic || user === undefined) return null
  return { user, token: /^[0-9a-f]{40}$/.test(basic.password) ? fromHex(basic.password) : new Uint8Array() }
}

/** An organization's number in a path; null: there is none, or it is no number. */
export function parseOrganization(text: string | undefined): number | null {
  return /^[1-9][0-9]{0,14}$/.test(text ?? '') ? Number(text) : null
}

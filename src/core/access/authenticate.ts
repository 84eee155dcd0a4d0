import { equalBytes, utf8 } from '../encoding.ts'
import type { Cause } from '../ledger/records.ts'
import { type Outcome, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import type { Actor } from './actor.ts'
import { hashApiKeySecret, isGenuineApiKey } from './api-key.ts'
import type { StoredApiKey } from './port.ts'
import { actAs } from './principal.ts'

export type ApiKeyCredential = { readonly id: string; readonly secret: string }

const NOTED_EVERY_MILLISECONDS = 60_000

/** Who an API key belongs to, and what they may do: one read of D1. Every failure is one fault. */
export async function authenticate(
  ports: Ports,
  credential: ApiKeyCredential,
  request: Cause['request'],
): Promise<Outcome<Actor>> {
  const ring = await ports.keyring()
  const { id, secret } = credential
  if (!(await isGenuineApiKey(ring, id, secret))) return refuse({ kind: 'credential_invalid' })
  const stored = await ports.credentials.findApiKey(id)
  if (!stored) return refuse({ kind: 'credential_invalid' })
  const hash = await hashApiKeySecret(ring, stored.ringVersion, secret)
  if (!equalBytes(utf8(hash), utf8(stored.secretHash))) return refuse({ kind: 'credential_invalid' })
  const now = ports.now()
  if (stored.expiresAt !== null && now >= stored.expiresAt) {
    ports.background(() => ports.credentials.noteRefusal(id, now, expiredUse(stored, now, request)))
    return refuse({ kind: 'credential_invalid' })
  }
  ports.housekeeper.wake()
  const actor = actAs(ports.roles, stored.principal, { kind: 'api_key', id }, request.address)
  if (actor.ok && now - (stored.usedAt ?? 0) >= NOTED_EVERY_MILLISECONDS) {
    ports.background(() => ports.credentials.noteUse(id, now))
  }
  return actor
}

function expiredUse(key: StoredApiKey, at: number, request: Cause['request']) {
  return {
    id: crypto.randomUUID(),
    organization: key.principal.organization,
    at,
    type: 'api_key.refuse',
    isSuccess: false,
    cause: { actor: { kind: 'system' }, request },
    subject: { kind: 'api_key', id: key.id, name: key.name },
    detail: { state: 'expired', expiredAt: key.expiresAt, usedAt: key.usedAt },
  } as const
}

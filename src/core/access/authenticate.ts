import type { Cause } from '../kernel/cause.ts'
import { equalBytes, utf8 } from '../kernel/encoding.ts'
import { type Outcome, refuse } from '../kernel/outcome.ts'
import { eventId } from '../kernel/time/event-id.ts'
import type { Ports } from '../ports.ts'
import type { Actor } from './actor.ts'
import { hashApiKeySecret, isApiKeyId, isGenuineApiKey } from './api-key.ts'
import { openCase } from './cases/open-case.ts'
import { GATHER_MILLISECONDS } from './limits/guessed-keys.ts'
import { countRequest } from './limits/limits.ts'
import type { Budget } from './limits/port.ts'
import type { StoredApiKey } from './port.ts'
import { actAs } from './principal.ts'

export type ApiKeyCredential = { readonly id: string; readonly secret: string }

/** Why a key that is there was refused. */
type RefusedUse = 'secret_wrong' | 'expired' | 'disabled' | 'address_not_allowed'

const NOTED_EVERY_MILLISECONDS = 60_000

/**
 * Who an API key belongs to, and what they may do: one read of D1. Every failure is one fault, but that of a key that is used
 * too often.
 * @param limit how often it may be used
 */
export const authenticateApiKey = openCase(
  async (
    ports,
    credential: ApiKeyCredential,
    request: Cause['request'],
    limit: Budget,
  ): Promise<Outcome<Actor>> => {
    const ring = await ports.keyring()
    const { id, secret } = credential
    if (!(await isGenuineApiKey(ring, id, secret))) {
      const isFirst = isApiKeyId(id) && ports.guesses.add({ id, at: ports.now(), request })
      if (isFirst) ports.background(() => recordGuesses(ports))
      return refuse({ kind: 'credential_invalid' })
    }
    const counted = await countRequest(ports, limit, id)
    if (!counted.ok) return counted
    const stored = await ports.credentials.findApiKey(id)
    if (!stored) return refuse({ kind: 'credential_invalid' })
    const now = ports.now()
    const refused = (reason: RefusedUse) => {
      ports.background(() => recordRefusedUse(ports, stored, reason, now, request))
      return refuse({ kind: 'credential_invalid' })
    }
    const hash = await hashApiKeySecret(ring, stored.ringVersion, secret)
    if (!equalBytes(utf8(hash), utf8(stored.secretHash))) return refused('secret_wrong')
    if (stored.expiresAt !== null && now >= stored.expiresAt) return refused('expired')
    if (!stored.isEnabled || !stored.principal.isEnabled) return refused('disabled')
    ports.housekeeper.wake()
    const actor = actAs(ports.roles, stored.principal, { kind: 'api_key', id }, request.address)
    if (!actor.ok) return refused('address_not_allowed')
    if (now - (stored.usedAt ?? 0) >= NOTED_EVERY_MILLISECONDS) {
      ports.background(() => ports.credentials.recordUse(id, now))
    }
    return actor
  },
)

/** Of each existing key, as many are recorded as the limit allows: made-up ids take nothing from it. */
async function recordGuesses(ports: Ports): Promise<void> {
  await ports.pause(GATHER_MILLISECONDS)
  const guesses = ports.guesses.take()
  const keys = new Set(await ports.credentials.knownApiKeys(guesses.map(({ id }) => id)))
  for (const { id, at, request } of guesses) {
    if (!keys.has(id) || !(await ports.limits.take('failures', `secrets of ${id}`))) continue
    const stored = await ports.credentials.findApiKey(id)
    if (stored) await recordRefusedUse(ports, stored, 'secret_wrong', at, request)
  }
}

/** At most one a minute and key is recorded, so that no caller can flood the events. */
function recordRefusedUse(
  ports: Ports,
  key: StoredApiKey,
  reason: RefusedUse,
  at: number,
  request: Cause['request'],
): Promise<void> {
  const isExpired = key.expiresAt !== null && at >= key.expiresAt
  return ports.credentials.recordRefusal(key.id, at, {
    id: eventId(at),
    organization: key.principal.organization,
    at,
    type: 'api_key.refuse',
    isSuccess: false,
    cause: { actor: { kind: 'system' }, request },
    subject: { kind: 'api_key', id: key.id, name: key.name },
    detail: {
      reason,
      state: isExpired ? 'expired' : 'active',
      expiredAt: isExpired ? key.expiresAt : null,
      usedAt: key.usedAt,
    },
  })
}

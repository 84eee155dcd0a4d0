import { DEFAULT_SETTINGS } from '../../access/settings/port.ts'
import type { AuditEvent } from '../../events/event.ts'
import { eventId } from '../../kernel/time/event-id.ts'
import type { Ports } from '../../ports.ts'
import type { Ended, PurgedKey } from './port.ts'

const KEYS_AT_ONCE = 500
const CAUSE = {
  actor: { kind: 'system' },
  request: { id: '', method: '', path: '', address: null },
} as const

/** Keys that expired longer ago than their organization wants to see them leave its lists. */
export async function purgeApiKeys(ports: Ports, now: number): Promise<Ended> {
  const { expiredApiKeySeconds } = DEFAULT_SETTINGS
  const keys = await ports.retention.expiredKeys(now, expiredApiKeySeconds, KEYS_AT_ONCE)
  if (keys.length === 0) return 'done'
  const ofOrganizations = Map.groupBy(keys, ({ organization }) => organization)
  const events = [...ofOrganizations].map(([organization, its]) => eventOf(organization, its, now))
  await ports.retention.forgetKeys(
    keys.map(({ id }) => id),
    events,
  )
  return keys.length < KEYS_AT_ONCE ? 'done' : 'more'
}

function eventOf(organization: number, keys: readonly PurgedKey[], at: number): AuditEvent {
  return {
    id: eventId(at),
    organization,
    at,
    type: 'api_key.expire',
    isSuccess: true,
    cause: CAUSE,
    subject: { kind: 'organization', id: String(organization), name: '' },
    detail: { keys: keys.map(({ id, name }) => ({ id, name })) },
  }
}

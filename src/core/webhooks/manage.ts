import { causeOf, type Operation, operatorCase } from '../access/cases/operator-case.ts'
import { operatorEvent } from '../access/cases/operator-event.ts'
import type { AuditEvent, EventType } from '../events/event.ts'
import type { JsonObject } from '../kernel/json.ts'
import { invalid, notFound, type Outcome, ok, refuse } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import { type Endpoint, MAX_ENDPOINTS } from './port.ts'
import { formatSecret, SECRET_BYTES, secretContext } from './signature.ts'

/** After a rotation the previous secret signs, too, for so long. */
const PREVIOUS_SECRET_MILLISECONDS = 24 * 3_600_000

type Members = Pick<Endpoint, 'url' | 'description' | 'types' | 'isEnabled'>
/** @property secret as the receiver configures it, shown once */
export type CreatedEndpoint = { readonly endpoint: Endpoint; readonly secret: string }

export const listEndpoints = operatorCase(
  'settings.write',
  async (ports, { actor }): Promise<Outcome<readonly Endpoint[]>> =>
    ok(await ports.webhooks.list(actor.organization)),
)

export const getEndpoint = operatorCase(
  'settings.write',
  async (ports, operation, id: string): Promise<Outcome<Endpoint>> => find(ports, operation, id),
)

export const createEndpoint = operatorCase(
  'settings.write',
  async (ports, operation, members: Members): Promise<Outcome<CreatedEndpoint>> => {
    const wrong = refusedUrl(members.url)
    if (wrong) return wrong
    const { organization } = operation.actor
    const id = ports.uuid()
    const now = ports.now()
    const { secret, sealed } = await makeSecret(ports, id)
    const createdBy = causeOf(operation).actor
    const endpoint = { ...members, id, organization, createdAt: now, createdBy, updatedAt: now }
    const event = eventOf('webhook.create', operation, endpoint, now, shownMembers(members))
    const made = await ports.webhooks.create(endpoint, sealed, MAX_ENDPOINTS, event)
    if (made === 'limit') return refuse({ kind: 'limit_reached', what: 'webhook' })
    await ports.webhookDeliverer.wake(organization)
    const unused = { disabledReason: null, previousUntil: null, queued: 0, skipped: 0, failingSince: null }
    return ok({ endpoint: { ...endpoint, ...unused }, secret })
  },
)

/** Changes what is named and nothing else. To enable it is to try again what waits. */
export const changeEndpoint = operatorCase(
  'settings.write',
  async (ports, operation, id: string, members: Partial<Members>): Promise<Outcome<Endpoint>> => {
    const found = await find(ports, operation, id)
    if (!found.ok) return found
    const wrong = members.url === undefined ? null : refusedUrl(members.url)
    if (wrong) return wrong
    const now = ports.now()
    const { actor } = causeOf(operation)
    const change = {
      ...members,
      ...(members.isEnabled !== undefined && { disabledReason: null }),
      updatedAt: now,
      updatedBy: actor,
    }
    const event = eventOf(
      'webhook.update',
      operation,
      { ...found.value, ...members },
      now,
      shownMembers(members),
    )
    if (!(await ports.webhooks.update(found.value, change, event))) return notFound('webhook')
    await ports.webhookDeliverer.wake(found.value.organization)
    return find(ports, operation, id)
  },
)

export const deleteEndpoint = operatorCase(
  'settings.write',
  async (ports, operation, id: string): Promise<Outcome<null>> => {
    const found = await find(ports, operation, id)
    if (!found.ok) return found
    await ports.webhooks.remove(found.value, eventOf('webhook.delete', operation, found.value, ports.now()))
    return ok(null)
  },
)

export const rotateSecret = operatorCase(
  'settings.write',
  async (ports, operation, id: string): Promise<Outcome<CreatedEndpoint>> => {
    const found = await find(ports, operation, id)
    if (!found.ok) return found
    const now = ports.now()
    const { secret, sealed } = await makeSecret(ports, id)
    const previousUntil = now + PREVIOUS_SECRET_MILLISECONDS
    const event = eventOf('webhook.rotate_secret', operation, found.value, now)
    if (!(await ports.webhooks.rotate(found.value, sealed, previousUntil, event))) return notFound('webhook')
    return ok({ endpoint: { ...found.value, previousUntil, updatedAt: now }, secret })
  },
)

/** @returns the id under which the receiver gets it */
export const sendTest = operatorCase(
  'settings.write',
  async (ports, operation, id: string): Promise<Outcome<string>> => {
    const found = await find(ports, operation, id)
    if (!found.ok) return found
    if (!found.value.isEnabled) return isDisabled()
    const event = eventOf('webhook.test', operation, found.value, ports.now())
    await ports.webhooks.sendTest(found.value, event)
    await ports.webhookDeliverer.wake(found.value.organization)
    return ok(messageId(event.id))
  },
)

export async function find(ports: Ports, { actor }: Operation, id: string): Promise<Outcome<Endpoint>> {
  const found = await ports.webhooks.find(actor.organization, id)
  return found ? ok(found) : notFound('webhook')
}

export function isDisabled() {
  return invalid('enabled', 'the webhook is disabled')
}

/** The same for every attempt: by it a receiver knows what it has already. */
export function messageId(eventId: string): string {
  return `msg_${eventId}`
}

export function eventOf(
  type: EventType,
  operation: Operation,
  { id, url }: Pick<Endpoint, 'id' | 'url'>,
  at: number,
  detail: JsonObject = {},
): AuditEvent {
  // A path or query may be a secret of its receiver.
  return operatorEvent(type, operation, { kind: 'webhook', id, name: new URL(url).host }, at, detail)
}

function shownMembers({ types, isEnabled }: Partial<Members>): JsonObject {
  return { ...(types !== undefined && { types }), ...(isEnabled !== undefined && { enabled: isEnabled }) }
}

function refusedUrl(text: string) {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url?.protocol !== 'https:') return invalid('url', 'must be an https URL')
  if (url.username !== '' || url.password !== '')
    return invalid('url', 'must not have a user name or password')
  return url.hash === '' ? null : invalid('url', 'must not have a fragment')
}

async function makeSecret(ports: Ports, id: string) {
  const bytes = ports.random(SECRET_BYTES)
  const sealed = await (await ports.keyring()).seal(secretContext(id), bytes)
  return { secret: formatSecret(bytes), sealed }
}

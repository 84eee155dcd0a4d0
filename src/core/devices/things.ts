/** Things as operators manage them; devices register them, too. */
import { type Operation, operatorCase } from '../access/cases/operator-case.ts'
import { operatorEvent } from '../access/cases/operator-event.ts'
import type { AuditEvent, EventType } from '../events/event.ts'
import type { JsonObject } from '../kernel/json.ts'
import { spellKey } from '../kernel/key-spelling.ts'
import { notFound, type Outcome, ok, refuse } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import { isTooLong, MAX_MADE_THINGS, tooLong } from './delivery.ts'
import type { Thing, ThingChange } from './port.ts'
import { thingKeyOf } from './thing-key.ts'

const KEY_BYTES = 5

/** How many inboxes are asked at a time. */
const AT_ONCE = 32

export type NewThing = Pick<Thing, 'name' | 'description' | 'facts'> & {
  /** null: it is given one, by its device's name for it where there is one. */
  readonly key: string | null
  readonly deviceKey: string | null
}

/** A thing that no device has registered yet. */
export const createThing = operatorCase(
  'things.write',
  async (ports, operation, { key: wantedKey, deviceKey, ...input }: NewThing): Promise<Outcome<Thing>> => {
    if (isTooLong(input)) return tooLong('thing')
    const now = ports.now()
    const { organization } = operation.actor
    const known = await ports.devices.countThings(organization, MAX_MADE_THINGS)
    if (known >= MAX_MADE_THINGS) return refuse({ kind: 'limit_reached', what: 'thing' })
    const derived = deviceKey === null ? null : await thingKeyOf(organization, deviceKey)
    const key = wantedKey ?? derived ?? spellKey(ports.random(KEY_BYTES))
    const thing = {
      ...input,
      key,
      organization,
      accessKey: null,
      createdAt: now,
      updatedAt: now,
      seenAt: null,
    }
    const made = await ports.devices.createThing(thing, eventOf('thing.create', operation, thing, now))
    return made ? ok(thing) : refuse({ kind: 'name_taken' })
  },
)

/** What is absent stays. A device's next registration may change it again. */
export const changeThing = operatorCase(
  'things.write',
  async (ports, operation, key: string, change: ThingChange): Promise<Outcome<Thing>> => {
    if (isTooLong(change)) return tooLong('thing')
    const { organization } = operation.actor
    const found = await ports.devices.findThing(organization, key)
    if (!found) return notFound('thing')
    const now = ports.now()
    const event = eventOf('thing.update', operation, { key, name: change.name ?? found.name }, now)
    const changed = await ports.devices.changeThing(organization, key, change, now, event)
    return changed ? ok(changed) : notFound('thing')
  },
)

/**
 * When this answers, no pair can write about the thing until a device registers it again. What was written about it stays
 * as long as any message does.
 */
export const deleteThing = operatorCase(
  'things.write',
  async (ports, operation, key: string): Promise<Outcome<null>> => {
    const { organization } = operation.actor
    const found = await ports.devices.findThing(organization, key)
    if (!found) return notFound('thing')
    // First, so that no registration from before is still on its way to D1.
    const forgotten = await forgetEverywhere(ports, organization, key)
    if (!forgotten.ok) return forgotten
    const event = eventOf('thing.delete', operation, found, ports.now())
    if (!(await ports.devices.removeThing(organization, key, event))) return notFound('thing')
    // And again, since an inbox may have asked D1 about the thing meanwhile.
    return forgetEverywhere(ports, organization, key)
  },
)

/** Each inbox has a copy of what its pair may write about. */
async function forgetEverywhere(ports: Ports, organization: number, thing: string): Promise<Outcome<null>> {
  const accessKeys = await ports.keyPairs.ofOrganization(organization)
  for (let at = 0; at < accessKeys.length; at += AT_ONCE) {
    const some = accessKeys.slice(at, at + AT_ONCE)
    const done = await Promise.all(
      some.map((accessKey) => ports.inboxes.open(accessKey).forget(organization, thing)),
    )
    const failed = done.find((outcome) => !outcome.ok && outcome.fault.kind !== 'not_found')
    if (failed && !failed.ok) return failed
  }
  return ok(null)
}

function eventOf(
  type: EventType,
  operation: Operation,
  { key, name }: Pick<Thing, 'key' | 'name'>,
  at: number,
  detail: JsonObject = {},
): AuditEvent {
  return operatorEvent(type, operation, { kind: 'thing', id: key, name }, at, detail)
}

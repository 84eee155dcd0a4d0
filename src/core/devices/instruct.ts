import { operatorCase } from '../access/operator-case.ts'
import { operatorEvent } from '../access/operator-event.ts'
import { utf8 } from '../kernel/encoding.ts'
import type { JsonObject } from '../kernel/json.ts'
import { spellKey } from '../kernel/key-spelling.ts'
import { notFound, type Outcome, ok, refuse } from '../kernel/outcome.ts'
import { keyOf } from './authenticate.ts'
import { isTooLong, MAX_MADE_THINGS, tooLong } from './delivery.ts'
import { sign } from './key-pairs/signature.ts'
import type { Instruction, Thing } from './port.ts'

const KEY_BYTES = 5

export type NewThing = Pick<Thing, 'name' | 'description' | 'facts'>

/** An instruction, and its text signed with the secret of the pair whose device is to obey it. */
export type SignedInstruction = {
  readonly instruction: Instruction
  readonly text: string
  readonly signature: string
}

/** A thing that no device has registered yet. */
export const createThing = operatorCase(
  'things.write',
  async (ports, operation, input: NewThing): Promise<Outcome<Thing>> => {
    const now = ports.now()
    const { organization } = operation.actor
    const known = await ports.devices.countThings(organization, MAX_MADE_THINGS)
    if (known >= MAX_MADE_THINGS) return refuse({ kind: 'limit_reached', what: 'thing' })
    const key = spellKey(ports.random(KEY_BYTES))
    const thing = {
      ...input,
      key,
      organization,
      accessKey: null,
      createdAt: now,
      updatedAt: now,
      seenAt: null,
    }
    await ports.devices.createThing(
      thing,
      operatorEvent('thing.create', operation, { kind: 'thing', id: key, name: input.name }, now),
    )
    return ok(thing)
  },
)

/**
 * Keeps an instruction and signs it for the pair that wrote of the thing last: that one listens for it.
 * @param spell the text that the device will check
 */
export const sendInstruction = operatorCase(
  'things.write',
  async (
    ports,
    operation,
    thing: string,
    body: JsonObject,
    spell: (instruction: Instruction) => string,
  ): Promise<Outcome<SignedInstruction>> => {
    if (isTooLong(body)) return tooLong('instruction')
    const { organization } = operation.actor
    const found = await ports.devices.findThing(organization, thing)
    if (!found) return notFound('thing')
    if (found.accessKey === null) return refuse({ kind: 'reference_unknown', reference: thing })
    const { accessKey } = found
    const key = await keyOf(ports, accessKey)
    if (!key.ok) return key
    if (!key.value) return refuse({ kind: 'reference_unknown', reference: accessKey })
    const now = ports.now()
    const instruction = {
      key: spellKey(ports.random(KEY_BYTES)),
      organization,
      thing,
      accessKey,
      body,
      createdAt: now,
    }
    const text = spell(instruction)
    const signature = await sign(key.value.key, utf8(text))
    const expected = await ports.inboxes.open(accessKey).expect(organization, instruction.key, thing)
    if (!expected.ok) return expected
    const subject = { kind: 'instruction', id: instruction.key, name: found.name }
    await ports.devices.createInstruction(
      instruction,
      operatorEvent('instruction.create', operation, subject, now, { thing, accessKey }),
    )
    return ok({ instruction, text, signature })
  },
)

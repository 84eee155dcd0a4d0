import { openCase } from '../access/cases/open-case.ts'
import { operatorCase } from '../access/cases/operator-case.ts'
import { operatorEvent } from '../access/cases/operator-event.ts'
import { utf8 } from '../kernel/encoding.ts'
import type { JsonObject } from '../kernel/json.ts'
import { spellKey } from '../kernel/key-spelling.ts'
import { notFound, type Outcome, ok, refuse } from '../kernel/outcome.ts'
import { keyOf } from './authenticate.ts'
import { isTooLong, tooLong } from './delivery.ts'
import { sign } from './key-pairs/signature.ts'
import type { Instruction, Thing } from './port.ts'

const KEY_BYTES = 5
const MAX_TAKEN = 100

/** An instruction, and its text signed with the secret of the pair whose device is to obey it. */
export type SignedInstruction = {
  readonly instruction: Instruction
  readonly thing: Thing
  readonly text: string
  readonly signature: string
}

/** The text that a device will check, or why it cannot be reached. */
export type Spell = (instruction: Instruction, thing: Thing) => Promise<Outcome<string>>

/** Of the deployment's broker: the instructions of all organizations that came after a place, and the place after them. */
export const takeInstructions = openCase(
  async (
    ports,
    after: number | null,
    spell: Spell,
  ): Promise<Outcome<{ readonly place: number; readonly instructions: readonly SignedInstruction[] }>> => {
    const { place, given } = await ports.devices.instructionsAfter(after, MAX_TAKEN)
    const signed = await Promise.all(
      given.map(async ({ instruction, thing }): Promise<SignedInstruction[]> => {
        const { accessKey } = instruction
        const [key, verdict, text] = await Promise.all([
          keyOf(ports, accessKey),
          ports.inboxes.open(accessKey).admit(null),
          spell(instruction, thing),
        ])
        // A pair that is off or deleted gets nothing any more.
        const isOn = verdict.ok && verdict.value.kind === 'accepted'
        if (!isOn || !key.ok || !key.value || !text.ok) return []
        const signature = await sign(key.value.key, utf8(text.value))
        return [{ instruction, thing, text: text.value, signature }]
      }),
    )
    return ok({ place, instructions: signed.flat() })
  },
)

/**
 * Keeps an instruction and signs it for the pair that wrote of the thing last: that one listens for it.
 * @param spell the text that the device will check, or why its device cannot be reached
 */
export const sendInstruction = operatorCase(
  'things.write',
  async (
    ports,
    operation,
    thing: string,
    body: JsonObject,
    spell: Spell,
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
    const spelled = await spell(instruction, found)
    if (!spelled.ok) return spelled
    const text = spelled.value
    const signature = await sign(key.value.key, utf8(text))
    const expected = await ports.inboxes.open(accessKey).expect(organization, instruction.key, thing)
    if (!expected.ok) return expected
    const subject = { kind: 'instruction', id: instruction.key, name: found.name }
    await ports.devices.createInstruction(
      instruction,
      operatorEvent('instruction.create', operation, subject, now, { thing, accessKey }),
    )
    return ok({ instruction, thing: found, text, signature })
  },
)

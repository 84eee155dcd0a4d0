/** Instructions as devices get them (docs/dialects/datonis.md#instructions). */
import * as z from 'zod'
import type { SignedInstruction } from '../../../core/devices/instruct.ts'
import type { Instruction, Thing } from '../../../core/devices/port.ts'
import { thingKeyOf } from '../../../core/devices/thing-key.ts'
import { type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { asciiJson, sealInstruction } from './mqtt-payload.ts'
import { instructionTopic, mayNameTopic } from './mqtt-topics.ts'

/** What a broker is to publish. */
export const Publication = z.object({ topic: z.string(), payload: z.string() })

export async function publicationOf(signed: SignedInstruction): Promise<z.output<typeof Publication>> {
  const { instruction, thing, text, signature } = signed
  const { accessKey } = instruction
  return {
    topic: instructionTopic(accessKey, (await deviceKeyOf(thing)) ?? thing.key),
    payload: sealInstruction(text, accessKey, signature),
  }
}

/** A device knows its thing by the name under which it registered it (docs/dialects/datonis.md#instructions). */
export async function spell({ key, body, createdAt }: Instruction, thing: Thing): Promise<Outcome<string>> {
  const deviceKey = await deviceKeyOf(thing)
  if (deviceKey !== null && !mayNameTopic(deviceKey)) {
    const message = 'Its device_key cannot be part of a topic'
    return refuse({ kind: 'input_invalid', problems: [{ path: ['thing_key'], code: 'other', message }] })
  }
  return ok(
    asciiJson({
      thing_key: thing.key,
      ...(deviceKey !== null && { device_key: deviceKey }),
      alert_key: key,
      instruction_wrapper: { instruction: body },
      timestamp: createdAt,
    }),
  )
}

/** null: it was registered by its key. */
async function deviceKeyOf({ organization, key, facts }: Thing): Promise<string | null> {
  const deviceKey = facts.device_key
  if (typeof deviceKey !== 'string') return null
  return (await thingKeyOf(organization, deviceKey)) === key ? deviceKey : null
}

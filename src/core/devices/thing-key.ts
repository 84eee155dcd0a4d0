import { concat, utf8 } from '../kernel/encoding.ts'
import { spellKey } from '../kernel/key-spelling.ts'

const KEY_BYTES = 5

/**
 * The key of a thing that its devices know by a name of their own: whichever pair registers it first, and however
 * often, it is the same thing.
 */
export async function thingKeyOf(organization: number, deviceKey: string): Promise<string> {
  const name = concat(utf8(`${organization}\0`), utf8(deviceKey))
  return spellKey(new Uint8Array(await crypto.subtle.digest('SHA-256', name)).subarray(0, KEY_BYTES))
}

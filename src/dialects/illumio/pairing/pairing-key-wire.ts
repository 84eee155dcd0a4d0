/** How a pairing key's code is spelled (docs/dialects/illumio.md#code-of-a-key). Pure. */
import { CODE_NAME_BYTES, type Code, shortCodes } from '../../../core/enrollment/codes/code.ts'
import { fromHex, toHex } from '../../../core/kernel/encoding.ts'

export const CODES = shortCodes('illumio')

const HEX_OF_NAME = 2 * CODE_NAME_BYTES

/** `1`, 16 digits of name and 64 of secret: 81 lower-case hexadecimal digits. */
export function formatCode({ name, secret }: Code): string {
  return `1${toHex(name)}${toHex(secret)}`
}

/** null: it does not have the shape of a code. */
export function parseCode(text: string): Code | null {
  if (!/^1[0-9a-f]{80}$/.test(text)) return null
  const digits = text.slice(1)
  return { name: fromHex(digits.slice(0, HEX_OF_NAME)), secret: fromHex(digits.slice(HEX_OF_NAME)) }
}

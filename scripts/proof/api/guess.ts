import { randomBytes } from 'node:crypto'

/**
 * A made-up code: every other one is genuine but for one character, the others only have the shape.
 * @param shape its second group is what may be guessed
 */
export function guessLike(shape: RegExp, genuine: string, turn: number): string {
  const [, before = '', rest = '', after = ''] = shape.exec(genuine) ?? []
  return before + (turn % 2 ? randomLike(rest) : mistyped(rest)) + after
}

function isHex(code: string): boolean {
  return /^[0-9a-f]+$/.test(code)
}

function randomLike(code: string): string {
  const random = randomBytes(code.length)
  return random
    .toString(isHex(code) ? 'hex' : 'base64url')
    .replaceAll(/[-_]/g, 'A')
    .slice(0, code.length)
}

/** But for the last letter, which may have bits to spare. */
function mistyped(code: string): string {
  const at = Math.floor(Math.random() * (code.length - 1))
  const alphabet = isHex(code) ? '0123456789abcdef' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
  const other = [...alphabet].find((letter) => letter !== code[at]) ?? ''
  return code.slice(0, at) + other + code.slice(at + 1)
}

/** Tables, since every redemption spells and reads several texts: as fast as native methods, which not all runtimes have. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const BASE64_URL = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
/** Two characters, by the twelve bits that they stand for. */
const BASE64_URL_PAIRS = BASE64_URL.flatMap((first) => BASE64_URL.map((second) => first + second))
/** The six bits of a character, by its code. */
const BASE64_URL_BITS = new Uint8Array(128)
for (const [bits, character] of BASE64_URL.entries()) BASE64_URL_BITS[character.charCodeAt(0)] = bits

const ENCODER = new TextEncoder()

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += HEX[byte]
  return text
}

/** The bytes of an even number of hexadecimal digits; the caller has checked the alphabet. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

/** base64url without padding (RFC 4648, section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  const rest = bytes.length % 3
  const whole = bytes.length - rest
  let text = ''
  for (let i = 0; i < whole; i += 3) {
    const bits = (at(bytes, i) << 16) | (at(bytes, i + 1) << 8) | at(bytes, i + 2)
    text += pair(bits >> 12) + pair(bits & 0xfff)
  }
  if (rest === 1) return text + pair(at(bytes, whole) << 4)
  if (rest === 0) return text
  const bits = ((at(bytes, whole) << 8) | at(bytes, whole + 1)) << 2
  return text + pair(bits >> 6) + (BASE64_URL[bits & 0x3f] ?? '')
}

/** The bytes of a base64url text, or null when it is none, or not in its one canonical form. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let [bits, count, end] = [0, 0, 0]
  for (let i = 0; i < text.length; i++) {
    bits = ((bits << 6) | at(BASE64_URL_BITS, text.charCodeAt(i))) & 0xffff
    count += 6
    if (count < 8) continue
    count -= 8
    bytes[end++] = bits >> count
  }
  return toBase64Url(bytes) === text ? bytes : null
}

function pair(bits: number): string {
  return BASE64_URL_PAIRS[bits] ?? ''
}

function at(bytes: Uint8Array, i: number): number {
  return bytes[i] ?? 0
}

/** The bytes of a base64 text (RFC 4648, section 4), or null when it is none. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const characters = atob(text)
    const bytes = new Uint8Array(characters.length)
    for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i)
    return bytes
  } catch {
    return null
  }
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Compares in a time that depends on the lengths only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return ENCODER.encode(text) as Uint8Array<ArrayBuffer>
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

import { concat } from '../core/kernel/encoding.ts'
import { type Outcome, ok, refuse } from '../core/kernel/outcome.ts'
import { parseFields } from './fields.ts'

export const MAX_BODY_BYTES = 1024 * 1024

/** Deeper than any schema of ours: what walks a value by recursion (JSON.stringify does) must not run out of stack. */
const MAX_JSON_DEPTH = 64

/** Members and items, at any depth: more than any schema of ours takes. */
const MAX_JSON_VALUES = 20_000

/** V8 hashes such a name by its number, and looks up many that collide (`"65536"`, `"131072"`, …) in quadratic time. */
const NUMERIC_NAME = /^[0-9]+$/
const MAX_NUMERIC_NAMES = 1_000

/** Whether a body is announced that is more than any route takes, also one that reads none. */
export function announcesTooMuch(headers: Headers): boolean {
  return Number(headers.get('content-length')) > MAX_BODY_BYTES
}

/** A request's body as it came, at most 1 MiB. */
export async function readBytes(request: Request): Promise<Outcome<Uint8Array>> {
  const bytes = await takeBytes(request)
  return bytes === null ? refuse({ kind: 'body_too_large', limitBytes: MAX_BODY_BYTES }) : ok(bytes)
}

/** A body that is read when it is asked for, and what its headers say of it. */
export type Body = {
  readonly headers: Headers
  readonly bytes: () => Promise<Outcome<Uint8Array>>
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** A request's body as text, at most 1 MiB of valid UTF-8; whatever its Content-Type says. */
async function readText(body: Body): Promise<Outcome<string>> {
  const bytes = await body.bytes()
  if (!bytes.ok) return bytes
  try {
    return ok(UTF_8.decode(bytes.value))
  } catch {
    return refuse({ kind: 'body_unreadable', reason: 'it is not valid UTF-8' })
  }
}

/** null: too many. A body that announces its length is read at once, which is much the faster. */
async function takeBytes(request: Request): Promise<Uint8Array | null> {
  if (announcesTooMuch(request.headers)) return null
  if (request.headers.has('content-length')) return new Uint8Array(await request.arrayBuffer())
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) return null
    chunks.push(chunk)
  }
  return concat(...chunks)
}

/** What becomes of a whole number beyond 2^53: a double, which is another number, or its digits. */
export type BigIntegers = 'rounded' | 'digits'

/** A JSON body; a member that is repeated counts as it stands last. */
export async function readJson(body: Body, bigIntegers: BigIntegers = 'rounded'): Promise<Outcome<unknown>> {
  const text = await readText(body)
  if (!text.ok) return text
  if (text.value.trim() === '') return refuse({ kind: 'body_missing' })
  const parsed = parseJson(text.value, { bigIntegers })
  const isUnread = !parsed.ok && parsed.fault.kind === 'body_unreadable'
  return isUnread ? refuse({ ...parsed.fault, ...declared(body, JSON_TYPE) }) : parsed
}

const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i

/** What a body was declared to be, if that is another type than this. */
function declared({ headers }: Body, type: RegExp): { readonly mediaType?: string } {
  const mediaType = headers.get('content-type')
  return mediaType === null || type.test(mediaType) ? {} : { mediaType }
}

/** What a JSON text says, unless it is dangerous to use. */
export function parseJson(
  text: string,
  { bigIntegers = 'rounded', isOpen = false }: JsonReading = {},
): Outcome<unknown> {
  const excess = excessOf(text, isOpen)
  if (excess !== null) return refuse({ kind: 'body_unreadable', reason: excess })
  try {
    const value: unknown = JSON.parse(text)
    const hazard = SUSPECT_NAME.test(text) ? hazardOf(value, isOpen) : null
    if (hazard !== null) return refuse({ kind: 'body_unreadable', reason: hazard })
    return ok(bigIntegers === 'digits' && BIG_INTEGER.test(text) ? JSON.parse(text, keepDigits) : value)
  } catch {
    return refuse({ kind: 'body_unreadable', reason: 'it is not JSON' })
  }
}

export type JsonReading = {
  readonly bigIntegers?: BigIntegers
  /** Whether its members are its sender's own, as what a device measures: any names, and as many as fit. */
  readonly isOpen?: boolean
}

const BIG_INTEGER = /[0-9]{16}/

/** A reviver gets a number's digits (ECMA-262, JSON.parse source text access). */
function keepDigits(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  const digits = context?.source ?? ''
  return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?[0-9]+$/.test(digits)
    ? digits
    : value
}

/**
 * What is too deep or too wide, found in the text: to parse 1 MiB of brackets or of short names costs fifty times as much.
 * What is no JSON may pass.
 */
function excessOf(text: string, isOpen: boolean): string | null {
  let depth = 0
  let values = 0
  let hasOpened = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code <= SPACE) continue
    const isClosing = code === CLOSING_BRACE || code === CLOSING_BRACKET
    if (code === COMMA || (hasOpened && !isClosing)) values++
    hasOpened = code === OPENING_BRACE || code === OPENING_BRACKET
    if (hasOpened) depth++
    else if (isClosing) depth--
    else if (code === QUOTE) at = endOfString(text, at)
    if (depth > MAX_JSON_DEPTH) return `it is nested more than ${MAX_JSON_DEPTH} deep`
    if (values > MAX_JSON_VALUES && !isOpen) return `it has more than ${MAX_JSON_VALUES} members and items`
  }
  return null
}

const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const OPENING_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSING_BRACKET = 0x5d
const OPENING_BRACE = 0x7b
const CLOSING_BRACE = 0x7d

function endOfString(text: string, begin: number): number {
  let at = begin + 1
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) break
    if (code === BACKSLASH) at++
  }
  return at
}

/** A text without it has no name that `hazardOf` refuses, however that is escaped. */
const SUSPECT_NAME = /__proto__|\\u|"[0-9]+"\s*:/

/** What no schema can be trusted to see: zod drops a `__proto__` where it allows any member. */
function hazardOf(value: unknown, isOpen: boolean): string | null {
  let numericNames = 0
  for (let level = [value]; level.length > 0; ) {
    const parents = level.filter((item) => typeof item === 'object' && item !== null)
    if (parents.some((item) => Object.hasOwn(item, '__proto__'))) return 'a member is named __proto__'
    for (const parent of isOpen ? [] : parents) {
      const names = Array.isArray(parent) ? [] : Object.keys(parent)
      numericNames += names.filter((name) => NUMERIC_NAME.test(name)).length
      if (numericNames > MAX_NUMERIC_NAMES)
        return `more than ${MAX_NUMERIC_NAMES} members are named by numbers`
    }
    level = parents.flatMap((item): unknown[] => Object.values(item))
  }
  return null
}

/** A form body; each field once, and one without a value counts as absent (RFC 6749, section 3.2). */
export async function readForm(body: Body): Promise<Outcome<unknown>> {
  if (!FORM_TYPE.test(body.headers.get('content-type') ?? '')) {
    const reason = 'it must be application/x-www-form-urlencoded'
    return refuse({ kind: 'body_unreadable', reason, ...declared(body, FORM_TYPE) })
  }
  const text = await readText(body)
  if (!text.ok) return text
  const read = parseFields(text.value, 'form')
  if (!read.ok) return read
  const fields = [...read.value]
  if (fields.some(([, { length }]) => length > 1)) {
    return refuse({ kind: 'body_unreadable', reason: 'a field is repeated' })
  }
  return ok(Object.fromEntries(fields.flatMap(([name, [value]]) => (value ? [[name, value]] : []))))
}

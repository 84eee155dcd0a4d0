/**
 * Payloads as devices publish and receive them over MQTT (docs/dialects/datonis.md#mqtt-payloads). Their hash is over
 * the JSON text before some members were added to it, so those are cut out of the text: parsing and writing again would
 * lose `55.0`, `\u00e9` or the order of members. Pure.
 */
import { parseJson } from '../../../http/body.ts'
import { isObject } from '../edge/parameters.ts'

/** What is added after hashing, anywhere among the members (the Java SDK writes a HashMap). */
const ADDED: readonly string[] = ['hash', 'access_key', 'aliot_protocol_version']

export type SignedPayload = {
  /** The text that the hash is of. */
  readonly text: string
  readonly members: Readonly<Record<string, unknown>>
  /** null: the payload has none. */
  readonly hash: string | null
  readonly accessKey: string | null
  readonly hasVersion: boolean
}

/** null: it is no JSON object, or a dangerous one. */
export function readPayload(payload: string): SignedPayload | null {
  const parsed = parseObject(payload)
  const slices = parsed && sliceMembers(payload)
  if (!slices) return null
  const kept = slices.filter(({ name }) => !ADDED.includes(name)).map(({ text }) => text)
  const { hash, access_key: accessKey, aliot_protocol_version: version, ...members } = parsed
  return {
    text: `{${kept.join(',')}}`,
    members,
    hash: typeof hash === 'string' ? hash : null,
    accessKey: typeof accessKey === 'string' ? accessKey : null,
    hasVersion: version !== undefined,
  }
}

/** An instruction ends with exactly these two members, in this order: the Go SDK cuts them off as text. */
export function sealInstruction(text: string, accessKey: string, hash: string): string {
  return `${text.slice(0, -1)},"access_key":"${accessKey}","hash":"${hash}"}`
}

/** JSON in ASCII, which no client re-encodes on the way. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  const parsed = parseJson(text, { isOpen: true })
  return parsed.ok && isObject(parsed.value) ? parsed.value : null
}

/** The source text of each top-level member of an object that is known to be JSON. */
function sliceMembers(json: string): { readonly name: string; readonly text: string }[] {
  const open = json.indexOf('{')
  const close = json.lastIndexOf('}')
  const members: string[] = []
  let depth = 0
  let start = open + 1
  for (let at = start; at < close; at++) {
    const character = json[at]
    if (character === '"') at = endOfString(json, at)
    else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') depth--
    else if (character === ',' && depth === 0) {
      members.push(json.slice(start, at))
      start = at + 1
    }
  }
  if (json.slice(start, close).trim() !== '') members.push(json.slice(start, close))
  return members.map((text) => ({ name: nameOf(text), text }))
}

function endOfString(json: string, quote: number): number {
  let at = quote + 1
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at
}

function nameOf(member: string): string {
  const quote = member.indexOf('"')
  return String(JSON.parse(member.slice(quote, endOfString(member, quote) + 1)))
}

import type { DeviceDelivery, DeviceMessage, DeviceVerdict } from '../../../core/devices/delivery.ts'
import { DEVICE_MESSAGE_SECONDS } from '../../../core/devices/forget.ts'

/** Of those that one device may answer. */
const MAX_INSTRUCTIONS = 10_000

/** What of an accepted delivery is written, whole; things that it registers are known from now on. */
export function acceptMessages(
  sql: SqlStorage,
  { messages, introduced }: DeviceDelivery,
): { readonly messages: readonly DeviceMessage[]; readonly hasNewThings: boolean } {
  addThing(sql, introduced)
  const whole = messages.map((message) =>
    message.thing === null && message.kind === 'alert'
      ? { ...message, thing: thingOf(sql, message.instruction) }
      : message,
  )
  return { messages: whole, hasNewThings: addThing(sql, registeredBy(messages)) }
}

/** By few statements, however many they are. */
export function writeMessages(sql: SqlStorage, messages: readonly DeviceMessage[], now: number): void {
  for (const text of texts(messages)) {
    sql.exec(
      `INSERT INTO outbox (at, kind, body)
       SELECT ?, value ->> '$.kind', value FROM json_each(?)`,
      now,
      text,
    )
  }
}

/** The last instant that this inbox has written down, and still has, in Unix milliseconds. */
export function lastSeen(sql: SqlStorage): number {
  const latest = sql.exec<{ at: number }>(
    `SELECT max(updated_at,
       coalesce((SELECT max(at) FROM instructions), 0),
       coalesce((SELECT at FROM outbox ORDER BY seq DESC LIMIT 1), 0)) AS at FROM pair`,
  )
  return latest.one().at
}

/** Whether the bound of messages that wait for D1 is reached. */
export function hasMoreThan(sql: SqlStorage, count: number): boolean {
  const { waiting } = sql
    .exec<{ waiting: number | null }>('SELECT max(seq) - min(seq) AS waiting FROM outbox')
    .one()
  return (waiting ?? 0) >= count
}

/** Of what D1 refused for good the newest are kept: nothing else removes them, and they would fill the inbox for ever. */
export function forgetRefused(sql: SqlStorage, mostBytes: number): void {
  sql.exec(
    `DELETE FROM outbox_dead WHERE seq IN (
       SELECT seq FROM (SELECT seq, sum(octet_length(body)) OVER (ORDER BY seq DESC) AS bytes FROM outbox_dead)
       WHERE bytes > ?)`,
    mostBytes,
  )
}

/** True: some were unknown. */
function addThing(sql: SqlStorage, things: readonly string[]): boolean {
  if (things.length === 0) return false
  const written = sql.exec(
    'INSERT OR IGNORE INTO things SELECT value FROM json_each(?)',
    JSON.stringify(things),
  )
  return written.rowsWritten > 0
}

/** The pair may not write about it any longer, until it is registered again. */
export function forgetThing(sql: SqlStorage, thing: string): void {
  sql.exec('DELETE FROM things WHERE key = ?', thing)
}

/** A thing of a delivery that was neither registered here nor introduced; null when there is none. */
export function unknownTo(sql: SqlStorage, { messages, introduced }: DeviceDelivery): DeviceVerdict | null {
  const known = new Set(introduced)
  const things = new Set<string>()
  const instructions = new Map<string, string | null>()
  for (const message of messages) {
    const { kind, thing } = message
    const answered = kind === 'alert' ? message.instruction : null
    if (answered !== null || thing === null) instructions.set(answered ?? '', thing)
    if (kind === 'registration' && thing !== null) known.add(thing)
    else if (thing !== null && !known.has(thing)) things.add(thing)
  }
  const unknown = {
    kind: 'unknown',
    things: missingThings(sql, things),
    instructions: missingInstructions(sql, instructions),
  } as const
  return unknown.things.length + unknown.instructions.length > 0 ? unknown : null
}

/** Whether an inbox would know more things than that, if it took this. */
export function hasMoreThings(
  sql: SqlStorage,
  { messages, introduced }: DeviceDelivery,
  most: number,
): boolean {
  const fresh = missingThings(sql, new Set([...introduced, ...registeredBy(messages)])).length
  if (fresh === 0) return false
  const { known } = sql.exec<{ known: number }>('SELECT count(*) AS known FROM things').one()
  return known + fresh > most
}

function missingThings(sql: SqlStorage, keys: ReadonlySet<string>): readonly string[] {
  if (keys.size === 0) return []
  const found = sql.exec<{ value: string }>(
    'SELECT value FROM json_each(?) WHERE value NOT IN (SELECT key FROM things)',
    JSON.stringify([...keys]),
  )
  return found.toArray().map(({ value }) => value)
}

/** Also one that was given for another thing than its answer names. */
function missingInstructions(
  sql: SqlStorage,
  answered: ReadonlyMap<string, string | null>,
): readonly string[] {
  if (answered.size === 0) return []
  const found = sql.exec<{ key: string }>(
    `SELECT value ->> 0 AS key FROM json_each(?) WHERE NOT EXISTS (
       SELECT 1 FROM instructions WHERE key = value ->> 0 AND thing = coalesce(value ->> 1, thing))`,
    JSON.stringify([...answered]),
  )
  return found.toArray().map(({ key }) => key)
}

function registeredBy(messages: readonly DeviceMessage[]): readonly string[] {
  return messages.flatMap(({ kind, thing }) => (kind === 'registration' && thing !== null ? [thing] : []))
}

/** Remembers what the device may answer. false when too many wait for an answer already. */
export function expectAnswer(
  sql: SqlStorage,
  { instruction, thing }: { readonly instruction: string; readonly thing: string },
  now: number,
): boolean {
  sql.exec('DELETE FROM instructions WHERE at < ?', now - DEVICE_MESSAGE_SECONDS * 1_000)
  const { kept } = sql.exec<{ kept: number }>('SELECT count(*) AS kept FROM instructions').one()
  if (kept >= MAX_INSTRUCTIONS) return false
  sql.exec('INSERT OR IGNORE INTO instructions VALUES (?, ?, ?)', instruction, thing, now)
  addThing(sql, [thing])
  return true
}

function thingOf(sql: SqlStorage, instruction: string | null): string {
  return sql.exec<{ thing: string }>('SELECT thing FROM instructions WHERE key = ?', instruction).one().thing
}

export const ACCEPTED: DeviceVerdict = { kind: 'accepted' }

/** A bound text may have 2 MB. */
const MAX_CHARACTERS = 256 * 1024

function* texts(messages: readonly DeviceMessage[]): Generator<string> {
  let waiting: string[] = []
  let characters = 0
  for (const message of messages) {
    const text = JSON.stringify(message)
    waiting.push(text)
    characters += text.length
    if (characters < MAX_CHARACTERS) continue
    yield `[${waiting.join()}]`
    waiting = []
    characters = 0
  }
  if (waiting.length > 0) yield `[${waiting.join()}]`
}

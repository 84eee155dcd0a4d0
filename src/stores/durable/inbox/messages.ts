import type { DeviceDelivery, DeviceMessage, DeviceVerdict } from '../../../core/devices/delivery.ts'

/** What of an accepted delivery is written, whole; things that it registers are known from now on. */
export function take(
  sql: SqlStorage,
  { messages, introduced }: DeviceDelivery,
): { readonly messages: readonly DeviceMessage[]; readonly hasNewThings: boolean } {
  introduce(sql, introduced)
  const registered = messages.flatMap(({ kind, thing }) =>
    kind === 'registration' && thing !== null ? [thing] : [],
  )
  const whole = messages.map((message) =>
    message.thing === null && message.kind === 'alert'
      ? { ...message, thing: thingOf(sql, message.instruction) }
      : message,
  )
  return { messages: whole, hasNewThings: introduce(sql, registered) }
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

/** Whether so many messages wait for D1. */
export function hasMoreThan(sql: SqlStorage, count: number): boolean {
  const { waiting } = sql
    .exec<{ waiting: number | null }>('SELECT max(seq) - min(seq) AS waiting FROM outbox')
    .one()
  return (waiting ?? 0) >= count
}

/** True: some were unknown. */
export function introduce(sql: SqlStorage, things: readonly string[]): boolean {
  if (things.length === 0) return false
  const written = sql.exec(
    'INSERT OR IGNORE INTO things SELECT value FROM json_each(?)',
    JSON.stringify(things),
  )
  return written.rowsWritten > 0
}

/** What a delivery is about that nobody registered here, nor introduced; null: there is nothing. */
export function unknownTo(sql: SqlStorage, { messages, introduced }: DeviceDelivery): DeviceVerdict | null {
  const known = new Set(introduced)
  const things = new Set<string>()
  const instructions = new Set<string>()
  for (const message of messages) {
    const { kind, thing } = message
    if (thing === null) instructions.add(kind === 'alert' ? (message.instruction ?? '') : '')
    else if (kind === 'registration') known.add(thing)
    else if (!known.has(thing)) things.add(thing)
  }
  const unknown = {
    kind: 'unknown',
    things: missing(sql, 'things', things),
    instructions: missing(sql, 'instructions', instructions),
  } as const
  return unknown.things.length + unknown.instructions.length > 0 ? unknown : null
}

function missing(
  sql: SqlStorage,
  table: 'things' | 'instructions',
  keys: ReadonlySet<string>,
): readonly string[] {
  if (keys.size === 0) return []
  const found = sql.exec<{ value: string }>(
    `SELECT value FROM json_each(?) WHERE value NOT IN (SELECT key FROM ${table})`,
    JSON.stringify([...keys]),
  )
  return found.toArray().map(({ value }) => value)
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

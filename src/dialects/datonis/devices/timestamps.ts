/** Timestamps of the management API: epoch seconds, or UTC text (docs/dialects/datonis.md#timestamps). Pure. */
export type TimestampFormat = 'int' | 'str'

/** Any other value is `int`. */
export function timestampFormat(value: unknown): TimestampFormat {
  return value === 'str' ? 'str' : 'int'
}

/** @param at Unix milliseconds */
export function formatTimestamp(at: number, format: TimestampFormat): number | string {
  if (format === 'int') return Math.floor(at / 1_000)
  return new Date(at).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')
}

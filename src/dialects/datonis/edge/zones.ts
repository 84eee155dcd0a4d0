/** Time zones: IANA names, and Rails' names for the zone of this API's home (docs/dialects/datonis.md#time-zones). Pure. */
const RAILS_NAMES = new Map(
  ['Mumbai', 'Kolkata', 'Chennai', 'New Delhi'].map((name) => [name, 'Asia/Kolkata'] as const),
)

const MINUTE_MILLISECONDS = 60_000

/** Whether a text names a zone. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: ianaName(name) })
    return true
  } catch {
    return false
  }
}

/**
 * The instant at which clocks of a zone show a local time. Where they show it twice it is the first time, where they
 * skip it the instant of the change.
 * @param local the local time, written as if it were UTC; Unix milliseconds
 */
export function instantIn(zone: string, local: number): number {
  const iana = ianaName(zone)
  // The offsets on both sides of any change that is near.
  const before = local - offsetAt(iana, local - 24 * 60 * MINUTE_MILLISECONDS)
  const after = local - offsetAt(iana, local + 24 * 60 * MINUTE_MILLISECONDS)
  const fits = [before, after].filter((instant) => instant + offsetAt(iana, instant) === local)
  return fits.length > 0 ? Math.min(...fits) : Math.max(before, after)
}

function ianaName(name: string): string {
  return RAILS_NAMES.get(name) ?? name
}

function offsetAt(iana: string, instant: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: iana,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant)
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value)
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return shown - Math.floor(instant / 1_000) * 1_000
}

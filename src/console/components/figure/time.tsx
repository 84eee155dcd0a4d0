import { Attention } from '../list/state.tsx'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Farther away than that a time is a date. */
const MAX_DAYS = 60

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** "2 min ago", "in 6 d", then the date. Times are Unix milliseconds, and are shown in UTC. */
export function relativeTime(at: number, now: number): string {
  const distance = Math.abs(at - now)
  if (distance < 5 * SECOND) return 'now'
  if (distance >= MAX_DAYS * DAY) return dateOf(at, now)
  const words = wordsOf(distance)
  if (at > now) return `in ${words}`
  return words === '1 d' ? 'yesterday' : `${words} ago`
}

function wordsOf(distance: number): string {
  if (distance < MINUTE) return `${Math.floor(distance / SECOND)} s`
  if (distance < HOUR) return `${Math.floor(distance / MINUTE)} min`
  if (distance < DAY) return `${Math.floor(distance / HOUR)} h`
  return `${Math.floor(distance / DAY)} d`
}

/** "7 Dec", with the year unless it is this one. */
function dateOf(at: number, now: number): string {
  const date = new Date(at)
  const year = date.getUTCFullYear()
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
  return year === new Date(now).getUTCFullYear() ? day : `${day} ${year}`
}

/** "Mon 7 Dec, 12:03" */
export function momentOf(at: number, now: number): string {
  return `${WEEKDAYS[new Date(at).getUTCDay()]} ${dateOf(at, now)}, ${clockOf(at).slice(0, 5)}`
}

/** "12:03:09" */
export function clockOf(at: number): string {
  return new Date(at).toISOString().slice(11, 19)
}

/** "2026-11-30 12:03:09 UTC" */
export function fullTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** How long something lasts: "7 days", "1 hour". */
export function durationOf(seconds: number): string {
  const units = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
  ] as const
  const [size, word] = units.find(([size]) => seconds >= size && seconds % size === 0) ?? [1, 'second']
  const value = seconds / size
  return `${value} ${word}${value === 1 ? '' : 's'}`
}

type TimeProps = { readonly at: number; readonly now: number }

export function Time({ at, now }: TimeProps) {
  return (
    <time datetime={new Date(at).toISOString()} title={fullTime(at)}>
      {relativeTime(at, now)}
    </time>
  )
}

/** As a log has it; with the day unless it is today. */
export function ClockTime({ at, now, isMono = false }: TimeProps & { readonly isMono?: boolean }) {
  const isToday = Math.floor(at / DAY) === Math.floor(now / DAY)
  return (
    <time class={isMono ? 'mono' : undefined} datetime={new Date(at).toISOString()} title={fullTime(at)}>
      {isToday ? clockOf(at) : `${dateOf(at, now)}, ${clockOf(at).slice(0, 5)}`}
    </time>
  )
}

/** When it ends; null: never. In less than a day it needs attention, unless it is over or `isQuiet`. */
export function End({
  at,
  now,
  isQuiet = false,
}: {
  readonly at: number | null
  readonly now: number
  readonly isQuiet?: boolean
}) {
  if (at === null) return <>never</>
  const isSoon = at > now && at - now < DAY
  if (isSoon && !isQuiet) {
    return (
      <Attention icon="clock">
        <Time at={at} now={now} />
      </Attention>
    )
  }
  return <Time at={at} now={now} />
}

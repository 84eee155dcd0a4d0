import type { Child } from 'hono/jsx'
import { ClockTime } from '../figure/time.tsx'
import { Icon, type IconName } from '../page/icon.tsx'

const SORTS = {
  enrolled: ['ok', 'plus'],
  refused: ['bad', 'cross'],
  repeated: ['', 'repeat'],
  attention: ['act', 'pause'],
  operator: ['', 'user'],
} as const satisfies Readonly<Record<string, readonly [string, IconName]>>

export type FeedSort = keyof typeof SORTS

export type FeedItem = {
  /** Unix milliseconds. */
  readonly at: number
  readonly sort: FeedSort
  readonly text: Child
  /** The second line: key, address. */
  readonly about?: Child
  readonly isFresh?: boolean
}

/** What happened, newest first. */
export function Feed({ items, now }: { readonly items: readonly FeedItem[]; readonly now: number }) {
  return (
    <ol class="feed" aria-live="off">
      {items.map(({ at, sort, text, about, isFresh }) => {
        const [tone, icon] = SORTS[sort]
        return (
          <li class={[tone, isFresh && 'fresh'].filter(Boolean).join(' ') || undefined}>
            <ClockTime at={at} now={now} />
            <Icon name={icon} />
            <p>
              {text} {about && <span>{about}</span>}
            </p>
          </li>
        )
      })}
    </ol>
  )
}

/** The same in a cell of a table. */
export function EventText({ sort, children }: { readonly sort: FeedSort; readonly children?: Child }) {
  const [tone, icon] = SORTS[sort]
  return (
    <span class={tone ? `ev ${tone}` : 'ev'}>
      <Icon name={icon} />
      <span>{children}</span>
    </span>
  )
}

/** That the page follows what happens. */
export function Live({ children = 'Live' }: { readonly children?: Child }) {
  return (
    <span class="live">
      <span class="pulse"></span>
      {children}
    </span>
  )
}

import { map, type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { number } from '../../components/figure/number.ts'
import type { ConsoleFault } from '../../edge/fault.ts'
import { page } from '../../edge/page.ts'
import type { Asked } from '../../lists/asked.ts'
import { addressOf, askedOf } from '../../lists/asked.ts'
import type { ListVisit } from './find-keys.ts'
import { findKeys, KEYS, KeyQuery } from './find-keys.ts'
import { wordOf } from './key-filters.tsx'

/** How many keys there are, and how many the filter hides: counted after the page is there, since it takes longer. */
export const keyCount = page({
  path: `${KEYS}/count`,
  access: 'keys.read',
  id: 'console_keys_count',
  query: KeyQuery,
  show: async (visit) => {
    const given = askedOf(visit.raw)
    if (!given.ok) return given
    const asked = given.value
    const all = { ...visit, query: { ...visit.query, state: 'all' as const } }
    const [shown, without] = await Promise.all([
      countOf(visit, asked),
      visit.query.state === 'all' ? null : countOf(all, asked),
    ])
    if (!shown.ok) return shown
    const total = without?.ok ? without.value : shown.value
    return ok({
      title: 'Keys',
      section: 'keys',
      content: <Counted asked={asked} state={visit.query.state} shown={shown.value} total={total} />,
    })
  },
})

async function countOf(visit: ListVisit, asked: Asked): Promise<Outcome<number, ConsoleFault>> {
  return map(
    await findKeys({ ...visit, query: { ...visit.query, cursor: undefined } }, asked, 1, true),
    ({ total }) => total ?? 0,
  )
}

/** Says what is hidden at once, and how many as soon as they are counted. */
export function Hidden({
  asked,
  state,
  rows,
}: {
  readonly asked: Asked
  readonly state: string
  readonly rows: number
}) {
  return (
    <span hx-get={addressOf(`${KEYS}/count`, asked)} hx-trigger="load" hx-swap="outerHTML">
      {rows === 0 ? '' : `${number(rows)} on this page. `}
      {state === 'usable' && (
        <>
          Keys that can let no machine in are hidden.{' '}
          <a href={addressOf(KEYS, asked, { state: 'all' })}>Show all</a>
        </>
      )}
    </span>
  )
}

function Counted({
  asked,
  state,
  shown,
  total,
}: {
  readonly asked: Asked
  readonly state: string
  readonly shown: number
  readonly total: number
}) {
  const hidden = total - shown
  return (
    <span>
      {number(shown)} {shown === 1 ? 'key' : 'keys'}.{' '}
      {hidden > 0 && (
        <>
          {number(hidden)} hidden by “{wordOf(state)}”.{' '}
          <a href={addressOf(KEYS, asked, { state: 'all' })}>Show all {number(total)}</a>
        </>
      )}
    </span>
  )
}

import * as z from 'zod'
import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import { KEY_STATES } from '../../../core/enrollment/ledger/key.ts'
import type { Profile } from '../../../core/enrollment/ledger/profile.ts'
import { DIALECTS } from '../../../core/kernel/cause.ts'
import { map, type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import { commonFilters, Listing, sortOf } from '../../../http/words/listing.ts'
import { formatKeyId, formatProfileId, ProfileId } from '../../../http/words/wire.ts'
import { number } from '../../components/figure/number.ts'
import { clockOf, End, Time } from '../../components/figure/time.tsx'
import { Uses } from '../../components/figure/uses.tsx'
import { Button, LinkButton } from '../../components/form/button.tsx'
import { Bar, ChipForm, ChipMenu, type Link, SetChip } from '../../components/list/chips.tsx'
import { isDead, State } from '../../components/list/state.tsx'
import {
  type Column,
  Foot,
  nameCell,
  PICK_COLUMN,
  pickCell,
  type Row,
  SelectionBar,
  Table,
} from '../../components/list/table.tsx'
import { Empty } from '../../components/page/empty.tsx'
import { Head } from '../../components/page/head.tsx'
import type { ConsoleFault } from '../../edge/fault.ts'
import { page } from '../../edge/page.ts'
import type { View, Visit } from '../../edge/visit.ts'
import { Cursor, PAGE_SIZE, type Paged, placeOfPage, readPage, urlOf } from '../../lists/asked.ts'
import { dialectName, listProfilesOf } from '../shared.ts'

const STATES = ['usable', 'all', ...KEY_STATES] as const

const { q, label, dialect, used_since } = Listing
const Query = z.object({
  ...{ q, label, dialect, used_since, cursor: Cursor },
  profile_id: ProfileId.optional(),
  state: z.enum(STATES).default('usable'),
  sort: sortOf('keys'),
})

/** As they came: names of the query's members → their texts. */
type Asked = Readonly<Record<string, string | undefined>>

const PATH = '/console/keys'

export const keyList = page({
  path: PATH,
  access: 'keys.read',
  id: 'console_keys',
  query: Query,
  show: async (visit) => {
    const asked = askedOf(visit)
    const [profiles, keys] = await Promise.all([listProfilesOf(visit), browse(visit, asked, PAGE_SIZE)])
    // Who may see the keys of some profiles looks at them profile by profile.
    if (!keys.ok && keys.fault.kind === 'permission_missing' && !asked.profile_id) {
      return ok(chooseProfile(profiles))
    }
    return map(keys, (found) => listView(visit, asked, profiles, found))
  },
})

/** How many keys there are, and how many the filter hides: counted after the page is there, since it takes longer. */
export const keyCount = page({
  path: `${PATH}/count`,
  access: 'keys.read',
  id: 'console_keys_count',
  query: Query,
  show: async (visit) => {
    const asked = askedOf(visit)
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

type ListVisit = Visit<unknown, z.output<typeof Query>>

function askedOf({ raw }: Visit): Asked {
  const fields = raw.query()
  const names = Object.keys(Query.shape).filter((name) => name !== 'cursor')
  return Object.fromEntries(names.map((name) => [name, fields.ok ? fields.value.get(name)?.[0] : undefined]))
}

async function browse(
  { core, operation, query }: ListVisit,
  asked: Asked,
  limit: number,
  isCounted = false,
): Promise<Outcome<Paged<EnrollmentKey>, ConsoleFault>> {
  const { cursor, state, profile_id: profile, sort: order, ...filters } = query
  const found = await core.keys.browseKeys(
    operation,
    {
      ...commonFilters({ ...filters, limit, total: isCounted }),
      ...given({ profile, order, state: state === 'all' ? undefined : state }),
    },
    { after: await placeOfPage(asked, cursor), limit, isCounted },
  )
  return found.ok ? ok(await readPage(asked, found.value)) : found
}

async function countOf(visit: ListVisit, asked: Asked): Promise<Outcome<number, ConsoleFault>> {
  return map(
    await browse({ ...visit, query: { ...visit.query, cursor: undefined } }, asked, 1, true),
    ({ total }) => total ?? 0,
  )
}

function listView(
  visit: ListVisit,
  asked: Asked,
  profiles: readonly Profile[],
  found: Paged<EnrollmentKey>,
): View {
  const { operation, query } = visit
  const may = operation.actor.permissions
  const isFiltered =
    query.state !== 'usable' ||
    Object.entries(asked).some(([name, value]) => value && !['state', 'sort'].includes(name))
  const href = (change: Asked) => urlOf(PATH, { ...asked, ...change })
  const maySelect = may.has('keys.write') || may.has('keys.revoke')
  const create = may.has('keys.mint') && (
    <LinkButton href={`${PATH}/new`} tone="go" icon="plus">
      Create key
    </LinkButton>
  )
  const rows = found.rows.map((key) => rowOf(visit, key, profiles, maySelect))
  const table = (
    <Table
      class={maySelect ? 'picks keys' : 'keys'}
      caption="Keys"
      columns={columnsOf(asked, href, maySelect)}
      rows={rows}
    />
  )
  return {
    title: 'Keys',
    section: 'keys',
    content: (
      <>
        <Head
          title="Keys"
          isOneLine
          actions={
            <>
              {may.has('profiles.read') && <LinkButton href="/console/profiles">Profiles</LinkButton>}
              {create}
            </>
          }
        />
        <Filters asked={asked} query={query} profiles={profiles} href={href} asOf={found.asOf} />
        {rows.length === 0 ? (
          <Empty
            title={isFiltered ? 'No key passes these filters' : 'No key can let a machine in'}
            way={
              isFiltered
                ? { href: PATH, label: 'Show usable keys' }
                : may.has('keys.mint')
                  ? { href: `${PATH}/new`, label: 'Create key' }
                  : undefined
            }
          >
            {isFiltered
              ? 'Remove one of them, or show the keys that can let a machine in.'
              : 'A key lets a fixed number of machines enroll, until it ends.'}
          </Empty>
        ) : maySelect ? (
          <form method="post" action={`${PATH}/selected`} class="region">
            {table}
            <SelectionBar>
              {may.has('keys.write') && (
                <>
                  <PickButton value="extend">Extend by 7 days</PickButton>
                  <PickButton value="disable">Disable</PickButton>
                </>
              )}
              {may.has('keys.revoke') && (
                <Button type="submit" name="do" value="revoke" tone="risk" isSmall>
                  Revoke
                </Button>
              )}
            </SelectionBar>
          </form>
        ) : (
          table
        )}
        <Foot
          first={query.cursor === undefined ? undefined : href({})}
          next={found.next === undefined ? undefined : href({ cursor: found.next })}
        >
          <Hidden asked={asked} state={query.state} rows={rows.length} href={href} />
        </Foot>
      </>
    ),
  }
}

function PickButton({ value, children }: { readonly value: string; readonly children?: string }) {
  return (
    <Button type="submit" name="do" value={value} isSmall>
      {children}
    </Button>
  )
}

type Href = (change: Asked) => string

/** Says what is hidden at once, and how many as soon as they are counted. */
function Hidden({
  asked,
  state,
  rows,
  href,
}: {
  readonly asked: Asked
  readonly state: string
  readonly rows: number
  readonly href: Href
}) {
  return (
    <span hx-get={urlOf(`${PATH}/count`, asked)} hx-trigger="load" hx-swap="outerHTML">
      {rows === 0 ? '' : `${number(rows)} on this page. `}
      {state === 'usable' && (
        <>
          Keys that can let no machine in are hidden. <a href={href({ state: 'all' })}>Show all</a>
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
          <a href={urlOf(PATH, { ...asked, state: 'all' })}>Show all {number(total)}</a>
        </>
      )}
    </span>
  )
}

function wordOf(state: string): string {
  return state === 'suspended_by_restore' ? 'suspended' : state
}

const USED = [
  ['hour', 3_600_000],
  ['day', 86_400_000],
  ['7 days', 7 * 86_400_000],
  ['30 days', 30 * 86_400_000],
] as const

const SORTED = [
  ['-created_at', 'newest first'],
  ['name', 'name'],
  ['-last_used_at', 'last used'],
  ['expires_at', 'ends first'],
] as const

function Filters({
  asked,
  query,
  profiles,
  href,
  asOf,
}: {
  readonly asked: Asked
  readonly query: z.output<typeof Query>
  readonly profiles: readonly Profile[]
  readonly href: Href
  readonly asOf: number
}) {
  const { state, profile_id: profile, dialect, used_since: since } = query
  const hidden = Object.fromEntries(
    Object.entries(asked).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  )
  const named = profile && profiles.find(({ ledger, n }) => ledger === profile.ledger && n === profile.n)
  return (
    <Bar>
      {state === 'all' ? (
        <ChipMenu
          label="State"
          links={STATES.filter((one) => one !== 'all').map((one) => ({
            href: href({ state: one }),
            label: wordOf(one),
          }))}
        />
      ) : (
        <SetChip label="State" value={wordOf(state)} href={href({ state: 'all' })} />
      )}
      {profile ? (
        <SetChip
          label="Profile"
          value={named?.name ?? asked.profile_id ?? ''}
          href={href({ profile_id: undefined })}
        />
      ) : (
        <ChipMenu
          label="Profile"
          links={profiles.map(
            (one): Link => ({ href: href({ profile_id: formatProfileId(one) }), label: one.name }),
          )}
        />
      )}
      {dialect ? (
        <SetChip label="Dialect" value={dialectName(dialect)} href={href({ dialect: undefined })} />
      ) : (
        <ChipMenu
          label="Dialect"
          links={Object.keys(DIALECTS).map((one) => ({
            href: href({ dialect: one }),
            label: dialectName(one),
          }))}
        />
      )}
      {asked.label ? (
        <SetChip label="Label" value={asked.label} href={href({ label: undefined })} />
      ) : (
        <ChipForm
          label="Label"
          name="label"
          hint="Name, or name=value"
          placeholder="env=production"
          action={PATH}
          hidden={hidden}
        />
      )}
      {asked.q ? (
        <SetChip label="Name" value={asked.q} href={href({ q: undefined })} />
      ) : (
        <ChipForm label="Name" name="q" hint="A part of the name" action={PATH} hidden={hidden} />
      )}
      {since !== undefined ? (
        <SetChip
          label="Used since"
          value={new Date(since).toISOString().slice(0, 16).replace('T', ' ')}
          href={href({ used_since: undefined })}
        />
      ) : (
        <ChipMenu
          label="Used since"
          links={USED.map(([word, span]) => ({
            href: href({ used_since: new Date(asOf - span).toISOString().replace(/\.\d+/, '') }),
            label: `the last ${word}`,
          }))}
        />
      )}
      <ChipMenu
        label="Sort"
        isPhoneOnly
        links={SORTED.map(([sort, label]) => ({
          href: href({ sort }),
          label,
          isCurrent: asked.sort === sort,
        }))}
      />
      <span class="end muted small nw">As of {clockOf(asOf)}</span>
    </Bar>
  )
}

function columnsOf(asked: Asked, href: Href, maySelect: boolean): readonly Column[] {
  const sorted = (label: string, member: string, isDescendingFirst: boolean): Column => {
    const order = asked.sort === member ? 'ascending' : asked.sort === `-${member}` ? 'descending' : null
    const isDescending = order === null ? isDescendingFirst : order === 'ascending'
    return { label, sort: { order, href: href({ sort: `${isDescending ? '-' : ''}${member}` }) } }
  }
  return [
    ...(maySelect ? [PICK_COLUMN] : []),
    sorted('Name', 'name', false),
    { label: 'State' },
    { label: 'Used' },
    sorted('Last used', 'last_used_at', true),
    sorted('Expires', 'expires_at', false),
    { label: 'Dialect', class: 'gone' },
  ]
}

function rowOf(
  { core, now }: Visit,
  key: EnrollmentKey,
  profiles: readonly Profile[],
  maySelect: boolean,
): Row {
  const state = core.keys.stateOfKey(key)
  const id = formatKeyId(key)
  const name = key.name || id
  const profile = profiles.find(({ ledger, n }) => ledger === key.ledger && n === key.profile)
  return {
    isDead: isDead(state),
    cells: [
      ...(maySelect ? [pickCell('key', id, name)] : []),
      nameCell(
        name,
        `${PATH}/${id}`,
        <>
          {profile && `${profile.name} · `}
          <code>{id}</code>
        </>,
      ),
      { class: 'me-r', content: <State of={state} /> },
      { class: 'full', content: <Uses used={key.uses} max={key.maxUses} held={key.held} state={state} /> },
      {
        class: 'two',
        content:
          key.lastRedeemedAt === null ? (
            <>
              <span class="m">used</span> never
            </>
          ) : (
            <>
              <span class="m">used</span> <Time at={key.lastRedeemedAt} now={now} />
              <small class="mono">{key.lastRedeemedFrom}</small>
            </>
          ),
      },
      {
        class: 'nw me-r',
        content: (
          <>
            <span class="m">ends</span> <End at={key.expiresAt} now={now} isQuiet={isDead(state)} />
          </>
        ),
      },
      { class: 'gone', content: dialectName(key.dialect) },
    ],
  }
}

function chooseProfile(profiles: readonly Profile[]): View {
  return {
    title: 'Keys',
    section: 'keys',
    content: (
      <>
        <Head title="Keys" sub="Your role is limited to some profiles: choose one to see its keys." />
        <Table
          caption="Profiles"
          columns={[{ label: 'Profile' }, { label: 'Dialect' }]}
          rows={profiles.map((one) => ({
            cells: [
              nameCell(one.name, urlOf(PATH, { profile_id: formatProfileId(one) })),
              { content: dialectName(one.dialect), class: 'me-r' },
            ],
          }))}
        />
      </>
    ),
  }
}

import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import type { Profile } from '../../../core/enrollment/ledger/profile.ts'
import { map, ok } from '../../../core/kernel/outcome.ts'
import { formatProfileId } from '../../../http/words/wire.ts'
import { Button, LinkButton } from '../../components/form/button.tsx'
import { Foot, nameCell, SelectionBar, Table } from '../../components/list/table.tsx'
import { Empty } from '../../components/page/empty.tsx'
import { Head } from '../../components/page/head.tsx'
import { page } from '../../edge/page.ts'
import type { View } from '../../edge/visit.ts'
import type { Asked } from '../../lists/asked.ts'
import { addressOf, askedOf, PAGE_SIZE, type Paged, urlOf } from '../../lists/asked.ts'
import { ExportButtons } from '../../lists/download.tsx'
import { dialectName, listProfilesOf } from '../shared.ts'
import type { ListVisit } from './find-keys.ts'
import { findKeys, KEYS, KeyQuery } from './find-keys.ts'
import { Hidden } from './key-count.tsx'
import { KeyFilters } from './key-filters.tsx'
import { columnsOf, rowOf } from './key-rows.tsx'

export const keyList = page({
  path: KEYS,
  access: 'keys.read',
  id: 'console_keys',
  query: KeyQuery,
  show: async (visit) => {
    const asked = askedOf(visit.raw)
    if (!asked.ok) return asked
    const [profiles, keys] = await Promise.all([
      listProfilesOf(visit),
      findKeys(visit, asked.value, PAGE_SIZE),
    ])
    // Who may see the keys of some profiles looks at them profile by profile.
    if (!keys.ok && keys.fault.kind === 'permission_missing' && !visit.query.profile_id) {
      return ok(chooseProfile(profiles))
    }
    return map(keys, (found) => listView(visit, asked.value, profiles, found))
  },
})

function listView(
  visit: ListVisit,
  asked: Asked,
  profiles: readonly Profile[],
  found: Paged<EnrollmentKey>,
): View {
  const { operation, query } = visit
  const may = operation.actor.permissions
  const isFiltered =
    query.state !== 'usable' || Object.keys(asked).some((name) => !['state', 'sort', 'cursor'].includes(name))
  const create = may.has('keys.mint') && (
    <LinkButton href={`${KEYS}/new`} tone="go" icon="plus">
      Create key
    </LinkButton>
  )
  const rows = found.rows.map((key) => rowOf(visit, key, profiles))
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
        <KeyFilters {...{ asked, query, profiles }} now={visit.now} asOf={found.asOf} />
        {rows.length === 0 ? (
          <Empty
            title={isFiltered ? 'No key passes these filters' : 'No key can let a machine in'}
            way={
              isFiltered
                ? { href: KEYS, label: 'Show usable keys' }
                : may.has('keys.mint')
                  ? { href: `${KEYS}/new`, label: 'Create key' }
                  : undefined
            }
          >
            {isFiltered
              ? 'Remove one of them, or show the keys that can let a machine in.'
              : 'A key lets a fixed number of machines enroll, until it ends.'}
          </Empty>
        ) : (
          <form method="post" action={`${KEYS}/selected`} class="region">
            <Table class="picks keys" caption="Keys" columns={columnsOf(asked)} rows={rows} />
            <SelectionBar>
              <ExportButtons action={`${KEYS}/export`} />
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
        )}
        <Foot
          first={query.cursor === undefined ? undefined : addressOf(KEYS, asked)}
          next={found.next === undefined ? undefined : addressOf(KEYS, asked, { cursor: found.next })}
        >
          <Hidden asked={asked} state={query.state} rows={rows.length} />
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
              nameCell(one.name, urlOf(KEYS, { profile_id: formatProfileId(one) })),
              { content: dialectName(one.dialect), class: 'me-r' },
            ],
          }))}
        />
      </>
    ),
  }
}

import * as z from 'zod'
import type { Profile } from '../../core/enrollment/ledger/profile.ts'
import { type Outcome, ok } from '../../core/kernel/outcome.ts'
import { given } from '../../http/members.ts'
import { commonFilters, Listing } from '../../http/words/listing.ts'
import { formatProfileId } from '../../http/words/wire.ts'
import { count, number } from '../components/figure/number.ts'
import { Time } from '../components/figure/time.tsx'
import { LinkButton } from '../components/form/button.tsx'
import { Bar } from '../components/list/chips.tsx'
import { State } from '../components/list/state.tsx'
import { Foot, nameCell, type Row, Table } from '../components/list/table.tsx'
import { Empty } from '../components/page/empty.tsx'
import { Head } from '../components/page/head.tsx'
import type { ConsoleFault } from '../edge/fault.ts'
import { page } from '../edge/page.ts'
import type { View } from '../edge/visit.ts'
import { dialectName } from '../keys/shared.ts'
import { addressOf, Cursor, PAGE_SIZE, placeOfPage, readPage } from '../lists/asked.ts'
import { chipsOf } from '../lists/filters.tsx'

export const PROFILES = '/console/profiles'
const Query = z.object({
  q: Listing.q,
  state: z.enum(['enabled', 'disabled']).optional(),
  cursor: Cursor,
})

export const profileList = page({
  path: PROFILES,
  access: 'profiles.read',
  id: 'console_profiles',
  query: Query,
  show: async (visit): Promise<Outcome<View, ConsoleFault>> => {
    const { core, operation, query, now } = visit
    const { q, state, cursor } = query
    const asked = given({ q, state })
    const filters = {
      ...commonFilters({ q, limit: PAGE_SIZE, total: false }),
      ...(state && { isEnabled: state === 'enabled' }),
    }
    const order = { by: 'name', isDescending: false } as const
    const found = await core.profiles.browseProfiles(
      operation,
      { ...filters, order },
      { after: await placeOfPage(asked, cursor), limit: PAGE_SIZE, isCounted: false },
    )
    if (!found.ok) return found
    const { rows, next } = await readPage(asked, found.value)
    const may = operation.actor.permissions
    const { choice, typed } = chipsOf(PROFILES, asked)
    return ok({
      title: 'Profiles',
      section: 'keys',
      content: (
        <>
          <Head
            title="Profiles"
            crumb={{ href: '/console/keys', label: 'Keys' }}
            sub="What a machine becomes, and the limits that its keys obey."
            actions={
              may.has('profiles.write') && (
                <LinkButton href={`${PROFILES}/new`} tone="go" icon="plus">
                  Create profile
                </LinkButton>
              )
            }
          />
          <Bar>
            {choice('state', 'State', [
              ['Enabled', 'enabled'],
              ['Disabled', 'disabled'],
            ])}
            {typed('q', 'Name', 'A part of the name')}
          </Bar>
          {rows.length === 0 ? (
            <Empty
              title={q || state ? 'No profile passes these filters' : 'There is no profile yet'}
              way={
                may.has('profiles.write') ? { href: `${PROFILES}/new`, label: 'Create profile' } : undefined
              }
            >
              A key belongs to a profile, which says what its machines become.
            </Empty>
          ) : (
            <Table
              caption="Profiles"
              columns={[
                { label: 'Name' },
                { label: 'State' },
                { label: 'Uses', class: 'r' },
                { label: 'Last used' },
                { label: 'Dialect', class: 'gone' },
              ]}
              rows={rows.map((profile) => rowOf(profile, now))}
            />
          )}
          <Foot
            first={cursor === undefined ? undefined : addressOf(PROFILES, asked)}
            next={next && addressOf(PROFILES, asked, { cursor: next })}
          >
            {`${count(rows.length, 'profile')} on this page.`}
          </Foot>
        </>
      ),
    })
  },
})

function rowOf(profile: Profile, now: number): Row {
  return {
    isDead: !profile.isEnabled,
    cells: [
      nameCell(
        profile.name,
        `${PROFILES}/${formatProfileId(profile)}`,
        profile.description || <code>{formatProfileId(profile)}</code>,
      ),
      { class: 'me-r', content: <State of={profile.isEnabled ? 'enabled' : 'disabled'} /> },
      {
        class: 'r num',
        content: (
          <>
            {number(profile.uses)} <span class="m">{profile.uses === 1 ? 'use' : 'uses'}</span>
          </>
        ),
      },
      {
        class: 'nw me-r',
        content: (
          <>
            <span class="m">used</span>{' '}
            {profile.lastRedeemedAt === null ? 'never' : <Time at={profile.lastRedeemedAt} now={now} />}
          </>
        ),
      },
      { class: 'gone', content: dialectName(profile.dialect) },
    ],
  }
}

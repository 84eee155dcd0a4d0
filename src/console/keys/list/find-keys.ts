/** The keys that a list asks for. */
import * as z from 'zod'
import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import { KEY_STATES } from '../../../core/enrollment/ledger/key.ts'
import { type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import { commonFilters, Listing, sortOf } from '../../../http/words/listing.ts'
import { ProfileId } from '../../../http/words/wire.ts'
import type { ConsoleFault } from '../../edge/fault.ts'
import type { Visit } from '../../edge/visit.ts'
import type { Asked } from '../../lists/asked.ts'
import { Cursor, type Paged, placeOfPage, readPage } from '../../lists/asked.ts'

export const KEYS = '/console/keys'

export const STATES = ['usable', 'all', ...KEY_STATES] as const

const { q, label, dialect, used_since } = Listing
export const KeyQuery = z.object({
  ...{ q, label, dialect, used_since, cursor: Cursor },
  profile_id: ProfileId.optional(),
  state: z.enum(STATES).default('usable'),
  sort: sortOf('keys'),
})

export type ListVisit = Visit<unknown, z.output<typeof KeyQuery>>

export async function findKeys(
  { core, operation, query }: ListVisit,
  { cursor: _, ...asked }: Asked,
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

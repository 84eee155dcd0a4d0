import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import type { Profile } from '../../../core/enrollment/ledger/profile.ts'
import { formatKeyId } from '../../../http/words/wire.ts'
import { End, Time } from '../../components/figure/time.tsx'
import { Uses } from '../../components/figure/uses.tsx'
import { isDead, State } from '../../components/list/state.tsx'
import { type Column, nameCell, PICK_COLUMN, pickCell, type Row } from '../../components/list/table.tsx'
import type { Visit } from '../../edge/visit.ts'
import type { Asked } from '../../lists/asked.ts'
import { sortedBy } from '../../lists/sorting.ts'
import { dialectName } from '../shared.ts'
import { KEYS } from './find-keys.ts'

export function columnsOf(asked: Asked): readonly Column[] {
  return [
    PICK_COLUMN,
    { label: 'Name', sort: sortedBy(KEYS, asked, 'name', false) },
    { label: 'State' },
    { label: 'Used' },
    { label: 'Last used', sort: sortedBy(KEYS, asked, 'last_used_at', true) },
    { label: 'Expires', sort: sortedBy(KEYS, asked, 'expires_at', false) },
    { label: 'Dialect', class: 'gone' },
  ]
}

export function rowOf({ core, now }: Visit, key: EnrollmentKey, profiles: readonly Profile[]): Row {
  const state = core.keys.stateOfKey(key)
  const id = formatKeyId(key)
  const name = key.name || id
  const profile = profiles.find(({ ledger, n }) => ledger === key.ledger && n === key.profile)
  return {
    isDead: isDead(state),
    cells: [
      pickCell('key', id, name),
      nameCell(
        name,
        `${KEYS}/${id}`,
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

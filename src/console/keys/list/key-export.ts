import * as z from 'zod'
import { ok } from '../../../core/kernel/outcome.ts'
import type { Column } from '../../../http/csv.ts'
import { formatKey, type KeyReply } from '../../../http/words/key-wire.ts'
import { KeyId } from '../../../http/words/wire.ts'
import { checkForm, listOf } from '../../edge/form.ts'
import { page } from '../../edge/page.ts'
import { downloadOf, Format, labelText } from '../../lists/download.tsx'
import { KEYS } from './find-keys.ts'
import { keysOf } from './key-selected.tsx'

const Selected = z.object({ format: Format, key: listOf(KeyId) })

const COLUMNS: readonly Column<z.output<typeof KeyReply>>[] = [
  ['id', ({ id }) => id],
  ['name', ({ name }) => name],
  ['profile_id', ({ profile_id }) => profile_id],
  ['dialect', ({ dialect }) => dialect],
  ['state', ({ state }) => state],
  ['max_uses', ({ max_uses }) => max_uses],
  ['uses', ({ uses }) => uses],
  ['held', ({ held }) => held],
  ['uses_left', ({ uses_left }) => uses_left],
  ['expires_at', ({ expires_at }) => expires_at],
  ['created_at', ({ created_at }) => created_at],
  ['last_used_at', ({ last_used_at }) => last_used_at],
  ['last_used_from', ({ last_used_from }) => last_used_from],
  ['labels', ({ labels }) => labelText(labels)],
  ['description', ({ description }) => description],
]

/** The keys that are selected in the list, without their codes: the server has none. */
export const keyExport = page({
  path: `${KEYS}/export`,
  access: 'keys.read',
  id: 'console_keys_export',
  show: async (visit) => {
    const fields = visit.raw.query()
    if (!fields.ok) return fields
    const checked = checkForm(Selected, fields.value)
    const keys = checked.ok ? await keysOf(visit, checked.value.key) : []
    if (!checked.ok || keys.length === 0) return ok({ to: KEYS })
    const rows = keys.map((key) => formatKey(key, visit.core.keys.stateOfKey(key)))
    return ok(downloadOf('keys', checked.value.format, COLUMNS, rows))
  },
})

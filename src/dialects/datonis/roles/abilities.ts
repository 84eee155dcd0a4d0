/** Abilities by the numbers and words of the wire (docs/dialects/datonis.md#abilities). Pure. */
import * as z from 'zod'
import { ABILITIES, type Abilities, type Ability } from '../../../core/access/roles/ability.ts'
import type { Role } from '../../../core/access/roles/port.ts'

/** `role.read` and `role.update` are 1 and 3 with the vendor; the other numbers are ours. 0 is everything. */
const SEQNO = new Map<Ability, number>(ABILITIES.map((ability, i) => [ability, i + 1]))

export const PermissionRecord = z.object({
  class: z.string(),
  operation: z.string().nullable(),
  seqno: z.int(),
})

/** null: one of the numbers is no ability. */
export function parseAbilities(numbers: readonly number[]): Abilities | null {
  if (numbers.includes(0)) return 'all'
  const abilities = numbers.map((number) => ABILITIES[number - 1])
  return abilities.every((ability) => ability !== undefined) ? abilities : null
}

function formatAbilities(abilities: Abilities): number[] {
  return abilities === 'all' ? [0] : abilities.map((ability) => SEQNO.get(ability) ?? 0)
}

/** Who may change or delete may read, too: the vendor's example of an ability shows it. */
function formatPermissions(abilities: Abilities): z.output<typeof PermissionRecord>[] {
  if (abilities === 'all') return [{ class: 'all', operation: null, seqno: 0 }]
  const implied = abilities.flatMap((ability): string[] => {
    const [noun, verb] = ability.split('.')
    return verb === 'update' || verb === 'delete' ? [ability, `${noun}.read`] : [ability]
  })
  return ABILITIES.filter((ability) => implied.includes(ability)).map((ability) => {
    const [noun = '', operation = ''] = ability.split('.')
    return { class: noun.replace(/s$/, ''), operation, seqno: SEQNO.get(ability) ?? 0 }
  })
}

/** @param keyName of the member that has its key: roles have an older name, too */
export function formatRole({ abilities, key, name }: Role, keyName: 'role_key' | 'datonis_role_key') {
  return {
    abilities: formatAbilities(abilities),
    account_admin: abilities === 'all',
    [keyName]: key,
    name,
    permissions: formatPermissions(abilities),
  }
}

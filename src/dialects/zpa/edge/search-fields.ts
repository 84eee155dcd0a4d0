/** What lists are searched and sorted by (docs/dialects/zpa.md#searchable-members). Pure. */
import { fold } from '../../../core/kernel/text.ts'
import type { Condition, Member, Operator } from '../../../core/search/search.ts'
import { parseActor } from './actors.ts'
import type { Clause, Operator as Word } from './search.ts'

/** A member of the wire, and its counterpart in the record. */
export type Field =
  | {
      readonly kind: 'stored'
      readonly member: Member
      /** A value of the wire as the record has it: a name for it, of which no part means anything, nor its order. */
      readonly stored?: (value: string) => string
    }
  /** It has the same value everywhere. */
  | { readonly kind: 'same'; readonly value: string; readonly as: Member['kind'] }
  /** The vendor has it, and no record here ever does: no search finds it, not even a negated one. */
  | { readonly kind: 'absent' }
export type Fields = Readonly<Record<string, Field>>

const OPERATORS = {
  EQ: 'eq',
  NE: 'ne',
  GT: 'gt',
  GE: 'ge',
  LT: 'lt',
  LE: 'le',
  CONTAINS: 'contains',
  STARTSWITH: 'starts',
  ENDSWITH: 'ends',
} as const satisfies Record<Word, Operator>

/** In a filter that is met by no record. */
const UNMET: Condition = { member: { name: 'dialect', kind: 'text' }, operator: 'eq', value: '' }

/** What a clause asks of records; none when all meet it, null when the clause has no meaning. */
export function conditionsOf({ field, operator: word, value }: Clause, fields: Fields): Condition[] | null {
  const known = fieldOf(field, fields)
  const operator = OPERATORS[word]
  if (!known) return null
  switch (known.kind) {
    case 'absent':
      return [UNMET]
    case 'same':
      if (!isComparable(operator, known.as, value)) return null
      return compare(known.value, known.as, operator, value) ? [] : [UNMET]
    case 'stored': {
      const { member, stored } = known
      if (stored) {
        const isName = operator === 'eq' || operator === 'ne'
        return isName ? [{ member, operator, value: stored(value) }] : null
      }
      return isComparable(operator, member.kind, value) ? [{ member, operator, value }] : null
    }
  }
}

export function fieldOf(name: string, fields: Fields): Field | null {
  return Object.hasOwn(fields, name) ? (fields[name] ?? null) : null
}

/** A number is neither more nor less than a word: all of them would be on one side of it. */
function isComparable(operator: Operator, kind: Member['kind'], value: string): boolean {
  const isOrder = operator === 'gt' || operator === 'ge' || operator === 'lt' || operator === 'le'
  if (!isOrder || kind === 'text') return true
  return kind !== 'boolean' && numberIn(value, kind) !== null
}

/** As D1 compares what is stored (stores/d1/catalogue/lists/comparisons.ts). */
export function compare(value: string, kind: Member['kind'], operator: Operator, wanted: string): boolean {
  const [text, other] = [fold(value), fold(wanted.trim())]
  switch (operator) {
    case 'eq':
      return equals(text, kind, other)
    case 'ne':
      return !equals(text, kind, other)
    case 'contains':
      return text.includes(other)
    case 'starts':
      return text.startsWith(other)
    case 'ends':
      return text.endsWith(other)
    case 'gt':
      return difference(text, kind, other) > 0
    case 'ge':
      return difference(text, kind, other) >= 0
    case 'lt':
      return difference(text, kind, other) < 0
    case 'le':
      return difference(text, kind, other) <= 0
    case 'resembles':
      return text === other
  }
}

function equals(text: string, kind: Member['kind'], other: string): boolean {
  if (kind !== 'text' && kind !== 'boolean') {
    const number = numberIn(other, kind)
    return number !== null && Number(text) === number
  }
  return text === other || (kind === 'text' && text === other.replaceAll('+', ' ').trim())
}

function difference(text: string, kind: Member['kind'], other: string): number {
  const number = kind === 'text' || kind === 'boolean' ? null : numberIn(other, kind)
  return number === null ? Number(text > other) - Number(text < other) : Number(text) - number
}

function numberIn(text: string, kind: Member['kind']): number | null {
  const pattern = kind === 'decimal' ? /^-?[0-9]{1,15}(\.[0-9]{1,15})?$/ : /^-?[0-9]{1,15}$/
  return pattern.test(text.trim()) ? Number(text) : null
}

/** Fields that are compared as they are stored. */
export function fields(kind: Member['kind'], names: Readonly<Record<string, string>>): Fields {
  return Object.fromEntries(
    Object.entries(names).map(([wire, name]) => [wire, { kind: 'stored', member: { name, kind } }]),
  )
}

/** A field of what the record belongs to. */
export function fieldOfOwner(
  of: NonNullable<Member['of']>,
  name: string,
  kind: Member['kind'] = 'text',
): Field {
  return { kind: 'stored', member: { of, name, kind } }
}

/** A field whose values the record has under other names. */
export function namedField(member: Member, stored: (value: string) => string): Field {
  return { kind: 'stored', member, stored }
}

/** What is `false` of everything here. */
export const never = (...names: readonly string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, { kind: 'same', value: 'false', as: 'boolean' }]))

export const absent = (...names: readonly string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, { kind: 'absent' }]))

/** What every resource has. */
export const COMMON_FIELDS: Fields = {
  ...never('readOnly', 'zscalerManaged'),
  modifiedBy: namedField({ name: 'updatedBy', kind: 'number' }, (actor) => parseActor(actor.trim())),
}

/** Unknown names that resemble another's. */
import type { Names, Stranger } from './dialect.ts'

const NO_NUMBER = '999999999'
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/

/** Each of the kinds beside a name of the same form. */
export function strangersOf(other: Names, kinds: readonly string[]): Stranger[] {
  return kinds.map((kind) => ({ kind, others: other[kind] ?? '', nobodys: nobodyLike(other[kind] ?? '') }))
}

function nobodyLike(name: string): string {
  if (/^[0-9]+$/.test(name)) return NO_NUMBER
  return UUID.test(name) ? name.replace(/^.{8}/, '3fffffff') : otherEnd(name)
}

/** With another last letter. */
export function otherEnd(name: string): string {
  return name.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
}

/** A list of machines as people keep it: CSV (RFC 4180), or a host name a line. Pure. */
import {
  SLOT_MATCHERS,
  type SlotMatch,
  type SlotMatcher,
} from '../../src/core/enrollment/ledger/rules/slots.ts'
import { Refusal } from '../lib/cli/refusal.ts'

/**
 * One slot a line. A first line that names one of the columns of SLOT_MATCHERS says which columns count; where a line has several
 * of them, the strongest does (the order of SLOT_MATCHERS). Lines that are empty or begin with # are left out.
 */
export function readSlotList(text: string): readonly SlotMatch[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, i) => ({ at: i + 1, line }))
    .filter(({ line }) => line.trim() !== '' && !line.startsWith('#'))
    .map(({ at, line }) => ({ at, cells: cellsOf(line, at) }))
  const names = lines[0]?.cells.map((cell) => cell.toLowerCase()) ?? []
  const isNamed = SLOT_MATCHERS.some((by) => names.includes(by))
  const places = isNamed ? names : ['hostname']
  const slots = (isNamed ? lines.slice(1) : lines).map(({ at, cells }): SlotMatch => {
    const cellOf = (by: SlotMatcher) => cells[places.indexOf(by)] ?? ''
    const by = SLOT_MATCHERS.find((one) => cellOf(one) !== '')
    if (by === undefined) throw new Refusal(`line ${at} names no machine`, 2)
    return { by, value: cellOf(by) }
  })
  if (slots.length === 0) throw new Refusal('the list has no machine', 2)
  return slots
}

/** Cells may be quoted, with a quote inside doubled; none has a line break. */
function cellsOf(line: string, at: number): string[] {
  const cells: string[] = []
  const cell = /\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*(,|$)/y
  for (;;) {
    const found = cell.exec(line)
    if (!found) throw new Refusal(`line ${at} is no line of CSV`, 2)
    cells.push((found[1]?.replaceAll('""', '"') ?? found[2] ?? '').trim())
    if (found[3] !== ',') return cells
  }
}

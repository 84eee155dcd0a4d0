/** What a command prints: data on stdout, for people as a table, for programs as the API's JSON, one field, or ids. */
import { stripVTControlCharacters } from 'node:util'
import { Refusal } from '../lib/cli/refusal.ts'
import type { Json } from '../lib/http/answer.ts'

export type OutputOptions = {
  readonly json?: boolean
  readonly field?: string
  readonly quiet?: boolean
}

export type Column = readonly [title: string, value: (item: Json) => unknown]

/** How a resource is shown to people, and what `-q` prints of it. */
export type View = { readonly columns: readonly Column[]; readonly quiet: (item: Json) => unknown }

export function printItem(item: Json, view: View, options: OutputOptions): void {
  printLines(linesOfItem(item, view, options))
}

/** @param empty what people read when there is none */
export function printList(list: Json, view: View, options: OutputOptions, empty: string): void {
  const items = list.items as readonly Json[]
  printLines(linesOfList(list, items, view, options))
  if (options.json || options.quiet || options.field !== undefined) return
  if (items.length === 0) note(empty)
  if (list.next_cursor !== null) note('there are more: raise --limit')
}

function linesOfItem(item: Json, { columns, quiet }: View, { json, field, quiet: isQuiet }: OutputOptions) {
  if (json) return [JSON.stringify(item, null, 2)]
  if (field !== undefined) return [fieldOf(item, field)]
  if (isQuiet) return [cell(quiet(item))]
  const width = Math.max(...columns.map(([title]) => title.length))
  return columns.map(([title, value]) => `${title.padEnd(width)}  ${cell(value(item))}`.trimEnd())
}

function linesOfList(
  list: Json,
  items: readonly Json[],
  { columns, quiet }: View,
  { json, field, quiet: isQuiet }: OutputOptions,
): readonly string[] {
  if (json) return [JSON.stringify(list, null, 2)]
  if (field !== undefined) return items.map((item) => fieldOf(item, field))
  if (isQuiet) return items.map((item) => cell(quiet(item)))
  return items.length === 0 ? [] : table(columns, items)
}

/** For people; never data. */
export function note(text: string): void {
  console.error(text)
}

function table(columns: readonly Column[], items: readonly Json[]): string[] {
  const rows = [
    columns.map(([title]) => title.toUpperCase()),
    ...items.map((item) => columns.map(([, value]) => cell(value(item)))),
  ]
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** What machines say of themselves must not steer a terminal. */
function cell(value: unknown): string {
  if (value === null || value === undefined || value === '' || value === false) return '-'
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return stripVTControlCharacters(text).replaceAll(/\p{Cc}+/gu, ' ')
}

/** A member, or one of a member: `agent.id`. */
function fieldOf(item: Json, path: string): string {
  const value = path
    .split('.')
    .reduce((of: Json, name) => (of !== null && typeof of === 'object' ? of[name] : undefined), item)
  if (value === undefined) throw new Refusal(`there is no field "${path}": --json shows all`, 2)
  if (value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export function printLines(lines: readonly string[]): void {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`)
}

import { formatFigure, formatTable, type Table } from './table.ts'
import { formatTarget, type Target } from './target.ts'

export type Figure = {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly target?: Target
}

/** A part of the report: its tables, then what the issue asks of it. */
export type Section = {
  readonly title: string
  /** What the figures are of, and how to read them. */
  readonly notes: readonly string[]
  readonly tables: readonly Table[]
  readonly figures: readonly Figure[]
  /** The measurements themselves, for the JSON. */
  readonly samples: unknown
}

export function formatSection(section: Section): string {
  return [`## ${section.title}`, formatTables(section), ...section.notes].join('\n\n')
}

/** What docs/performance.md shows of it. */
export function formatTables({ tables, figures }: Section): string {
  const summary: Table = {
    columns: ['', 'figure', 'target'],
    rows: figures.map(({ name, value, unit, target }) => [
      name,
      `${formatFigure(value)}${unit === '' ? '' : ` ${unit}`}`,
      target === undefined ? '' : formatTarget(target, value),
    ]),
  }
  return [...tables, summary]
    .filter(({ rows }) => rows.length > 0)
    .map(formatTable)
    .join('\n\n')
}

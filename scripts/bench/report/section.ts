import { median, noise } from './statistics.ts'
import { formatFigure, formatTable, type Table } from './table.ts'
import { formatTarget, isUndecided, type Target } from './target.ts'

export type Figure = {
  readonly name: string
  /** NaN: it was not measured. */
  readonly value: number
  readonly unit: string
  /** Where it is a median of rounds: they are what its noise is read from. */
  readonly rounds?: readonly number[]
  readonly target?: Target
}

/** A part of the report: its tables, then what is asked of it. */
export type Section = {
  readonly title: string
  /** What the figures are of, and how to read them. */
  readonly notes: readonly string[]
  readonly tables: readonly Table[]
  readonly figures: readonly Figure[]
  /** The measurements themselves, for the JSON. */
  readonly samples: unknown
  /** What gave no good round, however often it was repeated, and why. */
  readonly failures?: readonly string[]
}

/** The median of rounds, with what they say of its noise. */
export function figureOf(name: string, rounds: readonly number[], unit: string, target?: Target): Figure {
  const value = rounds.length === 0 ? Number.NaN : median(rounds)
  return { name, value, unit, rounds, ...(target === undefined ? {} : { target }) }
}

export function formatSection(section: Section): string {
  const undecided = section.figures.filter(
    ({ target, rounds = [] }) => target !== undefined && isUndecided(target, rounds),
  )
  const range = ({ name, rounds = [] }: Figure) =>
    `${name} (${formatFigure(Math.min(...rounds))} to ${formatFigure(Math.max(...rounds))})`
  return [
    `## ${section.title}`,
    formatTables(section),
    ...section.notes,
    ...(undecided.length === 0
      ? []
      : [`Not decided, since rounds lie on both sides of the target: ${undecided.map(range).join('; ')}.`]),
    ...(section.failures ?? []),
  ].join('\n\n')
}

/** What docs/performance.md shows of it. */
export function formatTables({ tables, figures }: Section): string {
  const hasRounds = figures.some(({ rounds }) => rounds !== undefined)
  const summary: Table = {
    columns: ['', 'figure', ...(hasRounds ? ['± %'] : []), 'target'],
    rows: figures.map(({ name, value, unit, rounds = [], target }) => [
      name,
      `${formatFigure(value)}${unit === '' ? '' : ` ${unit}`}`,
      ...(hasRounds ? [rounds.length < 2 ? '' : formatFigure(Math.round(noise(rounds) * 100))] : []),
      target === undefined ? '' : formatTarget(target, value, rounds),
    ]),
  }
  return [...tables, summary]
    .filter(({ rows }) => rows.length > 0)
    .map(formatTable)
    .join('\n\n')
}

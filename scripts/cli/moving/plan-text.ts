/** A plan for people, a line each: `+` is made, `~` is changed, `-` is left. Pure. */
import type { Json } from '../../lib/http/answer.ts'
import type { Left, Plan, Step } from './plan.ts'

/** Of what is left, records of a reason that are named; the others are counted. */
const MOST_NAMED = 20

export function linesOfPlan({ steps, left, equal }: Plan): readonly string[] {
  return [
    ...steps.map(lineOfStep),
    ...[...Map.groupBy(left, ({ what, because }) => `${what} ${because}`).values()].flatMap(linesOfLeft),
    summaryOf(steps, left.length, equal),
  ]
}

function lineOfStep(step: Step): string {
  switch (step.do) {
    case 'make_profile':
      return `+ profile ${named(step.members)}`
    case 'make_key':
      return `+ key ${named(step.members)}, ${usesOf(step.members)}, ${endOf(step.members)}${wasOf(step.was)}`
    case 'change_profile':
      return `~ profile ${named(step)} ${step.id}: ${changesOf(step)}`
    case 'change_key':
      return `~ key ${named(step)} ${step.id}: ${changesOf(step)}`
  }
}

function linesOfLeft(those: readonly Left[]): readonly string[] {
  const lines = those
    .slice(0, MOST_NAMED)
    .map(
      ({ what, record, because }) =>
        `- ${what} ${named(record)}${record.id ? ` ${record.id}` : ''}: ${because}`,
    )
  const more = those.length - lines.length
  return more > 0 ? [...lines, `- and ${more} more: ${those[0]?.because}`] : lines
}

function summaryOf(steps: readonly Step[], left: number, equal: number): string {
  const count = (kind: Step['do']) => steps.filter((step) => step.do === kind).length
  return (
    `to make: ${count('make_profile')} profiles, ${count('make_key')} keys; ` +
    `to change: ${count('change_profile')} profiles, ${count('change_key')} keys; left: ${left}; equal: ${equal}`
  )
}

function named({ name }: { readonly name: string }): string {
  return JSON.stringify(name)
}

const wasOf = ({ id }: Json): string => (id === undefined ? '' : ` (was ${id})`)
const usesOf = ({ max_uses }: Json): string => (max_uses === null ? 'unlimited uses' : `${max_uses} uses`)
const endOf = ({ expires_at }: Json): string => (expires_at ? `until ${expires_at}` : 'without an end')

function changesOf({ before, members }: { readonly before: Json; readonly members: Json }): string {
  return Object.keys(members)
    .map((name) => `${name} ${JSON.stringify(before[name])} → ${JSON.stringify(members[name])}`)
    .join(', ')
}

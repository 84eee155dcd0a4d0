import type * as z from 'zod'
import type { Problem } from '../core/kernel/outcome.ts'

type Issue = z.core.$ZodIssue

/** A refinement's `params` for "these must be unlike each other". */
export const DUPLICATED = { problem: 'duplicated' } as const

/** An answer names no more of them: it is no copy of the request. */
export const MAX_PROBLEMS = 20
export const MAX_PROBLEM_CHARACTERS = 200

/** What a schema found wrong, in the core's words: the first problems, and of each what fits into an answer. */
export function problemsOf(error: z.ZodError, input: unknown): Problem[] {
  return error.issues.slice(0, MAX_PROBLEMS).map((issue) => problemOf(issue, input))
}

/** The beginning of a text, with an ellipsis where more was cut off. */
export function clip(text: string): string {
  if (text.length <= MAX_PROBLEM_CHARACTERS) return text
  return `${text.slice(0, MAX_PROBLEM_CHARACTERS - 1).toWellFormed()}…`
}

function problemOf(issue: Issue, input: unknown): Problem {
  const full = issue.path.filter((part) => typeof part !== 'symbol')
  const path = full.map((part) => (typeof part === 'string' ? clip(part) : part))
  const actual = valueAt(input, full)
  const at = { path, message: clip(issue.message) }
  switch (issue.code) {
    case 'invalid_type':
      return actual === undefined
        ? { ...at, code: 'missing' }
        : { ...at, code: 'type', expected: issue.expected, actual }
    case 'invalid_value':
      return actual === undefined
        ? { ...at, code: 'missing' }
        : { ...at, code: 'not_one_of', allowed: issue.values.map(String), actual }
    case 'invalid_union':
      return actual === undefined ? { ...at, code: 'missing' } : { ...at, code: 'no_alternative', actual }
    case 'unrecognized_keys':
      return { ...at, code: 'unknown_members', names: issue.keys.slice(0, MAX_PROBLEMS).map(clip) }
    case 'too_small':
      return {
        ...at,
        code: hasLength(issue.origin) ? 'too_short' : 'too_small',
        bound: Number(issue.minimum),
        actual,
      }
    case 'too_big':
      return {
        ...at,
        code: hasLength(issue.origin) ? 'too_long' : 'too_big',
        bound: Number(issue.maximum),
        actual,
      }
    case 'custom':
      return { ...at, code: issue.params?.problem === DUPLICATED.problem ? 'duplicated' : 'other' }
    default:
      return { ...at, code: 'other' }
  }
}

function hasLength(origin: string): boolean {
  return origin === 'string' || origin === 'array'
}

function valueAt(input: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as Record<string | number, unknown>)[part]
        : undefined,
    input,
  )
}

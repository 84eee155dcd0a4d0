import type * as z from 'zod'
import type { Problem } from '../core/outcome.ts'

type Issue = z.core.$ZodIssue

/** A refinement's `params` for "these must be unlike each other". */
export const DUPLICATED = { problem: 'duplicated' } as const

/** What a schema found wrong, in the core's words. */
export function problemsOf(error: z.ZodError, input: unknown): Problem[] {
  return error.issues.map((issue) => problemOf(issue, input))
}

function problemOf(issue: Issue, input: unknown): Problem {
  const path = issue.path.filter((part) => typeof part !== 'symbol')
  const actual = valueAt(input, path)
  const at = { path, message: issue.message }
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
      return { ...at, code: 'unknown_members', names: issue.keys }
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

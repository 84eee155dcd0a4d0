/** What is wrong with an input, in a Ruby gem's words (docs/dialects/illumio.md#validation-messages). Pure. */
import type { Problem } from '../../../core/kernel/outcome.ts'
import { clip } from '../../../http/problems.ts'

/** `Input validation failed. Details: {…}`; the schema is named by the operation. */
export function validationMessage(problems: readonly Problem[], operation: string): string {
  const details = problems.map((problem) => `${clip(describe(problem))} in schema ${operation}.schema.json`)
  return failureMessage(details.join(', '))
}

/** The gem's answer to a body that is not there: JSON `null` and no JSON look alike to it. */
export function missingBodyMessage(operation: string): string {
  const problem = { path: [], message: '', code: 'type', expected: 'object', actual: null } as const
  return validationMessage([problem], operation)
}

export function failureMessage(details: string): string {
  return `Input validation failed. Details: {${details}}`
}

function describe(problem: Problem): string {
  const { path } = problem
  const property = `The property '${fragmentOf(path)}'`
  switch (problem.code) {
    case 'missing':
      return `The property '${fragmentOf(path.slice(0, -1))}' did not contain a required property of '${path.at(-1) ?? ''}'`
    case 'type':
      return `${property} of type ${rubyClass(problem.actual)} did not match the following type: ${typeName(problem.expected)}`
    case 'not_one_of':
      return `${property} value ${inspect(problem.actual)} did not match one of the following values: ${problem.allowed.join(', ')}`
    case 'no_alternative':
      return `${property} of type ${rubyClass(problem.actual)} did not match any of the required schemas`
    case 'unknown_members':
      return `${property} contains additional properties [${names(problem.names)}] outside of the schema when none are allowed`
    case 'too_short':
      return Array.isArray(problem.actual)
        ? `${property} did not contain a minimum number of items ${problem.bound}`
        : `${property} was not of a minimum string length of ${problem.bound}`
    case 'too_long':
      return Array.isArray(problem.actual)
        ? `${property} had more items than the allowed ${problem.bound}`
        : `${property} was not of a maximum string length of ${problem.bound}`
    case 'too_small':
      return `${property} did not have a minimum value of ${problem.bound}, inclusively`
    case 'too_big':
      return `${property} did not have a maximum value of ${problem.bound}, inclusively`
    case 'duplicated':
      return `${property} contained duplicated array values`
    case 'other':
      return `${property} is not valid (${problem.message})`
  }
}

/** What the core names by words of its own: limits that a pairing key has from its profile. */
const MEMBERS: Readonly<Record<string, string>> = {
  maxUses: 'allowed_uses_per_key',
  expiresAt: 'key_lifespan',
}

function fragmentOf(path: readonly (string | number)[]): string {
  return `#/${path.map((part) => MEMBERS[part] ?? part).join('/')}`
}

function names(all: readonly string[]): string {
  return all.map((name) => JSON.stringify(name)).join(', ')
}

/** As Ruby calls the class of a parsed JSON value. */
function rubyClass(value: unknown): string {
  if (value === null || value === undefined) return 'NilClass'
  if (Array.isArray(value)) return 'Array'
  switch (typeof value) {
    case 'boolean':
      return value ? 'TrueClass' : 'FalseClass'
    case 'number':
      return Number.isInteger(value) ? 'Integer' : 'Float'
    case 'string':
      return 'String'
    default:
      return 'Hash'
  }
}

/** JSON Schema's name of a type that zod names otherwise; every number of this API is an integer. */
function typeName(expected: string): string {
  if (expected === 'int' || expected === 'number') return 'integer'
  return expected === 'record' ? 'object' : expected
}

/** As Ruby shows a value; what has members may be of any depth, and is only hinted at. */
function inspect(value: unknown): string {
  if (value === null || value === undefined) return 'nil'
  if (Array.isArray(value)) return '[...]'
  if (typeof value === 'object') return '{...}'
  return typeof value === 'string' ? JSON.stringify(clip(value)) : String(value)
}

/** How a rule reads the claims of a token. Pure: an isolate asks it of a token, and the ledger again of what it is shown. */
import type { JsonObject } from '../../kernel/json.ts'
import type { ClaimCondition, ClaimValue, IdentityRule } from './rule.ts'

/** By pointer. */
export type ClaimValues = Readonly<Record<string, ClaimValue>>

const MAX_POINTER_CHARACTERS = 256
/** Of a claim that is compared or told apart by. */
const MAX_VALUE_CHARACTERS = 1_024

export function isPointer(text: string): boolean {
  return text.length <= MAX_POINTER_CHARACTERS && /^(\/([^/~]|~[01])+)+$/.test(text)
}

/** undefined: the token does not have it, or it is neither a string nor a boolean nor a whole number. */
function valueAt(claims: JsonObject, pointer: string): ClaimValue | undefined {
  let at: unknown = claims
  for (const part of pointer.slice(1).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, name))
      return undefined
    at = (at as JsonObject)[name]
  }
  if (typeof at === 'string') return at.length <= MAX_VALUE_CHARACTERS ? at : undefined
  return typeof at === 'boolean' || Number.isSafeInteger(at) ? (at as boolean | number) : undefined
}

/** Of all claims only those that the rule names. */
export function valuesOf(rule: IdentityRule, claims: JsonObject): ClaimValues {
  const pointers = new Set([...rule.claims.map(({ pointer }) => pointer), ...rule.agentPer])
  return Object.fromEntries(
    [...pointers].flatMap((pointer) => {
      const value = valueAt(claims, pointer)
      return value === undefined ? [] : [[pointer, value] as const]
    }),
  )
}

/** The first pointer at which the rule does not hold; null: it holds. */
export function mismatchOf(rule: IdentityRule, values: ClaimValues): string | null {
  const failed = rule.claims.find((condition) => !holds(condition, valueIn(values, condition.pointer)))
  if (failed) return failed.pointer
  return rule.agentPer.find((pointer) => valueIn(values, pointer) === undefined) ?? null
}

function valueIn(values: ClaimValues, pointer: string): ClaimValue | undefined {
  return Object.hasOwn(values, pointer) ? values[pointer] : undefined
}

/** A value of another type is another value: "1" is not 1. */
function holds(condition: ClaimCondition, value: ClaimValue | undefined): boolean {
  if (value === undefined) return false
  if ('equals' in condition) return value === condition.equals
  if ('oneOf' in condition) return typeof value === 'string' && condition.oneOf.includes(value)
  return typeof value === 'string' && value.startsWith(condition.startsWith)
}

/** What tells this agent from others of the issuer, with the names of the claims. */
export function subjectOf({ issuer, agentPer }: IdentityRule, values: ClaimValues): string {
  return JSON.stringify([issuer, agentPer.map((pointer) => [pointer, valueIn(values, pointer)])])
}

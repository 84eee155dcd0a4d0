/**
 * How ZPA's members are spelled: out, every number is a string; in, a number or a string, a boolean or its name
 * (docs/dialects/zpa.md#numbers-and-booleans). Pure both ways.
 */
import * as z from 'zod'

const MAX_SAFE_DIGITS = 15

/** Unix seconds, in digits. */
export function formatEpoch(unixMilliseconds: number): string {
  return String(Math.floor(unixMilliseconds / 1_000))
}

/** `null` and `""` are what a client sends that has nothing to say (docs/dialects/zpa.md#absent-members). */
function isNothing(value: unknown): value is null | undefined | '' {
  return value === null || value === undefined || (typeof value === 'string' && value.trim() === '')
}

const Loose = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** A text; absent, null and blank are undefined. A number is its digits. */
export function Text(max = 255) {
  return Loose.optional()
    .transform((value, context) => {
      if (isNothing(value)) return undefined
      const text = String(value).trim()
      const isSound = text.length <= max && /^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u.test(text)
      return isSound ? text : refused(context, value)
    })
    .meta({ description: `At most ${max} characters` })
}

/** As `Text`; one that is blank empties what there was. */
export function ClearableText(max = 255) {
  return z
    .union([
      z
        .string()
        .refine((text) => text.trim() === '')
        .transform(() => ''),
      Text(max),
    ])
    .meta({ description: `At most ${max} characters; a blank one empties it` })
}

/** Unix seconds; null when 0 or `null` says never. */
export const Expiry = z
  .union([z.null(), Whole(0, 99_999_999_999)])
  .optional()
  .transform((seconds) => (seconds === 0 ? null : seconds))
  .meta({ description: 'Unix seconds, as a string or a number; 0 or null: never' })

/** An id: digits, as a number or a string. */
export const Id = Loose.optional()
  .transform((value, context) => {
    if (isNothing(value)) return undefined
    const text = String(value).trim()
    return /^[0-9]{1,19}$/.test(text) ? text : refused(context, value)
  })
  .meta({ description: 'Digits, as a string or a number' })

/** A whole number in a range, as a number or a string. */
export function Whole(min: number, max: number) {
  return Loose.optional()
    .transform((value, context) => {
      if (isNothing(value)) return undefined
      const number = parseWhole(value)
      return number !== null && number >= min && number <= max ? number : refused(context, value)
    })
    .meta({ description: `${min} to ${max}, as a string or a number` })
}

function parseWhole(value: string | number | boolean): number | null {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  return new RegExp(`^-?[0-9]{1,${MAX_SAFE_DIGITS}}$`).test(text) ? Number(text) : null
}

/** A boolean, or its name in any case. */
export const Flag = Loose.optional()
  .transform((value, context) => {
    if (isNothing(value)) return undefined
    const name = String(value).trim().toLowerCase()
    return name === 'true' ? true : name === 'false' ? false : refused(context, value)
  })
  .meta({ description: 'true or false, as a boolean or a string' })

function refused(context: z.RefinementCtx, input: unknown): never {
  context.addIssue({ code: 'custom', message: 'Not valid', input })
  return z.NEVER
}

/** Values as clients send them: numbers and booleans are often strings (docs/dialects/datonis.md#value-types). Pure. */
import * as z from 'zod'

/** One of `true`, `false`, `"true"`, `"false"`. */
export const Flag = z
  .union([z.boolean(), z.enum(['true', 'false'])])
  .transform((value) => value === true || value === 'true')
  .meta({ description: '`true` or `false`, also as a string' })

/** An integer, also as a decimal string; what was sent is kept, since a list echoes its page. */
export const Integer = z
  .union([z.int(), z.string().regex(/^\s*[+-]?[0-9]{1,15}\s*$/, 'Must be an integer')])
  .meta({ description: 'An integer, also as a string' })

const MAX_NAMES = 1_000

/** A list, also as one text with commas. */
export const Names = z
  .union([z.array(z.unknown()), z.string()])
  .transform((value): readonly string[] => {
    const items = typeof value === 'string' ? value.split(',') : value
    return items
      .flatMap((item) => (typeof item === 'string' ? [item.trim()] : []))
      .filter((item) => item !== '')
  })
  .refine(({ length }) => length <= MAX_NAMES, `At most ${MAX_NAMES} names`)
  .meta({ description: 'A list of names, also as one text with commas' })

/** A text that matters only where it is one of a few: any other value is as if it were absent. */
export const Word = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' ? value : undefined))

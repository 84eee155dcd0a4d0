/** Labels that operators write freely. Pure. */
import * as z from 'zod'
import { isTagName, isTagValue, MAX_TAGS, type Tags } from '../../core/enrollment/ledger/tags.ts'

export const LabelMap = z
  .record(
    z
      .string()
      .refine(
        isTagName,
        'A name of at most 63 letters, digits, `-`, `_` and `.`, behind a DNS prefix and a slash if it has one',
      ),
    z
      .string()
      .refine(
        isTagValue,
        'At most 63 letters, digits, `-`, `_` and `.`; it begins and ends with a letter or digit, or is empty',
      ),
  )
  .refine((labels) => Object.keys(labels).length <= MAX_TAGS, `At most ${MAX_TAGS} labels`)
  .describe('Names and values as of Kubernetes’ labels; at most 32. They replace all that were there')

/** What was made before there were any has none. */
export function formatLabels({ tags }: { readonly tags?: Tags }): Record<string, string> {
  return { ...tags }
}

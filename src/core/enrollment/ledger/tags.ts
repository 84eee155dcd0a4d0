/**
 * What operators write on profiles and keys, and an agent has from its key: `labels` in the native API. The labels of a grant
 * are others: an organization lays those down, and roles are limited to them, so that they are no one's to write freely.
 */
export type Tags = Readonly<Record<string, string>>

export const MAX_TAGS = 32

/** As Kubernetes has them: an optional DNS prefix with a slash, and a name of at most 63 characters. */
const NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/
const PREFIX = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/
const MAX_PREFIX_CHARACTERS = 253

export function isTagName(text: string): boolean {
  const slash = text.indexOf('/')
  if (slash < 0) return NAME.test(text)
  const prefix = text.slice(0, slash)
  return prefix.length <= MAX_PREFIX_CHARACTERS && PREFIX.test(prefix) && NAME.test(text.slice(slash + 1))
}

export function isTagValue(text: string): boolean {
  return text === '' || NAME.test(text)
}

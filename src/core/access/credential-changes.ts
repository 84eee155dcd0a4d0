/**
 * What an isolate remembers of credentials, of their holders and of what those may do hangs on this: what was read before
 * a change is not used after it. Other isolates learn of a change when what they remember runs out.
 */
export type CredentialChanges = {
  /** For a store that has written a change to D1, or may have. */
  changed(): void
  /** Another one after each change: what is remembered is good while it is the one from before it was read. */
  version(): number
}

export function createCredentialChanges(): CredentialChanges {
  let version = 0
  return {
    changed: () => {
      version++
    },
    version: () => version,
  }
}

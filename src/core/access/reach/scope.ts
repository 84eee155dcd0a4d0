/** What a scope has beside the ids of labels: `profile:` and the number of a profile, for roles that only make keys. */
const PREFIX = 'profile:'

export function scopeOfProfile(profile: string): string {
  return PREFIX + profile
}

/** null: it is the id of a label. */
export function profileOfScope(one: string): string | null {
  return one.startsWith(PREFIX) ? one.slice(PREFIX.length) : null
}

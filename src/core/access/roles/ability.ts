/** What a role of an organization's own may allow; the wire names it by number (docs/dialects/datonis.md#abilities). */
export const ABILITIES = [
  'roles.read',
  'roles.create',
  'roles.update',
  'roles.delete',
  'key_pairs.read',
  'key_pairs.create',
  'key_pairs.update',
  'key_pairs.delete',
  'things.read',
  'things.register',
  'things.heartbeat',
  'things.event',
  'alerts.read',
  'alerts.create',
  'instructions.read',
  'instructions.create',
] as const

export type Ability = (typeof ABILITIES)[number]

/** What a key pair of the role may do; `all`: everything that there is. */
export type Abilities = 'all' | readonly Ability[]

export function allows(abilities: Abilities, ability: Ability): boolean {
  return abilities === 'all' || abilities.includes(ability)
}

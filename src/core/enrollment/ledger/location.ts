/** About where a ledger is made: Durable Objects' location hints. It stays where it was made. */
export const LOCATIONS = ['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'oc', 'afr', 'me'] as const

export type Location = (typeof LOCATIONS)[number]

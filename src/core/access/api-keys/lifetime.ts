import type { Ports } from '../../ports.ts'

/** Seconds; null: it never expires; `default`: as the organization has set; `at`: Unix milliseconds. */
export type KeyLifetime = number | null | 'default' | { readonly at: number }

export async function expiryOf(
  ports: Ports,
  organization: number,
  lifetime: KeyLifetime,
  now: number,
): Promise<number | null> {
  if (lifetime !== null && typeof lifetime === 'object') return lifetime.at
  const seconds = lifetime === 'default' ? (await ports.settings.get(organization)).apiKeySeconds : lifetime
  return seconds === null ? null : now + seconds * 1_000
}

import type { Ports } from '../../ports.ts'

/** Seconds; null: it never expires; `default`: as the organization has set. */
export type KeyLifetime = number | null | 'default'

export async function expiryOf(
  ports: Ports,
  organization: number,
  lifetime: KeyLifetime,
  now: number,
): Promise<number | null> {
  const seconds = lifetime === 'default' ? (await ports.settings.get(organization)).apiKeySeconds : lifetime
  return seconds === null ? null : now + seconds * 1_000
}

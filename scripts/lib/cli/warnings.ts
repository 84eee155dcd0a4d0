import { isWildcard } from '../server/endpoint.ts'
import type { Settings } from '../server/settings.ts'

/** What is allowed, and yet is seldom what was meant: one line each. `url` is where it serves. */
export function warningsOf({ host, publicUrl, clientAddress }: Settings, url: string): readonly string[] {
  const warnings: string[] = []
  if (isWildcard(host) && publicUrl === null) {
    warnings.push(
      `tokens name ${url} as their issuer, which only this machine reaches: set LATCHKEY_PUBLIC_URL to the address that clients use`,
    )
  }
  if (clientAddress === 'cloudflare') {
    warnings.push(
      'LATCHKEY_CLIENT_ADDRESS=cloudflare believes CF-Connecting-IP, which clients that do not come through Cloudflare could set themselves',
    )
  }
  return warnings
}

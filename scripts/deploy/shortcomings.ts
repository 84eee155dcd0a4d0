import { parseDeployedUrl } from '../lib/deployment/deployed-url.ts'
import type { Deployment } from '../lib/deployment/deployment.ts'

/** What the wrangler.toml of this project still lacks before it can be deployed; a sentence each. */
export function shortcomingsOf({ publicUrl, databaseIds, namespaceIds }: Deployment): readonly string[] {
  const shortcomings: string[] = []
  if (databaseIds.some(isPlaceholder)) {
    shortcomings.push(
      'database_id in wrangler.toml is only a placeholder: write the one there that npx wrangler d1 create latchkey prints',
    )
  }
  if (namespaceIds.some(isPlaceholder)) {
    shortcomings.push(
      'the id of PAGES in wrangler.toml is only a placeholder: write the one there that npx wrangler kv namespace create PAGES prints',
    )
  }
  if (publicUrl === null || parseDeployedUrl(publicUrl) === null) {
    shortcomings.push(
      `LATCHKEY_PUBLIC_URL in wrangler.toml must be the https address that the Worker will have, not "${publicUrl ?? ''}"`,
    )
  }
  return shortcomings
}

/** wrangler makes what has no id at all by itself. */
export function isPlaceholder(id: string | null): boolean {
  return id !== null && /^[0-]*$/.test(id)
}

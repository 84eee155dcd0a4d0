import { parseDeployedUrl } from '../runtime/deployed-url.ts'
import type { Deployment } from '../runtime/deployment.ts'

/** What the wrangler.toml of this project still lacks before it can be deployed; a sentence each. */
export function shortcomingsOf({ publicUrl, databaseIds }: Deployment): readonly string[] {
  const shortcomings: string[] = []
  if (databaseIds.some((id) => id !== null && /^[0-]*$/.test(id))) {
    shortcomings.push(
      'database_id in wrangler.toml is only a placeholder: write the one there that npx wrangler d1 create latchkey prints',
    )
  }
  if (publicUrl === null || parseDeployedUrl(publicUrl) === null) {
    shortcomings.push(
      `LATCHKEY_PUBLIC_URL in wrangler.toml must be the https address that the Worker will have, not "${publicUrl ?? ''}"`,
    )
  }
  return shortcomings
}

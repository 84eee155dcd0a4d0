/** In the npm package this is scripts/lib/deployment/deployment.ts, which no command gets to: `--remote` is refused. */
import type { Deployment } from '../../lib/deployment/deployment.ts'

export function readDeployment(path: string): Deployment {
  throw new Error(`${path} is read by wrangler, which the package does not have`)
}

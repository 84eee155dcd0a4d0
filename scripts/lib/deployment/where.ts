import { IS_PACKAGE } from '../cli/project.ts'
import { Refusal } from '../cli/refusal.ts'

/** Which deployment a script works on. */
export type Where = {
  /** The Worker that npm run deploy made, or what npm start runs here. */
  readonly isRemote: boolean
  /** Where that Worker is; null: as the settings say. */
  readonly url: string | null
  readonly env: Readonly<Record<string, string | undefined>>
}

export const REMOTE_OPTIONS = {
  remote: { type: 'boolean', default: false },
  url: { type: 'string' },
} as const

export function whereOf(values: { readonly remote: boolean; readonly url?: string | undefined }): Where {
  if (values.url && !values.remote) throw new Refusal('--url goes with --remote', 2)
  if (values.remote && IS_PACKAGE) {
    throw new Refusal('--remote works in a checkout of the project, which has wrangler and wrangler.toml', 2)
  }
  return { isRemote: values.remote, url: values.url ?? null, env: process.env }
}

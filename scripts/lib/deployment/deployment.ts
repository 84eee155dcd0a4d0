import { unstable_readConfig } from 'wrangler'
import * as z from 'zod'

/** What wrangler.toml says of a deployment. */
export type Deployment = {
  readonly publicUrl: string | null
  /** Null where wrangler is left to make the database. */
  readonly databaseIds: readonly (string | null)[]
  readonly namespaceIds: readonly (string | null)[]
}

// wrangler's own type of what it returns is empty here.
const read = z.looseObject({
  vars: z.looseObject({ LATCHKEY_PUBLIC_URL: z.string().nullable().default(null) }),
  d1_databases: z.array(z.looseObject({ database_id: z.string().nullable().default(null) })),
  kv_namespaces: z.array(z.looseObject({ id: z.string().nullable().default(null) })),
})

/** Read as wrangler itself reads it; `environment` is what its --env names. */
export function readDeployment(path: string, environment: string | null): Deployment {
  const args = environment === null ? { config: path } : { config: path, env: environment }
  const { vars, d1_databases, kv_namespaces } = read.parse(unstable_readConfig(args, { hideWarnings: true }))
  return {
    publicUrl: vars.LATCHKEY_PUBLIC_URL,
    databaseIds: d1_databases.map(({ database_id }) => database_id),
    namespaceIds: kv_namespaces.map(({ id }) => id),
  }
}

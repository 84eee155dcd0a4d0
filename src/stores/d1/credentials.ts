import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { CredentialStore } from '../../core/access/port.ts'
import { apiKeys, grants, principals } from './schema.ts'

export function createCredentialStore(db: D1Database): CredentialStore {
  return {
    async findApiKey(id) {
      // A replica may not know yet that a key is gone: authentication asks the primary.
      const primary = drizzle(db.withSession('first-primary') as unknown as D1Database)
      const rows = await primary
        .select({
          organization: apiKeys.organizationId,
          secretHash: apiKeys.secretHash,
          ringVersion: apiKeys.ringVersion,
          principal: principals.id,
          name: principals.name,
          role: grants.role,
        })
        .from(apiKeys)
        .innerJoin(principals, eq(principals.id, apiKeys.principalId))
        .leftJoin(grants, eq(grants.principalId, principals.id))
        .where(eq(apiKeys.id, id))
      const [first] = rows
      if (!first) return null
      const { organization, secretHash, ringVersion, principal, name } = first
      const roles = rows.flatMap((row) => (row.role === null ? [] : [row.role]))
      return { id, organization, secretHash, ringVersion, principal: { id: principal, name, roles } }
    },
  }
}

import type { ActorRef } from '../../core/ledger/records.ts'
import { fold } from '../../core/text.ts'

/** Makes the principal of a user in an organization, or gives the one of that name its user. */
export function principalOfUser(
  db: D1Database,
  of: {
    readonly email: string
    readonly organization: number
    readonly by: ActorRef
    readonly now: number
  },
): D1PreparedStatement {
  const { email, organization, by, now } = of
  return db
    .prepare(
      `INSERT INTO principals (uuid, organization_id, kind, name, name_folded, user_id,
         created_at, created_by, updated_at, updated_by)
       SELECT ?1, ?2, 'user', email, email_folded, id, ?3, ?4, ?3, ?4 FROM users WHERE email_folded = ?5
       ON CONFLICT (organization_id, kind, name_folded) DO UPDATE SET user_id = excluded.user_id`,
    )
    .bind(crypto.randomUUID(), organization, now, JSON.stringify(by), fold(email))
}

import { type Outcome, ok } from '../kernel/outcome.ts'
import { memberCase } from './cases/operator-case.ts'
import type { Permission } from './permission.ts'

export type AssignableRole = {
  /** `dialect:role` */
  readonly role: string
  readonly permissions: readonly Permission[]
  /** What its scope may have; null: it holds everywhere. */
  readonly scope: 'labels' | 'profiles' | null
}

/** Every role that a principal can have, in whichever dialect's words. */
export const listAssignableRoles = memberCase(
  async (ports): Promise<Outcome<readonly AssignableRole[]>> =>
    ok(
      Object.entries(ports.roles).map(([role, permissions]) => ({
        ...{ role, permissions },
        scope: ports.roleScopes[role] ?? null,
      })),
    ),
)

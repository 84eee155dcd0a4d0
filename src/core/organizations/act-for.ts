import type { Operation } from '../access/require.ts'
import { notFound, type Outcome, ok, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'

/** The same request, made for a child of the caller's organization: an OEM manages its customers' (contract datonis §3.6). */
export async function actForChild(
  ports: Ports,
  operation: Operation,
  organisationKey: string,
): Promise<Outcome<Operation>> {
  const child = await ports.organizations.findByKey(organisationKey)
  if (!child) return notFound('organization')
  if (child.parentId !== operation.actor.organization) return refuse({ kind: 'organization_foreign' })
  return ok({ ...operation, actor: { ...operation.actor, organization: child.id } })
}

import { notFound, type Outcome, ok } from '../../kernel/outcome.ts'
import { memberCase, type Operation } from '../cases/operator-case.ts'

/** The same request, made for a child of the caller's organization (docs/dialects/datonis.md#child-organisations). */
export const actForChild = memberCase(
  async (ports, operation, organisationKey: string): Promise<Outcome<Operation>> => {
    const child = await ports.organizations.findByKey(organisationKey)
    // Another organization's child counts as unknown, so that an organization learns of its own only.
    if (child?.parentId !== operation.actor.organization) return notFound('organization')
    return ok({ ...operation, actor: { ...operation.actor, organization: child.id } })
  },
)

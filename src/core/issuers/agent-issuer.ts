import { operatorCase } from '../access/cases/operator-case.ts'
import type { Dialect } from '../kernel/cause.ts'
import { type Outcome, ok } from '../kernel/outcome.ts'
import { ensureIssuers } from './ensure.ts'

/** Which of a dialect's issuers signs for its agents: the last of those that every organization has. Made when first asked for. */
export const agentIssuer = operatorCase(
  'profiles.write',
  async (ports, operation, dialect: Dialect): Promise<Outcome<number>> => {
    const { organization } = operation.actor
    const tenant = { organization, name: String(organization) }
    const last = ports.defaultIssuers.findLast((one) => one.dialect === dialect)
    if (!last) throw new Error(`${dialect} has no issuers`)
    const [known] = await ports.issuers.findNamed(organization, dialect, [last.name])
    if (known) return ok(known.id)
    await ensureIssuers(ports, dialect, tenant, operation.request)
    const [made] = await ports.issuers.findNamed(organization, dialect, [last.name])
    if (!made) throw new Error('an issuer of the beginning was not made')
    return ok(made.id)
  },
)

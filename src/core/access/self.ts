import { type Outcome, ok } from '../kernel/outcome.ts'
import type { Actor } from './actor.ts'
import { memberCase } from './cases/operator-case.ts'
import type { Principal } from './principals/port.ts'
import type { User } from './users/port.ts'

export type Self = {
  readonly actor: Actor
  readonly organization: string
  /** null: one of the parent organization, acting for a child of it. */
  readonly principal: Principal | null
  /** null: no person. */
  readonly user: User | null
}

/** Who asks, and as what. */
export const getSelf = memberCase(async (ports, { actor }): Promise<Outcome<Self>> => {
  const { organization, principal, kind, publicId } = actor
  const [names, known, user] = await Promise.all([
    ports.organizations.namesOf([organization]),
    ports.principals.findByNumber(organization, principal),
    kind === 'user' ? ports.users.find(Number(publicId)) : null,
  ])
  return ok({ actor, organization: names.get(organization) ?? '', principal: known, user })
})

import { operatorCase } from '../access/cases/operator-case.ts'
import type { GrantedLabel } from '../enrollment/ledger/profile.ts'
import { type Outcome, ok } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import type { Label, LabelUser } from './port.ts'

/** By what a label is used. */
export type LabelUsage = (label: Label) => readonly LabelUser[]

/** The usage of all labels of the organization, as lists show what has them: walks every agent and profile once. */
export const readUsage = operatorCase(
  'labels.read',
  async (ports, operation): Promise<Outcome<LabelUsage>> => {
    const { organization } = operation.actor
    const [agents, profiles, scopes] = await Promise.all([
      ports.catalogue.labelsOfAgents(organization),
      ports.catalogue.labelsOfProfiles(organization),
      ports.principals.labelsOfScopes(organization),
    ])
    const used = [
      ['agent', new Set(agents.map(grantedName))],
      ['profile', new Set(profiles.map(grantedName))],
      ['permission', new Set(scopes)],
    ] as const
    return ok((label) => {
      const names = label.deletedAt === null ? [label.id, wishedName(label)] : [label.id]
      return used.flatMap(([user, its]) => (names.some((name) => its.has(name)) ? [user] : []))
    })
  },
)

/** What has the label, agents before all else; null: nothing has. */
export async function findUser(
  ports: Ports,
  { id, organization }: Pick<Label, 'id' | 'organization'>,
): Promise<LabelUser | null> {
  const wanted = { organization, labels: [[id]] }
  const first = { after: null, limit: 1 }
  const agents = await ports.catalogue.listAgents({ ...wanted, state: 'active' }, first)
  if (agents.length > 0) return 'agent'
  const profiles = await ports.catalogue.listProfiles(wanted, first)
  if (profiles.length > 0) return 'profile'
  const scopes = await ports.principals.labelsOfScopes(organization)
  return scopes.includes(id) ? 'permission' : null
}

/** A granted label has an id, or is a wish for a key and value. */
function grantedName(label: GrantedLabel): string {
  return 'id' in label ? label.id : wishedName(label)
}

function wishedName({ key, value }: { readonly key: string; readonly value: string }): string {
  return JSON.stringify([key, value])
}

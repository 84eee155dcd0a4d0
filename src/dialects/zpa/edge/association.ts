/** What a provisioning key is for (docs/dialects/zpa.md#association-types). */
import { type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'

/**
 * The kinds of group that there are: an NP assistant group is part of an App Connector group
 * (docs/dialects/zpa.md#network-connector-groups).
 */
export const GROUP_TYPES = ['CONNECTOR_GRP', 'SERVICE_EDGE_GRP'] as const
export type GroupType = (typeof GROUP_TYPES)[number]

/** The group behind each; the last two exist for Terraform's sake, and no group is of them. */
const ASSOCIATIONS = {
  CONNECTOR_GRP: 'CONNECTOR_GRP',
  SERVICE_EDGE_GRP: 'SERVICE_EDGE_GRP',
  NP_ASSISTANT_GRP: 'CONNECTOR_GRP',
  SITE_CONTROLLER_GRP: null,
  EXPORTER_GRP: null,
} as const satisfies Record<string, GroupType | null>

export type AssociationType = keyof typeof ASSOCIATIONS

export function parseAssociation(text: string): Outcome<AssociationType> {
  if (Object.hasOwn(ASSOCIATIONS, text)) return ok(text as AssociationType)
  const problem = { path: ['associationType'], code: 'other', message: 'Not valid' } as const
  return refuse({ kind: 'input_invalid', problems: [problem] })
}

/** null: there are no such groups here. */
export function groupTypeOf(association: AssociationType): GroupType | null {
  return ASSOCIATIONS[association]
}

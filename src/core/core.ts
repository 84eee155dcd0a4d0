import * as apiClients from './access/api-clients/index.ts'
import * as apiKeys from './access/api-keys/index.ts'
import { listAssignableRoles } from './access/assignable-roles.ts'
import { authenticateApiKey } from './access/authenticate.ts'
import { auditDenial } from './access/cases/audit-denial.ts'
import type { UseCase } from './access/cases/use-case.ts'
import * as organizations from './access/organizations/index.ts'
import * as principals from './access/principals/index.ts'
import { releaseApiKey, suspendedApiKeys } from './access/release-api-key.ts'
import * as restrictions from './access/restrictions/index.ts'
import * as roleAssignments from './access/role-assignments/index.ts'
import * as roles from './access/roles/index.ts'
import { getSelf } from './access/self.ts'
import * as sessions from './access/sessions/index.ts'
import * as settings from './access/settings/index.ts'
import * as users from './access/users/index.ts'
import * as deployment from './deployment/index.ts'
import * as service from './deployment/service/index.ts'
import * as devices from './devices/index.ts'
import * as keyPairs from './devices/key-pairs/index.ts'
import * as agents from './enrollment/agents/index.ts'
import * as approvals from './enrollment/approvals/index.ts'
import * as keys from './enrollment/keys/index.ts'
import * as profiles from './enrollment/profiles/index.ts'
import * as slots from './enrollment/slots/index.ts'
import * as events from './events/index.ts'
import * as exports from './exports/index.ts'
import * as issuers from './issuers/index.ts'
import * as jobs from './jobs/index.ts'
import * as labels from './labels/index.ts'
import * as overview from './overview/index.ts'
import type { Ports } from './ports.ts'
import * as webhooks from './webhooks/index.ts'

/** Of a declared kind: what is no use case, or does not say who may call it, does not compile here. */
type Verb = UseCase<never[], unknown>
type Bound<V> = V extends (ports: Ports, ...input: infer I) => infer R ? (...input: I) => R : never
type Nouns = Readonly<Record<string, Readonly<Record<string, Verb>>>>

/** Every use case with who may call it (`admits`), by noun. */
export const USE_CASES = {
  access: {
    authenticateApiKey,
    auditDenial,
    getSelf,
    listAssignableRoles,
    releaseApiKey,
    suspendedApiKeys,
  },
  agents,
  apiClients,
  apiKeys,
  approvals,
  deployment,
  devices,
  events,
  exports,
  issuers,
  jobs,
  keyPairs,
  keys,
  labels,
  organizations,
  overview,
  roleAssignments,
  principals,
  profiles,
  restrictions,
  roles,
  service,
  sessions,
  settings,
  slots,
  users,
  webhooks,
} satisfies Nouns

/** Every use case, as `core.<noun>.<verb>(…)`: all that an edge can reach. */
export type Core = {
  readonly [N in keyof typeof USE_CASES]: {
    readonly [V in keyof (typeof USE_CASES)[N]]: Bound<(typeof USE_CASES)[N][V]>
  }
}

export function createCore(ports: Ports): Core {
  const bind = (verbs: Readonly<Record<string, Verb>>) =>
    Object.fromEntries(
      Object.entries(verbs).map(([name, verb]) => [name, (...input: never[]) => verb(ports, ...input)]),
    )
  const core = Object.entries(USE_CASES).map(([noun, verbs]) => [noun, bind(verbs)])
  return Object.fromEntries(core) as Core
}

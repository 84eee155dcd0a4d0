import type { Core } from '../../core/core.ts'
import { mount, unknownPath } from '../../http/edge.ts'
import type { Chapter } from '../../http/openapi.ts'
import type { Route } from '../../http/route.ts'
import { documented, securityOf } from './access.ts'
import { activate } from './activation-route.ts'
import { agentChangeRoutes } from './agent-change-routes.ts'
import { agentRoutes } from './agent-routes.ts'
import { apiKeyRoutes } from './api-key-routes.ts'
import { asynchronous, rowsOf } from './asynchronous.ts'
import { tellingDenials } from './denials.ts'
import { type Access, edge, type Identity } from './edge.ts'
import { eventRoutes } from './event-routes.ts'
import { jobRoutes } from './job-routes.ts'
import { labelRoutes } from './label-routes.ts'
import { pairingKeyRoutes } from './pairing-key-routes.ts'
import { permissionRoutes } from './permission-routes.ts'
import { principalRoutes } from './principal-routes.ts'
import { newProfile } from './profile-input.ts'
import { profileRoutes } from './profile-routes.ts'
import { Errors } from './refusal.ts'
import { releaseRoutes } from './release-routes.ts'
import { restrictionRoutes } from './restriction-routes.ts'
import { roles } from './roles.ts'
import { pairingScript } from './script-route.ts'
import { serviceAccountRoutes } from './service-account-routes.ts'
import { serviceRoutes } from './service-routes.ts'
import { sessionRoutes } from './session-routes.ts'
import { settingsRoutes } from './settings-routes.ts'
import { unpairRoutes } from './unpair-routes.ts'
import { userKeyRoutes } from './user-key-routes.ts'
import { userRoutes } from './user-routes.ts'

const all = [
  ...serviceRoutes,
  ...sessionRoutes,
  ...userRoutes,
  ...userKeyRoutes,
  ...apiKeyRoutes,
  ...serviceAccountRoutes,
  ...permissionRoutes,
  ...principalRoutes,
  ...restrictionRoutes,
  ...settingsRoutes,
  ...labelRoutes,
  ...profileRoutes,
  ...pairingKeyRoutes,
  ...agentRoutes,
  ...unpairRoutes,
  ...agentChangeRoutes,
  ...releaseRoutes,
  ...eventRoutes,
  ...jobRoutes,
  activate,
  pairingScript,
]
const routes = documented(all.map((route) => tellingDenials(asynchronous(route))))

const chapter: Chapter = {
  tag: 'Illumio PCE',
  description: 'Pairing profiles, pairing keys, labels, and the workloads that pairing makes: REST API v2.',
  routes,
  // Clients parse what has a body as an error of theirs: these two have none
  // (docs/dialects/illumio.md#statuses-and-tokens).
  refusals: {
    404: { description: 'What the path names is not there' },
    405: {
      description: 'The path does not know this method',
      headers: { Allow: 'The methods that it knows' },
    },
    default: { description: 'A refusal: a list of tokens and messages', schema: Errors },
  },
  security: (route) => securityOf((route as Route<Access, Identity>).access),
}

const app = mount(edge, routes)
// Below an organization the paths are shown to callers with a credential only (docs/dialects/illumio.md#order-of-checks).
app.all('/api/v2/orgs/:org/*', unknownPath(edge, false))
app.all('/api/v2/orgs/*', unknownPath(edge, false))
app.all('/api/v2/*', unknownPath(edge, true))

/** The PCE's REST API v2, as far as pairing goes. */
export const illumio = {
  app,
  chapter,
  roles,
  ownerRole: 'illumio:owner',
  /** Whether a path, its slashes single, is this dialect's. */
  owns: (path: string) => /^\/api\/(v2(\/|$)|v[0-9]+\/software\/ven\/image$)/.test(path),
  /** How the rows of its jobs are made. */
  rowsOf: (core: Core) => rowsOf(all, core),
  /** Every organization starts with it. */
  defaultProfile: newProfile({ name: 'Default', enabled: true }, []),
} as const

import type { Core } from '../../core/core.ts'
import { mount, unknownPath } from '../../http/edge.ts'
import type { Chapter, Example } from '../../http/openapi/document.ts'
import { apiKeyRoutes } from './accounts/api-key-routes.ts'
import { permissionRoutes } from './accounts/permission-routes.ts'
import { principalRoutes } from './accounts/principal-routes.ts'
import { restrictionRoutes } from './accounts/restriction-routes.ts'
import { serviceAccountRoutes } from './accounts/service-account-routes.ts'
import { sessionRoutes } from './accounts/session-routes.ts'
import { userKeyRoutes } from './accounts/user-key-routes.ts'
import { userRoutes } from './accounts/user-routes.ts'
import { documented, securityOf } from './edge/access.ts'
import { withDenialAudit } from './edge/denials.ts'
import { edge, type IllumioRoute } from './edge/edge.ts'
import { Errors } from './edge/refusal.ts'
import { eventRoutes } from './events/event-routes.ts'
import recorded from './examples.json' with { type: 'json' }
import { asynchronous, rowsOf } from './jobs/asynchronous.ts'
import { jobRoutes } from './jobs/job-routes.ts'
import { dimensionRoutes } from './labels/dimension-routes.ts'
import { labelRoutes } from './labels/label-routes.ts'
import { pairingScript } from './pair-script/script-route.ts'
import { activate } from './pairing/activation-route.ts'
import { pairingKeyRoutes } from './pairing/pairing-key-routes.ts'
import { profileRoutes } from './pairing/profile-routes.ts'
import { policyRoutes } from './policy/collection-routes.ts'
import { rules } from './rules.ts'
import { releaseRoutes } from './settings/release-routes.ts'
import { serviceRoutes } from './settings/service-routes.ts'
import { settingsRoutes } from './settings/settings-routes.ts'
import { workloadSettingsRoutes } from './settings/workload-settings-routes.ts'
import { agentChangeRoutes } from './workloads/agent-change-routes.ts'
import { agentRoutes } from './workloads/agent-routes.ts'
import { bulkRoutes } from './workloads/bulk-routes.ts'
import { unpairRoutes } from './workloads/unpair-routes.ts'

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
  ...workloadSettingsRoutes,
  ...labelRoutes,
  ...dimensionRoutes,
  ...profileRoutes,
  ...pairingKeyRoutes,
  ...agentRoutes,
  ...unpairRoutes,
  ...agentChangeRoutes,
  ...bulkRoutes,
  ...releaseRoutes,
  ...policyRoutes,
  ...eventRoutes,
  ...jobRoutes,
  activate,
  pairingScript,
]
const routes = documented(all.map((route) => withDenialAudit(asynchronous(route))))

/** What a test sent and was answered (test/deployment/examples-illumio.test.ts). */
const examples: Readonly<Record<string, Example>> = recorded

const chapter: Chapter = {
  slug: 'illumio',
  tag: 'Illumio PCE',
  resources: { skipped: ['api', 'v2', 'orgs'], names: {}, prefix: 'Illumio: ' },
  description: 'Pairing profiles, pairing keys, labels, and the workloads that pairing makes: REST API v2.',
  routes,
  examples,
  // Clients parse what has a body as an error of theirs: these two have none
  // (docs/dialects/illumio.md#statuses-and-tokens).
  refusals: {
    404: { description: 'Not found' },
    405: {
      description: 'The path does not know this method',
      headers: { Allow: 'The methods that it knows' },
    },
    default: { description: 'A refusal: a list of tokens and messages', schema: Errors },
  },
  securitySchemes: {
    api_key: { type: 'http', scheme: 'basic', description: '`api_<key id>` and its secret' },
    session: { type: 'http', scheme: 'basic', description: '`user_<number>` and a session token' },
    password: { type: 'http', scheme: 'basic', description: 'An e-mail address and a password' },
    login_token: {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      description: '`Token token=<auth_token>`',
    },
  },
  security: (route) => securityOf((route as IllumioRoute).access),
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
  rules,
  /** Whether a path, its slashes single, is this dialect's. */
  owns: (path: string) => /^\/api\/(v2(\/|$)|v[0-9]+\/software\/ven\/image$)/.test(path),
  /** How the rows of its jobs are made. */
  rowsOf: (core: Core) => rowsOf(all, core),
} as const

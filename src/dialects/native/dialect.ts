import { mount, unknownPath } from '../../http/edge.ts'
import { type Chapter, documentsOf, type Example } from '../../http/openapi/document.ts'
import { apiKeyRoutes } from './access/api-key-routes.ts'
import { memberRoutes } from './access/member-routes.ts'
import { serviceAccountRoutes } from './access/service-account-routes.ts'
import { userRoutes } from './access/user-routes.ts'
import { agentRoutes } from './agents/agent-routes.ts'
import { enrollRoutes } from './agents/enroll-routes.ts'
import { oauthRoutes } from './agents/oauth-routes.ts'
import { selfRoutes } from './agents/self-routes.ts'
import { approvalRoutes } from './approvals/approval-routes.ts'
import { certificateRoutes } from './certificates/certificate-routes.ts'
import { publicCertificateRoutes } from './certificates/public-routes.ts'
import { documented, securityOf } from './edge/access.ts'
import { edge, type NativeRoute } from './edge/edge.ts'
import { ProblemDetails } from './edge/problem.ts'
import type { DocumentFrame } from './errors/error-page.ts'
import { errorRoutes } from './errors/error-routes.ts'
import { eventRoutes } from './events/event-routes.ts'
import recorded from './examples.json' with { type: 'json' }
import { exportRoutes } from './exports/export-routes.ts'
import { explainRoutes } from './keys/explain-routes.ts'
import { keyRoutes } from './keys/key-routes.ts'
import { machineRoutes } from './machine/install-route.ts'
import { documentRoutes } from './operations/document-route.ts'
import { keyringRoutes } from './operations/keyring-routes.ts'
import { maintenanceRoutes } from './operations/maintenance-routes.ts'
import { metricsRoutes } from './operations/metrics-routes.ts'
import { releaseRoutes } from './operations/release-routes.ts'
import { serviceRoutes } from './operations/service-routes.ts'
import { profileRoutes } from './profiles/profile-routes.ts'
import { sessionRoutes } from './sessions/session-routes.ts'
import { slotRoutes } from './slots/slot-routes.ts'
import { webhookRoutes } from './webhooks/webhook-routes.ts'

// `self` before `:agent`: the first route that matches answers.
const routesOf = (frame?: DocumentFrame) => [
  ...serviceRoutes,
  ...metricsRoutes,
  ...errorRoutes(frame),
  ...publicCertificateRoutes,
  ...machineRoutes,
  ...enrollRoutes,
  ...oauthRoutes,
  ...selfRoutes,
  ...certificateRoutes,
  ...profileRoutes,
  ...keyRoutes,
  ...explainRoutes,
  ...slotRoutes,
  ...approvalRoutes,
  ...sessionRoutes,
  ...agentRoutes,
  ...eventRoutes,
  ...webhookRoutes,
  ...exportRoutes,
  // `suspended` of API keys before `:credential`.
  ...releaseRoutes,
  ...memberRoutes,
  ...apiKeyRoutes,
  ...serviceAccountRoutes,
  ...userRoutes,
  ...keyringRoutes,
  ...maintenanceRoutes,
]

const SLUG = 'native'
/** What a test sent and was answered (test/deployment/examples.test.ts). */
const examples: Readonly<Record<string, Example>> = recorded
const RESOURCES = {
  '.well-known': 'service',
  healthz: 'service',
  metrics: 'service',
  bootstrap: 'service',
  docs: 'service',
  'openapi.json': 'service',
  openapi: 'service',
  crl: 'service',
  ca: 'service',
  i: 'enrollment',
  enroll: 'enrollment',
  token: 'oauth',
  revoke: 'oauth',
  introspect: 'oauth',
}

const refusal = { contentType: 'application/problem+json', schema: ProblemDetails }

/**
 * The native API: all that a person without a vendor's client needs, and the document of this and of other dialects.
 * @param frame of the pages for people
 */
export function createNative(others: readonly Chapter[], frame?: DocumentFrame) {
  const slugs = [SLUG, ...others.map(({ slug }) => slug)]
  const documents = documentsOf(() => [chapter, ...others])
  const chapter: Chapter = {
    slug: SLUG,
    tag: 'Native',
    resources: { skipped: ['v1'], names: RESOURCES, prefix: '' },
    examples,
    description:
      'Keys, agents and tokens on open standards: RFC 6749, 7517, 7519, 7662, 9457. An operator’s role needs the permission ' +
      'that a route names. A role with a scope has permissions of profiles and keys, and those to change or revoke agents, ' +
      'within its labels: of a key that is its profile’s labels. Elsewhere the answer is 403.',
    routes: [...documented(routesOf(frame)), ...documentRoutes(slugs, documents)],
    refusals: {
      404: { description: 'Not found', ...refusal },
      405: {
        description: 'The path does not know this method',
        ...refusal,
        headers: { Allow: 'The methods that it knows' },
      },
      default: { description: 'A refusal, in the form of the dialect', ...refusal },
    },
    securitySchemes: {
      api_key: { type: 'http', scheme: 'basic', description: '`api_<key id>` and its secret' },
      agent_token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      session_token: { type: 'http', scheme: 'bearer', description: 'Of POST /v1/sessions' },
      bootstrap_token: { type: 'http', scheme: 'bearer' },
      metrics_token: { type: 'http', scheme: 'bearer', description: 'LATCHKEY_METRICS_TOKEN' },
    },
    security: (route) => securityOf((route as NativeRoute).access),
  }
  const app = mount(edge, chapter.routes as readonly NativeRoute[])
  // Mounted last: what no dialect knows is unknown here too.
  app.all('*', unknownPath(edge, true))
  return { app, chapter } as const
}

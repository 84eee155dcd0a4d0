import { mount, unknownPath } from '../../http/edge.ts'
import type { Chapter } from '../../http/openapi/document.ts'
import { deviceRoutes } from './devices/device-routes.ts'
import { type DatonisRoute, edge } from './edge/edge.ts'
import { Errors } from './edge/refusal.ts'
import { sessionRoutes } from './edge/session-routes.ts'
import { keyPairRoutes } from './key-pairs/key-pair-routes.ts'
import { mqttRoutes } from './mqtt/mqtt-routes.ts'
import { organisationRoutes } from './organisations/organisation-routes.ts'
import { roleRoutes } from './roles/role-routes.ts'
import { rules } from './rules.ts'
import { messageRoutes } from './things/message-routes.ts'
import { thingRoutes } from './things/thing-routes.ts'

const routes = [
  ...sessionRoutes,
  ...keyPairRoutes,
  ...roleRoutes,
  ...organisationRoutes,
  ...deviceRoutes,
  ...thingRoutes,
  ...messageRoutes,
  ...mqttRoutes,
]

const SIGNED = [{ access_key: [] }]
const SIGNED_IN = [{ auth_token: [] }]

const chapter: Chapter = {
  slug: 'datonis',
  tag: 'Datonis',
  resources: {
    skipped: ['api', 'v3', 'internal'],
    names: { api_sign_in: 'session', api_sign_out: 'session' },
    prefix: 'Datonis: ',
  },
  description: 'Key pairs, roles, and what devices write with signed requests: REST API v3.',
  routes,
  refusals: {
    404: { description: 'Not found', schema: Errors },
    405: {
      description: 'The path does not know this method',
      schema: Errors,
      headers: { Allow: 'The methods that it knows' },
    },
    default: { description: 'A refusal: a list of codes and messages', schema: Errors },
  },
  securitySchemes: {
    auth_token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' },
    access_key: {
      type: 'apiKey',
      in: 'header',
      name: 'X-Access-Key',
      description: 'With X-Dtn-Signature: HMAC-SHA-256 of the body under the secret key, in hexadecimal',
    },
    broker_token: { type: 'http', scheme: 'bearer', description: 'Or the password of HTTP Basic' },
  },
  security: (route) => {
    const { access } = route as DatonisRoute
    if (access === 'public') return []
    if (access === 'broker') return [{ broker_token: [] }]
    if (access === 'device') return SIGNED
    return access === 'reader' ? [...SIGNED_IN, ...SIGNED] : SIGNED_IN
  },
}

const app = mount(edge, routes)
/** What older versions of the API called its nouns; other dialects have paths below /api/v2, too. */
const OLD_NOUNS = ['sensor', 'sensors', 'sensor_alerts', 'things', 'alerts', 'instructions', 'key_pairs']
const OLD_PATHS = ['/api/v1', ...OLD_NOUNS.map((noun) => `/api/v2/${noun}`)]
for (const path of ['/api/v3', ...OLD_PATHS, '/internal/mqtt']) {
  app.all(path, unknownPath(edge, true))
  app.all(`${path}/*`, unknownPath(edge, true))
}

/** The REST API v3 of Datonis, as far as key pairs and what they sign go. */
export const datonis = {
  app,
  chapter,
  rules,
  /** Every path may end with `.json`, and with slashes (docs/dialects/datonis.md#paths). */
  pathOf: (path: string) =>
    /^\/(api\/v3\/|api_sign_(in|out)[./]|internal\/mqtt\/)/.test(path)
      ? path.replace(/\/+$/, '').replace(/\.json$/, '')
      : path,
} as const

import { mount, unknownPath } from '../../http/edge.ts'
import type { Chapter } from '../../http/openapi/document.ts'
import { auditRoutes } from './audit/audit-routes.ts'
import { certificateRoutes } from './certificates/certificate-routes.ts'
import { componentRoutes } from './components/component-routes.ts'
import { enrollRoutes } from './components/enroll-routes.ts'
import { canonical } from './edge/canonical.ts'
import { edge, type ZpaRoute } from './edge/edge.ts'
import { ZpaError } from './edge/refusal.ts'
import { serviceRoutes } from './edge/service-routes.ts'
import { groupRoutes } from './groups/group-routes.ts'
import { keyRoutes } from './keys/key-routes.ts'
import { rules } from './rules.ts'
import { apiKeyRoutes } from './sign-in/api-key-routes.ts'
import { signInRoutes } from './sign-in/sign-in-routes.ts'

const routes = [
  ...signInRoutes,
  ...apiKeyRoutes,
  ...keyRoutes,
  ...groupRoutes,
  ...certificateRoutes,
  ...componentRoutes,
  ...enrollRoutes,
  ...serviceRoutes,
  ...auditRoutes,
]

const refusal = { description: 'A refusal: its id and its reason', schema: ZpaError }

const chapter: Chapter = {
  slug: 'zpa',
  tag: 'Zscaler ZPA',
  resources: {
    skipped: [
      'mgmtconfig',
      'v1',
      'v2',
      'admin',
      'customers',
      'associationType',
      'zcomponent',
      'visible',
      'oauth2',
    ],
    names: {
      signin: 'session',
      token: 'session',
      signout: 'session',
      enroll: 'enrollment',
      crl: 'enrollment',
    },
    prefix: 'ZPA: ',
  },
  description:
    'Provisioning keys, groups, enrollment certificates, and what enrollment makes. Every path below /mgmtconfig may ' +
    'also begin with /zpa.',
  routes,
  refusals: {
    404: refusal,
    405: { ...refusal, headers: { Allow: 'The methods that it knows' } },
    default: refusal,
  },
  securitySchemes: {
    api_token: { type: 'http', scheme: 'bearer', description: 'Of POST /signin or /oauth2/v1/token' },
  },
  security: (route) => ((route as ZpaRoute).access === 'public' ? [] : [{ api_token: [] }]),
}

const app = mount(edge, routes)
app.all('/mgmtconfig/*', unknownPath(edge, false))

/** ZPA's management API, as far as provisioning keys go, and an enrollment of our own. */
export const zpa = { app, chapter, rules, canonical } as const

import { mount, unknownPath } from '../../http/edge.ts'
import type { Chapter } from '../../http/openapi.ts'
import type { Route } from '../../http/route.ts'
import { apiKeyRoutes } from './api-key-routes.ts'
import { newApiClient } from './api-key-wire.ts'
import { auditRoutes } from './audit-routes.ts'
import { canonical } from './canonical.ts'
import { certificateRoutes } from './certificate-routes.ts'
import { componentRoutes } from './component-routes.ts'
import { defaultIssuers } from './default-issuers.ts'
import { type Access, edge, type Identity } from './edge.ts'
import { enrollRoutes } from './enroll-routes.ts'
import { groupRoutes } from './group-routes.ts'
import { keyRoutes } from './key-routes.ts'
import { ZpaError } from './refusal.ts'
import { roles } from './roles.ts'
import { serviceRoutes } from './service-routes.ts'
import { signInRoutes } from './sign-in-routes.ts'

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
  tag: 'Zscaler ZPA',
  description:
    'Provisioning keys, groups, enrollment certificates, and what enrollment makes. Every path below /mgmtconfig may ' +
    'also begin with /zpa.',
  routes,
  refusals: {
    404: refusal,
    405: { ...refusal, headers: { Allow: 'The methods that it knows' } },
    default: refusal,
  },
  security: (route) => ((route as Route<Access, Identity>).access === 'public' ? [] : [{ api_token: [] }]),
}

const app = mount(edge, routes)
app.all('/mgmtconfig/*', unknownPath(edge, false))

/** ZPA's management API, as far as provisioning keys go, and an enrollment of our own. */
export const zpa = {
  app,
  chapter,
  roles,
  canonical,
  defaultIssuers,
  /** With which an organization's first operator signs in. */
  firstApiClient: (organization: { readonly customerId: string }) =>
    newApiClient(organization.customerId, {
      name: 'bootstrap',
      enabled: undefined,
      tokenExpiryTimeInSec: undefined,
      roleId: undefined,
      publicKey: undefined,
      pinSessionEnabled: undefined,
    }),
} as const

import { Hono } from 'hono'
import * as z from 'zod'
import type { Permission, RoleTable } from '../../core/access/permission.ts'
import { PERMISSIONS } from '../../core/access/permission.ts'
import type { Grant } from '../../core/ledger/records.ts'
import type { Variables } from '../../http/edge.ts'
import type { Chapter } from '../../http/openapi.ts'

const grant: Grant = { values: {}, labels: [], locks: [] }
export const illumio = {
  app: new Hono<{ Variables: Variables }>(),
  chapter: {
    tag: 'Illumio PCE',
    description: '',
    routes: [],
    error: {
      contentType: 'application/json',
      schema: z.array(z.object({ token: z.string(), message: z.string() })),
    },
    security: () => [{ api_key: [] }],
  } as Chapter,
  owns: (path: string) => path.startsWith('/api/v'),
  roles: {
    'illumio:owner': PERMISSIONS as readonly Permission[],
    'illumio:read_only': PERMISSIONS.filter((permission) => permission.endsWith('.read')),
  } as RoleTable,
  defaultProfile: {
    dialect: 'illumio',
    name: 'Default',
    description: '',
    isEnabled: true,
    grant,
    attributes: {},
    allowedAddresses: [],
    defaultMaxUses: null,
    defaultLifetimeSeconds: null,
  },
} as const

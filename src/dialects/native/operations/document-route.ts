import * as z from 'zod'
import { ok } from '../../../core/kernel/outcome.ts'
import { nativeRoute } from '../edge/edge.ts'

/** The document of every dialect's routes, as JSON, for the address at which the deployment stands. */
export function documentRoute(describe: (serverUrl: string) => string) {
  return nativeRoute({
    method: 'get',
    path: '/openapi.json',
    access: 'anyone',
    isOpenToPages: true,
    operation: { id: 'openapi', summary: 'This document: every route of every dialect' },
    replies: {
      200: { description: 'An OpenAPI 3.1 document', schema: z.record(z.string(), z.unknown()) },
    },
    handle: async ({ core }) =>
      ok({
        status: 200,
        text: describe(core.service.getPublicUrl()),
        headers: { 'Content-Type': 'application/json' },
      }),
  })
}

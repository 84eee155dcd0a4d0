import * as z from 'zod'
import { ok } from '../../../core/kernel/outcome.ts'
import { VERSIONS, type Version, type Wanted } from '../../../http/openapi/document.ts'
import { nativeRoute } from '../edge/edge.ts'

const replies = {
  200: { description: 'An OpenAPI document', schema: z.record(z.string(), z.unknown()) },
}

/** Of every dialect, or of one; the older version for tools that know no later one. */
const ALL = 'all'

/**
 * The documents of the dialects' routes, as JSON, for the address at which the deployment stands.
 * @param slugs of the dialects
 */
export function documentRoutes(
  slugs: readonly string[],
  describe: (wanted: Wanted, serverUrl: string) => string,
) {
  const json = (text: string) => ok({ status: 200, text, headers: { 'Content-Type': 'application/json' } })

  const whole = nativeRoute({
    method: 'get',
    path: '/openapi.json',
    access: 'anyone',
    isOpenToPages: true,
    operation: { id: 'openapi', summary: 'This document: every route of every dialect' },
    replies,
    handle: async ({ core }) => json(describe({ slug: null, version: '3.1' }, core.service.getPublicUrl())),
  })

  const parts = nativeRoute({
    method: 'get',
    path: '/openapi/:version/:document',
    access: 'anyone',
    isOpenToPages: true,
    operation: {
      id: 'openapi_part',
      summary: 'The document of one dialect or of all of them, in OpenAPI 3.1.0 or 3.0.3',
    },
    subject: 'route',
    params: z.object({
      version: z.enum(VERSIONS),
      document: z.enum([ALL, ...slugs].map((name) => `${name}.json`)),
    }),
    replies,
    handle: async ({ core, params }) => {
      const name = params.document.slice(0, -'.json'.length)
      const wanted = { slug: name === ALL ? null : name, version: params.version as Version }
      return json(describe(wanted, core.service.getPublicUrl()))
    },
  })

  return [whole, parts]
}

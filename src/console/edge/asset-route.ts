import * as z from 'zod'
import { notFound, ok } from '../../core/kernel/outcome.ts'
import { route } from '../../http/route.ts'
import { findAsset } from '../assets/assets.ts'
import type { ConsoleFault } from './fault.ts'
import type { Access, Identity } from './visit.ts'

const params = z.object({ file: z.string().max(64) })

/** Style sheet, script and icon. Who has another address than the deployment's gets them, too: the page that says so. */
export const assetRoute = route<Access, Identity, ConsoleFault, typeof params>({
  method: 'get',
  path: '/console/assets/:file',
  access: 'public',
  operation: { id: 'console_asset', summary: 'A file that pages name' },
  params,
  replies: { 200: { description: 'The file', contentType: 'text/css' } },
  isShort: true,
  handle: async ({ params: { file } }) => {
    const found = findAsset(file)
    if (!found) return notFound('route')
    return ok({
      status: 200,
      text: found.text,
      headers: {
        'Content-Type': found.type,
        'Cache-Control': 'public, max-age=31536000, immutable',
        'X-Content-Type-Options': 'nosniff',
      },
    })
  },
})

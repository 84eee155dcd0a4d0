import * as z from 'zod'
import { parseLedger } from '../../../core/kernel/ids.ts'
import { notFound, ok } from '../../../core/kernel/outcome.ts'
import { illumioRoute } from '../edge/edge.ts'
import { PAIR_SCRIPT } from './script.ts'

const OfVersion = z.object({ version: z.string().regex(/^v[0-9]+$/) })
const Wanted = z.object({
  pair_script: z.string().optional().meta({ description: '`pair.sh`' }),
  profile_id: z.string().optional().meta({ description: 'The number of a pairing profile' }),
})

/** What the one-line installer fetches before any credential exists (docs/dialects/illumio.md#download). */
export const pairingScript = illumioRoute({
  method: 'get',
  // Clients were written for v2 to v27: any version will do, of this path only
  // (docs/dialects/illumio.md#paths-and-versions).
  path: '/api/:version{v[0-9]+}/software/ven/image',
  access: 'public',
  operation: { id: 'software_ven_image_get', summary: 'The script that pairs a machine' },
  params: OfVersion,
  query: Wanted,
  replies: { 200: { description: 'A shell script', contentType: 'text/plain' } },
  handle: async ({ query }) => {
    // The same for every number: a stranger does not learn which profiles exist.
    const isNumber = parseLedger(query.profile_id ?? '') !== null
    if (query.pair_script !== 'pair.sh' || !isNumber) return notFound('route')
    return ok({ status: 200, text: PAIR_SCRIPT, headers: { 'Content-Type': 'text/plain' } })
  },
})

import * as z from 'zod'
import { parseLedger } from '../../../core/kernel/ids.ts'
import { ok } from '../../../core/kernel/outcome.ts'
import { illumioRoute } from '../edge/edge.ts'
import { PAIR_SCRIPT } from './script.ts'

const OfVersion = z.object({ version: z.string().regex(/^v[0-9]+$/) })
const Wanted = z.object({
  pair_script: z.string().optional().meta({ description: '`pair.sh`' }),
  profile_id: z.string().optional().meta({ description: 'The number of a pairing profile' }),
})

/** An installer on Windows shows the body to its user. */
const NO_POWERSHELL =
  'There is no pair.ps1: this server has a script for Linux only. POST /api/v2/agents/activate is what it calls.\n'

const NO_SCRIPT = 'There is no such script: ask for pair_script=pair.sh and the number of a profile.\n'

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
  replies: {
    200: { description: 'A shell script', contentType: 'text/plain' },
    404: { description: 'There is no such script, which the text says', contentType: 'text/plain' },
  },
  handle: async ({ query }) => {
    // The same for every number: a stranger does not learn which profiles exist.
    const isNumber = parseLedger(query.profile_id ?? '') !== null
    const isThere = query.pair_script === 'pair.sh' && isNumber
    const reason = query.pair_script === 'pair.ps1' ? NO_POWERSHELL : NO_SCRIPT
    const headers = { 'Content-Type': 'text/plain' }
    return ok(isThere ? { status: 200, text: PAIR_SCRIPT, headers } : { status: 404, text: reason, headers })
  },
})

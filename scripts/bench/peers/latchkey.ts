import * as z from 'zod'
import { openFetch } from '../../lib/http/fetch-client.ts'
import { enrollments } from '../load/enrollment.ts'
import { startSubjectIn } from '../subjects/subject.ts'
import type { Peer } from './peer.ts'

/** Latchkey as it is measured elsewhere, so that all are asked by the same client in the same minutes. */
export async function startLatchkey(
  _folder: string,
  undo: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Peer> {
  const { url, operator } = await startSubjectIn(undo, signal)
  const profile_id = await operator.createProfile('peers')
  const { must } = openFetch(url, { headers: operator.headers })
  return {
    name: 'Latchkey',
    setting: 'npm start, state on disk',
    url,
    makeToken: async (uses) => {
      const made = await must('POST', '/v1/keys', { profile_id, max_uses: uses })
      return z.object({ code: z.string() }).parse(made).code
    },
    enrollment: (token) => [enrollments('/v1/enroll', [token])],
  }
}

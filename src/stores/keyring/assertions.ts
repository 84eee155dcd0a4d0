import { importSPKI, jwtVerify } from 'jose'
import type { Ports } from '../../core/ports.ts'

/** No assertion is good for longer, whatever it says (docs/dialects/zpa.md#assertions). */
const MAX_LIFETIME_SECONDS = 900
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384'] as const

/** RFC 7523, section 3: issued by the client about itself, for this server, and soon over. */
export const verifyAssertion: Ports['verifyAssertion'] = async (assertion, publicKey, about) => {
  const { clientId, audiences, now } = about
  for (const algorithm of ALGORITHMS) {
    try {
      const key = await importSPKI(publicKey, algorithm)
      const { payload } = await jwtVerify(assertion, key, {
        algorithms: [algorithm],
        issuer: clientId,
        subject: clientId,
        audience: [...audiences],
        currentDate: new Date(now),
        requiredClaims: ['exp'],
      })
      return (payload.exp ?? 0) - now / 1_000 <= MAX_LIFETIME_SECONDS
    } catch {
      // Another kind of key, or not its signature.
    }
  }
  return false
}

/** What befalls key pairs with the deployment: each one's inbox is asked, for it alone decides. */

import { resealSecret } from '../devices/key-pairs/access-key.ts'
import { map, type Outcome, ok } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import { deploymentCase } from './deployment-case.ts'
import { eachKeyPair } from './each-key-pair.ts'
import { causeOf } from './maintenance.ts'

type KeyPairPage = { readonly keyPairs: number; readonly next: string | null }

/** Disables a page of those that come from a backup; returns how many were enabled. Each is delivered to D1 again. */
export const fenceKeyPairs = deploymentCase(
  async (ports, maintenance, after: string): Promise<Outcome<KeyPairPage>> => {
    const page = await eachKeyPair(ports, after, (inbox) => inbox.fence(causeOf(maintenance)))
    if (!page.ok) return page
    const { answers, gone, next } = page.value
    // D1 was copied a little later than the inboxes: what it has beyond them does not exist.
    await ports.deployment.forgetKeyPairs(gone)
    return ok({ keyPairs: answers.filter(Boolean).length, next })
  },
)

/** Delivers a page of them to D1 again, after D1 alone was set back. Returns how many. */
export const rebuildKeyPairs = deploymentCase(
  async (ports, _maintenance, after: string): Promise<Outcome<KeyPairPage>> => {
    const page = await eachKeyPair(ports, after, (inbox) => inbox.rebuild())
    return map(page, ({ answers, next }) => ({ keyPairs: answers.length, next }))
  },
)

/** Reseals secrets that an older version sealed; returns how many. */
export async function resealKeyPairs(ports: Ports, atMost: number): Promise<Outcome<number>> {
  const ring = await ports.keyring()
  const accessKeys = await ports.deployment.accessKeysSealedByOlder(ring.current, atMost)
  const resealed = await Promise.all(
    accessKeys.map(async (accessKey): Promise<Outcome<number>> => {
      const inbox = ports.inboxes.open(accessKey)
      const found = await inbox.credential()
      if (!found.ok || !found.value) return found.ok ? ok(0) : found
      const { sealedSecret } = found.value
      const resealed = await resealSecret(ring, accessKey, sealedSecret)
      return map(await inbox.reseal(sealedSecret, resealed), () => 1)
    }),
  )
  const refused = resealed.find((outcome) => !outcome.ok)
  return refused ?? ok(resealed.filter((outcome) => outcome.ok && outcome.value > 0).length)
}

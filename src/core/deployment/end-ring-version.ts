/** What has to be done before a version of the ring is dropped, page by page: what objects have of it ends. */

import { accessKeyPrefix } from '../devices/key-pairs/access-key.ts'
import type { MaintainedLedger } from '../enrollment/ledger/port.ts'
import { formatSerial } from '../issuers/serial.ts'
import type { Cause } from '../kernel/cause.ts'
import { type Faults, map, type Outcome } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import { deploymentCase } from './deployment-case.ts'
import { canDropRingVersion } from './drop-ring-version.ts'
import { eachKeyPair } from './each-key-pair.ts'
import { eachLedger } from './each-ledger.ts'
import { causeOf } from './maintenance.ts'

/** Revokes the keys whose codes hang on the version. Returns how many, and where the next page begins. */
export const endRingVersion = deploymentCase(
  async (
    ports,
    maintenance,
    version: number,
    after: number,
  ): Promise<
    Outcome<{ readonly keys: number; readonly next: number | null }, Faults<'ring_version_in_use'>>
  > => {
    const droppable = await canDropRingVersion(ports, version)
    if (!droppable.ok) return droppable
    const cause = causeOf(maintenance)
    const page = await eachLedger(ports, after, (ledger, number) =>
      endInLedger(ports, ledger, number, version, cause),
    )
    return map(page, ({ answers, next }) => ({ keys: answers.reduce((sum, keys) => sum + keys, 0), next }))
  },
)

/** Deletes the key pairs whose access keys hang on the version. */
export const endKeyPairs = deploymentCase(
  async (
    ports,
    maintenance,
    version: number,
    after: string,
  ): Promise<
    Outcome<{ readonly keyPairs: number; readonly next: string | null }, Faults<'ring_version_in_use'>>
  > => {
    const droppable = await canDropRingVersion(ports, version)
    if (!droppable.ok) return droppable
    const prefix = accessKeyPrefix(version)
    const page = await eachKeyPair(ports, after, (inbox) => inbox.end(causeOf(maintenance), version), prefix)
    return map(page, ({ answers, next }) => ({ keyPairs: answers.filter(Boolean).length, next }))
  },
)

/** Certificates stay what they are, but none is renewed; their serial numbers are kept for lists of revocations. */
async function endInLedger(
  ports: Ports,
  ledger: MaintainedLedger,
  number: number,
  version: number,
  cause: Cause,
): Promise<Outcome<number>> {
  const ring = await ports.keyring()
  for (;;) {
    const unnamed = await ledger.unnamedCertificates(version)
    if (!unnamed.ok) return unnamed
    if (unnamed.value.length === 0) return ledger.dropRingVersion(version, cause)
    const named = unnamed.value.map(async (n) => ({
      n,
      serial: await formatSerial(ring, version, { ledger: number, n }),
    }))
    const written = await ledger.nameCertificates(await Promise.all(named))
    if (!written.ok) return written
  }
}

import { spellKey } from '../../devices/key-pairs/spelling.ts'
import type { Ports } from '../../ports.ts'
import type { Organization } from './port.ts'

const ORGANISATION_KEY_BYTES = 20

/** A new organization's names, in each vendor's form. */
export function newOrganization(
  ports: Ports,
  name: string,
): Pick<Organization, 'name' | 'customerId' | 'organisationKey' | 'createdAt'> {
  return {
    name,
    customerId: randomDigits(ports.random),
    organisationKey: spellKey(ports.random(ORGANISATION_KEY_BYTES)),
    createdAt: ports.now(),
  }
}

/** A ZPA customer id: 18 digits, the first of them 2 as in the wild. */
function randomDigits(random: Ports['random']): string {
  const [high = 0, low = 0] = new Uint32Array(random(8).buffer)
  const tail = (BigInt(high) << 32n) | BigInt(low)
  return `2${(tail % 10n ** 17n).toString().padStart(17, '0')}`
}

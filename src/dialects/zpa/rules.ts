import type { RulesOfDialect } from '../../core/deployment/dialect-rules.ts'
import { defaultIssuers } from './certificates/default-issuers.ts'
import { roles } from './edge/roles.ts'
import { newApiClient } from './sign-in/api-key-wire.ts'

/** ZPA's rules for every organization. */
export const rules: RulesOfDialect = {
  roles,
  newNames: (random) => ({ customerId: newCustomerId(random(8)) }),
  defaultIssuers,
  defaultApiClients: [
    ({ customerId }, uuid) =>
      newApiClient(customerId, uuid, {
        name: 'bootstrap',
        enabled: undefined,
        tokenExpiryTimeInSec: undefined,
        roleId: undefined,
        publicKey: undefined,
        pinSessionEnabled: undefined,
      }),
  ],
}

/** 18 digits, the first of them 2 as in the wild. */
function newCustomerId(random: Uint8Array<ArrayBuffer>): string {
  const [high = 0, low = 0] = new Uint32Array(random.buffer)
  const tail = (BigInt(high) << 32n) | BigInt(low)
  return `2${(tail % 10n ** 17n).toString().padStart(17, '0')}`
}

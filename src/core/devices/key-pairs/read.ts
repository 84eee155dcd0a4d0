import { type Operation, operatorCase } from '../../access/cases/operator-case.ts'
import { operatorEvent } from '../../access/cases/operator-event.ts'
import type { AuditEvent } from '../../events/event.ts'
import type { SizedPage } from '../../kernel/fairness/list-slices.ts'
import { notFound, type Outcome, ok } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { isGenuineAccessKey, openSecret } from './access-key.ts'
import type { KeyPair, KeyPairQuery, ListedKeyPair } from './port.ts'

/** A key pair with its secret, which is shown whenever it is read (docs/dialects/datonis.md#secrets). */
export type ShownKeyPair = Omit<KeyPair, 'sealedSecret'> & {
  readonly secret: string
  readonly roleName: string
}

/** @param isSecretShown false: the secret is left out, and the reading is not recorded */
export const getKeyPair = operatorCase(
  'key_pairs.read',
  async (ports, operation, accessKey: string, isSecretShown: boolean): Promise<Outcome<ShownKeyPair>> => {
    if (!(await isGenuineAccessKey(await ports.keyring(), accessKey))) return notFound('key_pair')
    const found = await ports.inboxes.open(accessKey).get(operation.actor.organization)
    if (!found.ok) return found
    if (isSecretShown)
      recordReading(ports, operation, { kind: 'key_pair', id: accessKey, name: accessKey }, 1)
    return ok(await showKeyPairSecret(ports, found.value, isSecretShown))
  },
)

export const listKeyPairs = operatorCase(
  'key_pairs.read',
  async (
    ports,
    operation,
    query: Omit<KeyPairQuery, 'organization'>,
    page: { readonly offset: number; readonly limit: number },
    isSecretShown: boolean,
  ): Promise<Outcome<SizedPage<ShownKeyPair>>> => {
    const { organization } = operation.actor
    const { count, bytes, read } = await ports.keyPairs.list({ ...query, organization }, page)
    if (isSecretShown && bytes.length > 0) {
      const subject = { kind: 'organization', id: String(organization), name: '' }
      recordReading(ports, operation, subject, bytes.length)
    }
    const ring = await ports.keyring()
    const show = async ({ sealedSecret, ...pair }: ListedKeyPair) => ({
      ...pair,
      secret: isSecretShown ? await openSecret(ring, pair.accessKey, sealedSecret) : '',
    })
    return ok({
      count,
      bytes,
      read: async (from, to) => Promise.all((await read(from, to)).map(show)),
    })
  },
)

/** A reader of a secret can sign with it: the reading is recorded (docs/dialects/datonis.md#secrets). */
function recordReading(
  ports: Ports,
  operation: Operation,
  subject: AuditEvent['subject'],
  secrets: number,
): void {
  const event = operatorEvent('key_pair.read', operation, subject, ports.now(), { secrets })
  ports.background(() => ports.keyPairs.recordReading(event))
}

/** The name of its role is looked up when the pair is shown: the pair knows only which it is. */
export async function showKeyPairSecret(
  ports: Ports,
  pair: KeyPair,
  isSecretShown = true,
): Promise<ShownKeyPair> {
  const { sealedSecret, ...rest } = pair
  const [ring, role] = await Promise.all([
    ports.keyring(),
    ports.roleStore.find(pair.organization, pair.role),
  ])
  const secret = isSecretShown ? await openSecret(ring, pair.accessKey, sealedSecret) : ''
  return { ...rest, secret, roleName: role?.name ?? '' }
}

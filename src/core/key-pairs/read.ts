import { denied, type Operation } from '../access/require.ts'
import { notFound, type Outcome, ok } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { isGenuineAccessKey, openSecret } from './access-key.ts'
import type { KeyPair, KeyPairQuery } from './port.ts'

/** A key pair with its secret, which is shown whenever it is read (contract datonis §1). */
export type ShownKeyPair = Omit<KeyPair, 'sealedSecret'> & {
  readonly secret: string
  readonly roleName: string
}

export async function get(
  ports: Ports,
  operation: Operation,
  accessKey: string,
): Promise<Outcome<ShownKeyPair>> {
  const refusal = denied(operation, 'key_pairs.read')
  if (refusal) return refusal
  if (!(await isGenuineAccessKey(await ports.keyring(), accessKey))) return notFound('key_pair')
  const found = await ports.inboxes.open(accessKey).get(operation.actor.organization)
  return found.ok ? ok(await show(ports, found.value)) : found
}

export async function list(
  ports: Ports,
  operation: Operation,
  query: Omit<KeyPairQuery, 'organization'>,
  page: { readonly offset: number; readonly limit: number },
): Promise<Outcome<{ readonly keyPairs: readonly ShownKeyPair[]; readonly count: number }>> {
  const refusal = denied(operation, 'key_pairs.read')
  if (refusal) return refusal
  const { organization } = operation.actor
  const { keyPairs, count } = await ports.keyPairs.list({ ...query, organization }, page)
  const ring = await ports.keyring()
  const shown = keyPairs.map(async ({ sealedSecret, ...pair }) => ({
    ...pair,
    secret: await openSecret(ring, pair.accessKey, sealedSecret),
  }))
  return ok({ keyPairs: await Promise.all(shown), count })
}

/** The name of its role is looked up when the pair is shown: the pair knows only which it is. */
export async function show(ports: Ports, pair: KeyPair): Promise<ShownKeyPair> {
  const { sealedSecret, ...rest } = pair
  const [ring, role] = await Promise.all([
    ports.keyring(),
    ports.roleStore.find(pair.organization, pair.role),
  ])
  return { ...rest, secret: await openSecret(ring, pair.accessKey, sealedSecret), roleName: role?.name ?? '' }
}

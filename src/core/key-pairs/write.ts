/**
 * The pair's inbox decides and is asked first; D1 follows, before the caller is answered. So what was acknowledged is
 * what devices meet, and what lists show.
 */
import { causeOf, denied, type Operation } from '../access/require.ts'
import { notFound, type Outcome, ok, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import type { Role } from '../roles/port.ts'
import { isGenuineAccessKey, mintAccessKey, mintSecret, sealSecret } from './access-key.ts'
import type { Inbox, KeyPair, KeyPairChange } from './port.ts'
import { type ShownKeyPair, show } from './read.ts'

export type KeyPairInput = {
  readonly role: string
  readonly isEnabled: boolean
  readonly expiresAt: number | null
}

export async function create(
  ports: Ports,
  operation: Operation,
  input: KeyPairInput,
): Promise<Outcome<ShownKeyPair>> {
  const refusal = denied(operation, 'key_pairs.write')
  if (refusal) return refusal
  const { organization } = operation.actor
  const role = await ports.roleStore.find(organization, input.role)
  if (!role) return refuse({ kind: 'reference_unknown', reference: input.role })
  const ring = await ports.keyring()
  const accessKey = await mintAccessKey(ring, ports.random)
  const sealedSecret = await sealSecret(ring, accessKey, mintSecret(ports.random))
  const { isEnabled, expiresAt } = input
  const inbox = ports.inboxes.open(accessKey)
  const pair = { accessKey, organization, role, isEnabled, expiresAt, sealedSecret }
  const made = await inbox.create(pair, causeOf(operation))
  return made.ok ? settle(ports, operation, inbox, made.value, role) : made
}

export async function change(
  ports: Ports,
  operation: Operation,
  accessKey: string,
  wanted: Partial<KeyPairInput>,
): Promise<Outcome<ShownKeyPair>> {
  const refusal = denied(operation, 'key_pairs.write')
  if (refusal) return refusal
  const { organization } = operation.actor
  if (!(await isGenuineAccessKey(await ports.keyring(), accessKey))) return notFound('key_pair')
  const role = wanted.role === undefined ? undefined : await ports.roleStore.find(organization, wanted.role)
  const inbox = ports.inboxes.open(accessKey)
  if (role === null) {
    const there = await inbox.get(organization)
    return there.ok ? refuse({ kind: 'reference_unknown', reference: wanted.role ?? '' }) : there
  }
  const change: KeyPairChange = {
    ...(wanted.isEnabled !== undefined && { isEnabled: wanted.isEnabled }),
    ...(wanted.expiresAt !== undefined && { expiresAt: wanted.expiresAt }),
    ...(role && { role }),
  }
  const changed = await inbox.change(organization, change, causeOf(operation))
  if (!changed.ok) return changed
  return role ? settle(ports, operation, inbox, changed.value, role) : ok(await show(ports, changed.value))
}

/** Its secret is erased at once; what its device wrote stays with the things that it is about. */
export async function remove(ports: Ports, operation: Operation, accessKey: string): Promise<Outcome<null>> {
  const refusal = denied(operation, 'key_pairs.write')
  if (refusal) return refusal
  if (!(await isGenuineAccessKey(await ports.keyring(), accessKey))) return notFound('key_pair')
  return ports.inboxes.open(accessKey).remove(operation.actor.organization, causeOf(operation))
}

/**
 * A role may have been changed or deleted after it was read here and before D1 knew that this pair has it: then nobody
 * told this pair.
 */
async function settle(
  ports: Ports,
  operation: Operation,
  inbox: Inbox,
  pair: KeyPair,
  known: Role,
): Promise<Outcome<ShownKeyPair>> {
  const role = await ports.roleStore.find(pair.organization, known.key)
  if (!role) {
    await inbox.remove(pair.organization, causeOf(operation))
    return refuse({ kind: 'reference_unknown', reference: known.key })
  }
  if (role.version !== known.version) {
    const told = await inbox.grant(role)
    if (!told.ok) return told
  }
  return ok(await show(ports, pair))
}

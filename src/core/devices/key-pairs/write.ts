/**
 * The pair's inbox decides and is asked first; D1 follows, before the caller is answered. So what was acknowledged is
 * what devices meet, and what lists show.
 */
import { causeOf, type Operation, operatorCase } from '../../access/cases/operator-case.ts'
import type { Role } from '../../access/roles/port.ts'
import { notFound, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import { isGenuineAccessKey, mintAccessKey, mintSecret, sealSecret } from './access-key.ts'
import type { Inbox, KeyPair, KeyPairChange } from './port.ts'
import { type ShownKeyPair, showKeyPairSecret } from './read.ts'

export type KeyPairInput = {
  readonly role: string
  readonly isEnabled: boolean
  readonly expiresAt: number | null
}

export const createKeyPair = operatorCase(
  'key_pairs.write',
  async (ports, operation, input: KeyPairInput): Promise<Outcome<ShownKeyPair>> => {
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
    if (!made.ok) return made
    const confirmed = await confirm(ports, inbox, made.value, role)
    if (!confirmed.ok) return confirmed
    if (confirmed.value) return ok(await showKeyPairSecret(ports, made.value))
    await inbox.remove(organization, causeOf(operation))
    return refuse({ kind: 'reference_unknown', reference: input.role })
  },
)

export const changeKeyPair = operatorCase(
  'key_pairs.write',
  async (
    ports,
    operation,
    accessKey: string,
    wanted: Partial<KeyPairInput>,
  ): Promise<Outcome<ShownKeyPair>> => {
    const { organization } = operation.actor
    if (!(await isGenuineAccessKey(await ports.keyring(), accessKey))) return notFound('key_pair')
    const role = wanted.role === undefined ? undefined : await ports.roleStore.find(organization, wanted.role)
    const inbox = ports.inboxes.open(accessKey)
    const found = await inbox.get(organization)
    if (!found.ok) return found
    if (role === null) return refuse({ kind: 'reference_unknown', reference: wanted.role ?? '' })
    if (role && role.key !== found.value.role) {
      const given = await giveRole(ports, operation, inbox, found.value, role)
      if (!given.ok) return given
    }
    const change: KeyPairChange = {
      ...(wanted.isEnabled !== undefined && { isEnabled: wanted.isEnabled }),
      ...(wanted.expiresAt !== undefined && { expiresAt: wanted.expiresAt }),
    }
    const changed = await inbox.change(organization, change, causeOf(operation))
    return changed.ok ? ok(await showKeyPairSecret(ports, changed.value)) : changed
  },
)

/** Its secret is erased at once; what its device wrote stays with the things that it is about. */
export const deleteKeyPair = operatorCase(
  'key_pairs.write',
  async (ports, operation, accessKey: string): Promise<Outcome<null>> => {
    if (!(await isGenuineAccessKey(await ports.keyring(), accessKey))) return notFound('key_pair')
    return ports.inboxes.open(accessKey).remove(operation.actor.organization, causeOf(operation))
  },
)

/** First, and by itself: when the role turns out to be gone, nothing else of the change is done. */
async function giveRole(
  ports: Ports,
  operation: Operation,
  inbox: Inbox,
  before: KeyPair,
  role: Role,
): Promise<Outcome<null>> {
  const { organization } = before
  const cause = causeOf(operation)
  const given = await inbox.change(organization, { role }, cause)
  if (!given.ok) return given
  const confirmed = await confirm(ports, inbox, given.value, role)
  if (!confirmed.ok) return confirmed
  if (confirmed.value) return ok(null)
  const former = await ports.roleStore.find(organization, before.role)
  const isBack = former !== null && (await inbox.change(organization, { role: former }, cause)).ok
  const kept = isBack ? await confirm(ports, inbox, before, former) : ok(null)
  // That role is gone, too: no role says what the pair may do.
  if (kept.ok && !kept.value) await inbox.change(organization, { isEnabled: false }, cause)
  return refuse({ kind: 'reference_unknown', reference: role.key })
}

/**
 * A role may have been changed or deleted after it was read and before D1 knew that this pair has it: then this pair was
 * not updated. null when the role was deleted.
 */
async function confirm(
  ports: Ports,
  inbox: Inbox,
  pair: KeyPair,
  known: Role,
): Promise<Outcome<Role | null>> {
  const role = await ports.roleStore.find(pair.organization, known.key)
  if (!role || role.version === known.version) return ok(role)
  const granted = await inbox.grant(role)
  return granted.ok ? ok(role) : granted
}

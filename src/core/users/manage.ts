/** People, as those see them who share an organization with them. */
import { ownerGuard } from '../access/last-owner.ts'
import { causeOf, denied, type Operation } from '../access/require.ts'
import { operatorEvent } from '../events/by-operator.ts'
import type { PageAfter } from '../lists/slices.ts'
import { notFound, type Outcome, ok, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { refused, written } from '../principals/written.ts'
import { hashPassword, newPassword } from './password.ts'
import type { User, UserChange } from './port.ts'
import { type Membership, memberships } from './profile.ts'

/** The most users that an organization may have. */
const MAX_USERS = 2_000

export type Invited = {
  readonly user: User
  /** Shown once; good for nothing but for choosing another. */
  readonly initialPassword: string
}

export async function list(
  ports: Ports,
  { actor }: Operation,
  page: PageAfter<number>,
): Promise<Outcome<readonly User[]>> {
  return ok(await ports.users.list(await organizationsOf(ports, actor), page))
}

export async function count(ports: Ports, { actor }: Operation): Promise<Outcome<number>> {
  return ok(await ports.users.count(await organizationsOf(ports, actor)))
}

/** One who shares no organization with the caller is not there. */
export async function get(ports: Ports, { actor }: Operation, id: number): Promise<Outcome<User>> {
  const [user, theirs, ours] = await Promise.all([
    ports.users.find(id),
    ports.users.principalsOf(id),
    organizationsOf(ports, actor),
  ])
  const isShared = theirs.some(({ organization }) => ours.includes(organization))
  return user && isShared ? ok(user) : notFound('user')
}

/** The organizations of one, among those of the caller. */
export async function membershipsOf(
  ports: Ports,
  operation: Operation,
  id: number,
): Promise<Outcome<readonly Membership[]>> {
  const found = await get(ports, operation, id)
  if (!found.ok) return found
  const ours = await organizationsOf(ports, operation.actor)
  const all = await memberships(ports, id)
  return ok(all.filter(({ organization }) => ours.includes(organization)))
}

/**
 * A new user of the caller's organization. There is no mail: the caller passes the initial password on. An address that
 * somebody has already is refused, since nobody here proved that it is theirs.
 */
export async function invite(
  ports: Ports,
  operation: Operation,
  input: Pick<User, 'email' | 'fullName' | 'timeZone'>,
): Promise<Outcome<Invited>> {
  const refusal = denied(operation, 'access.write')
  if (refusal) return refusal
  const { organization } = operation.actor
  const initialPassword = newPassword(ports.random)
  const password = await hashPassword(await ports.keyring(), ports.random, initialPassword)
  const now = ports.now()
  const event = operatorEvent('user.create', operation, { kind: 'user', id: '', name: input.email }, now)
  const { actor } = causeOf(operation)
  const made = await ports.users.create({ ...input, password }, organization, MAX_USERS, actor, now, event)
  return typeof made === 'string' ? refused(made, 'user') : ok({ user: made, initialPassword })
}

/** A new initial password for one whose present one is initial or taken away. */
export async function reinvite(ports: Ports, operation: Operation, id: number): Promise<Outcome<Invited>> {
  const found = await administered(ports, operation, id)
  if (!found.ok) return found
  const user = found.value
  if (user.password && !user.isPasswordInitial) return refuse({ kind: 'user_active' })
  const initialPassword = newPassword(ports.random)
  const password = await hashPassword(await ports.keyring(), ports.random, initialPassword)
  const event = told(ports, operation, user, 'user.create')
  const isGiven = await ports.users.setPassword(user, password, true, ports.now(), event)
  if (!isGiven) return refuse({ kind: 'user_active' })
  return ok({ user: { ...user, password, isPasswordInitial: true }, initialPassword })
}

/** Takes the password away and ends every session; API keys stay until they are deleted. Not the last owner's. */
export async function removePassword(ports: Ports, operation: Operation, id: number): Promise<Outcome<null>> {
  const found = await administered(ports, operation, id)
  if (!found.ok) return found
  if (!found.value.password) return notFound('user')
  const event = told(ports, operation, found.value, 'user.remove')
  const guard = await ownerGuard(ports, operation)
  return written(await ports.users.removePassword(id, ports.now(), guard, event), 'user')
}

/** One whom the caller may change: oneself, or somebody whom they administer. */
export async function changeable(ports: Ports, operation: Operation, id: number): Promise<Outcome<User>> {
  const isSelf = operation.actor.kind === 'user' && operation.actor.publicId === String(id)
  return isSelf ? get(ports, operation, id) : administered(ports, operation, id)
}

export async function change(
  ports: Ports,
  operation: Operation,
  id: number,
  change: UserChange,
): Promise<Outcome<null>> {
  const found = await changeable(ports, operation, id)
  if (!found.ok) return found
  await ports.users.update(id, change, ports.now(), told(ports, operation, found.value, 'user.update'))
  return ok(null)
}

/** Who is in another organization too is nobody's alone to administer. */
async function administered(ports: Ports, operation: Operation, id: number): Promise<Outcome<User>> {
  const refusal = denied(operation, 'access.write')
  if (refusal) return refusal
  const found = await get(ports, operation, id)
  if (!found.ok) return found
  const principals = await ports.users.principalsOf(id)
  const isOnlyOurs = principals.every((one) => one.organization === operation.actor.organization)
  return isOnlyOurs ? found : refuse({ kind: 'permission_missing' })
}

function told(
  ports: Ports,
  operation: Operation,
  { id, email }: User,
  type: 'user.create' | 'user.update' | 'user.remove',
) {
  const subject = { kind: 'user', id: String(id), name: email }
  return { at: ports.now(), type, isSuccess: true, cause: causeOf(operation), subject, detail: {} }
}

/** A key is of one organization; somebody who signed in is in all of theirs. */
async function organizationsOf(ports: Ports, actor: Operation['actor']): Promise<readonly number[]> {
  if (actor.by.kind !== 'session') return [actor.organization]
  const principals = await ports.users.principalsOf(Number(actor.publicId))
  return principals.map(({ organization }) => organization)
}

import type { PageAfter } from '../../kernel/fairness/list-slices.ts'
import { type Faults, notFound, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import { fold } from '../../kernel/text.ts'
import type { Ports } from '../../ports.ts'
import { causeOf, memberCase, type Operation, operatorCase, operatorCaseBy } from '../cases/operator-case.ts'
import { operatorEvent } from '../cases/operator-event.ts'
import { ownerGuard } from '../last-owner.ts'
import type { Permission } from '../permission.ts'
import { type GrantInput, resolveGrants } from '../principals/grants.ts'
import { type GrantFault, refused, type WriteFault, written } from '../principals/written.ts'
import { hashPassword, newPassword } from './password.ts'
import type { StoredPassword, User, UserChange } from './port.ts'
import { admittedPrincipals, type Membership, memberships } from './profile.ts'

/** The most users that an organization may have. */
const MAX_USERS = 2_000

export type Invited = {
  readonly user: User
  /** Shown once; good for nothing but for choosing another. */
  readonly initialPassword: string
}

export const listUsers = memberCase(
  async (ports, operation, page: PageAfter<number>): Promise<Outcome<readonly User[]>> =>
    ok(await ports.users.list(await organizationsOf(ports, operation), page)),
)

export const countUsers = memberCase(
  async (ports, operation): Promise<Outcome<number>> =>
    ok(await ports.users.count(await organizationsOf(ports, operation))),
)

/** One who shares no organization with the caller is not there. */
export const getUser = memberCase(async (ports, operation, id: number): Promise<Outcome<User>> => {
  const [user, theirs, ours] = await Promise.all([
    ports.users.find(id),
    ports.users.principalsOf(id),
    organizationsOf(ports, operation),
  ])
  const isShared = theirs.some(({ organization }) => ours.includes(organization))
  return user && isShared ? ok(user) : notFound('user')
})

/** The organizations of one, among those of the caller. */
export const listMembershipsOfUser = memberCase(
  async (ports, operation, id: number): Promise<Outcome<readonly Membership[]>> => {
    const found = await getUser(ports, operation, id)
    if (!found.ok) return found
    const [ours, theirs] = await Promise.all([
      organizationsOf(ports, operation),
      ports.users.principalsOf(id),
    ])
    return ok(
      await memberships(
        ports,
        theirs.filter(({ organization }) => ours.includes(organization)),
      ),
    )
  },
)

/** Of two who make users of one address at once, the second takes the first one's salt. */
const MAX_TRIES = 3

/**
 * A new user of the caller's organization, and of no other. There is no mail: the caller passes the initial password on.
 * The address is not proven. Another organization may therefore have, or make, a user of it; neither learns of the
 * other's.
 */
export const inviteUser = operatorCase(
  'access.write',
  async (
    ports,
    operation,
    input: Pick<User, 'email' | 'fullName' | 'timeZone'>,
    roles: readonly GrantInput[] = [],
  ): Promise<Outcome<Invited, GrantFault>> => {
    const { organization } = operation.actor
    const grants = await resolveGrants(ports, organization, roles, [])
    if (!grants.ok) return grants
    const initialPassword = newPassword(ports.random)
    const event = operatorEvent(
      'user.create',
      operation,
      { kind: 'user', id: '', name: input.email },
      ports.now(),
    )
    const { actor } = causeOf(operation)
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const password = await passwordFor(ports, operation, input.email, initialPassword)
      if (!password.ok) return password
      const user = { ...input, password: password.value }
      const made = await ports.users.create(
        user,
        organization,
        grants.value,
        MAX_USERS,
        actor,
        ports.now(),
        event,
      )
      if (made === 'salt') continue
      return typeof made === 'string' ? refused(made, 'user') : ok({ user: made, initialPassword })
    }
    return refuse({ kind: 'busy', retryAfterSeconds: 1 })
  },
)

/** A new initial password for one whose present one is initial or taken away. */
export const reinviteUser = operatorCase(
  'access.write',
  async (ports, operation, id: number): Promise<Outcome<Invited, Faults<'user_active'>>> => {
    const found = await administered(ports, operation, id)
    if (!found.ok) return found
    const user = found.value
    if (user.password && !user.isPasswordInitial) return refuse({ kind: 'user_active' })
    const initialPassword = newPassword(ports.random)
    const password = await passwordFor(ports, operation, user.email, initialPassword)
    if (!password.ok) return password
    const event = userEvent(ports, operation, user, 'user.create')
    const isGiven = await ports.users.setPassword(user, password.value, true, ports.now(), event)
    if (!isGiven) return refuse({ kind: 'user_active' })
    ports.passwords.endTries(fold(user.email))
    return ok({ user: { ...user, password: password.value, isPasswordInitial: true }, initialPassword })
  },
)

/**
 * A new initial password, whatever the present one is: it is good no more, and every session ends.
 * @param uuid of the principal
 */
export const resetPassword = operatorCase(
  'access.write',
  async (ports, operation, uuid: string): Promise<Outcome<Invited>> => {
    const principal = await ports.principals.find(operation.actor.organization, uuid)
    if (principal?.kind !== 'user' || principal.user === null) return notFound('user')
    const found = await administered(ports, operation, principal.user)
    if (!found.ok) return found
    const user = found.value
    const initialPassword = newPassword(ports.random)
    const password = await passwordFor(ports, operation, user.email, initialPassword)
    if (!password.ok) return password
    const event = userEvent(ports, operation, user, 'user.reset_password')
    const isGiven = await ports.users.setPassword(user, password.value, true, ports.now(), event)
    if (!isGiven) return refuse({ kind: 'busy', retryAfterSeconds: 1 })
    ports.passwords.endTries(fold(user.email))
    return ok({ user: { ...user, password: password.value, isPasswordInitial: true }, initialPassword })
  },
)

async function passwordFor(
  ports: Ports,
  { actor }: Operation,
  email: string,
  password: string,
): Promise<Outcome<StoredPassword>> {
  const salt = await ports.users.saltOf(fold(email))
  return hashPassword(ports, `organization ${actor.organization}`, password, salt)
}

/**
 * Takes the password away and ends every session; API keys stay until they are deleted. Who never had one of their own is
 * gone. Not the last owner's.
 */
export const removePassword = operatorCase(
  'access.write',
  async (ports, operation, id: number): Promise<Outcome<null, WriteFault>> => {
    const found = await administered(ports, operation, id)
    if (!found.ok) return (await wentWithPrincipal(ports, operation, id)) ? ok(null) : found
    if (!found.value.password) return notFound('user')
    const event = userEvent(ports, operation, found.value, 'user.remove')
    const guard = await ownerGuard(ports, operation)
    const isNew = found.value.isPasswordInitial && found.value.signInCount === 0
    const failure = isNew
      ? await ports.users.removeInitial(id, guard, event)
      : await ports.users.removePassword(id, ports.now(), guard, event)
    return written(failure, 'user')
  },
)

/** The most users that an organization makes and deletes within the time for which events are kept. */
const MAX_USERS_TOLD = 10_000

/**
 * Whether the organization made that user, who is gone together with the principal: then there is no password to take. One
 * who is gone because the password was taken away is not there.
 */
async function wentWithPrincipal(ports: Ports, operation: Operation, id: number): Promise<boolean> {
  if ((await ports.users.find(id)) !== null) return false
  const { organization } = operation.actor
  const query = { organization, types: ['user.create', 'user.remove'] as const }
  const events = await ports.events.list(query, { after: null, limit: MAX_USERS_TOLD })
  const last = events.find(({ subject }) => subject.kind === 'user' && subject.id === String(id))
  return last?.type === 'user.create'
}

/** A user whom the caller may change: the caller, or a user whom the caller administers. */
export const getChangeableUser = operatorCaseBy(
  unlessSelf,
  async (ports, operation, id: number): Promise<Outcome<User>> =>
    isSelf(operation, id) ? getUser(ports, operation, id) : administered(ports, operation, id),
)

export const changeUser = operatorCaseBy(
  unlessSelf,
  async (ports, operation, id: number, change: UserChange): Promise<Outcome<null>> => {
    const found = await getChangeableUser(ports, operation, id)
    if (!found.ok) return found
    await ports.users.update(id, change, ports.now(), userEvent(ports, operation, found.value, 'user.update'))
    return ok(null)
  },
)

/** Users change themselves without a permission. */
function unlessSelf(operation: Operation, id: number): Permission | null {
  return isSelf(operation, id) ? null : 'access.write'
}

function isSelf({ actor }: Operation, id: number): boolean {
  return actor.kind === 'user' && actor.publicId === String(id)
}

/** A user of two organizations is administered by neither alone. */
async function administered(ports: Ports, operation: Operation, id: number): Promise<Outcome<User>> {
  const found = await getUser(ports, operation, id)
  if (!found.ok) return found
  const principals = await ports.users.principalsOf(id)
  const isOnlyOurs = principals.every((one) => one.organization === operation.actor.organization)
  return isOnlyOurs ? found : refuse({ kind: 'permission_missing' })
}

function userEvent(
  ports: Ports,
  operation: Operation,
  { id, email }: User,
  type: 'user.create' | 'user.update' | 'user.remove' | 'user.reset_password',
) {
  const subject = { kind: 'user', id: String(id), name: email }
  return { at: ports.now(), type, isSuccess: true, cause: causeOf(operation), subject, detail: {} }
}

/** A key is of one organization; a signed-in user is in each of theirs that lets them in from where they ask. */
async function organizationsOf(ports: Ports, { actor, request }: Operation): Promise<readonly number[]> {
  if (actor.by.kind !== 'session') return [actor.organization]
  const principals = await admittedPrincipals(ports, Number(actor.publicId), request)
  return principals.map(({ organization }) => organization)
}

/** A user's sessions, as that user sees them. */
import { notFound, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import { memberCase, type Operation } from '../cases/operator-case.ts'
import { userEvent } from '../users/event.ts'
import type { StoredSession } from './port.ts'

/** Of the hash of its token; it opens nothing. */
const ID_CHARACTERS = 32

export type OwnSession = Pick<StoredSession, 'sort' | 'createdAt' | 'endsAt' | 'expiresAt'> & {
  readonly id: string
  /** The one by which the caller asks. */
  readonly isCurrent: boolean
}

/** Those that have not ended, of every dialect; the newest first. */
export const listOwnSessions = memberCase(
  async (ports, operation): Promise<Outcome<readonly OwnSession[]>> => {
    const user = userOf(operation)
    if (user === null) return refuse({ kind: 'permission_missing' })
    const { by } = operation.actor
    const all = await ports.sessions.listOf(user, ports.now())
    return ok(
      all.map(({ tokenHash, sort, createdAt, endsAt, expiresAt }) => ({
        id: idOf(tokenHash),
        ...{ sort, createdAt, endsAt, expiresAt },
        isCurrent: by.kind === 'session' && by.id === tokenHash,
      })),
    )
  },
)

/** Ends one of the caller's own. */
export const closeOwnSession = memberCase(async (ports, operation, id: string): Promise<Outcome<null>> => {
  const user = userOf(operation)
  if (user === null) return refuse({ kind: 'permission_missing' })
  const all = await ports.sessions.listOf(user, ports.now())
  const found = all.find(({ tokenHash }) => idOf(tokenHash) === id)
  if (!found) return notFound('session')
  const { actor, request } = operation
  const event = userEvent('user.sign_out', { id: user, email: actor.name }, ports.now(), request)
  const isClosed = await ports.sessions.close(found.tokenHash, user, event)
  return isClosed ? ok(null) : notFound('session')
})

function idOf(tokenHash: string): string {
  return tokenHash.slice(0, ID_CHARACTERS)
}

function userOf({ actor }: Operation): number | null {
  return actor.kind === 'user' ? Number(actor.publicId) : null
}

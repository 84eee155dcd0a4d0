import type { Cause } from '../../kernel/cause.ts'
import { type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import { openCase } from '../cases/open-case.ts'
import { actInChild } from '../organizations/enter.ts'
import { userEvent } from '../users/event.ts'
import type { User } from '../users/port.ts'
import type { SessionPolicy } from './policy.ts'
import { mintSessionToken, sessionTokenHash } from './token.ts'

/** Of a user, of one sort: who signs in more often ends the one that was not used for longest. */
export const MAX_SESSIONS = 100

/**
 * A session for a user whose password was right.
 * @param organization the only one that it is good for, if the user is in it or in its parent; null: each of theirs
 * @returns its token, shown once
 */
export const openSession = openCase(
  async (
    ports,
    policy: SessionPolicy,
    user: Pick<User, 'id' | 'email' | 'password'>,
    organization: number | null,
    request: Cause['request'],
  ): Promise<Outcome<Uint8Array>> => {
    if (!user.password) return refuse({ kind: 'credential_invalid' })
    const principals = (await ports.users.principalsOf(user.id)).filter(({ isEnabled }) => isEnabled)
    const isMember = principals.some((one) => organization === null || one.organization === organization)
    if (!isMember) {
      if (organization === null) return refuse({ kind: 'credential_invalid' })
      const by = { kind: 'session', id: '' } as const
      const actor = await actInChild(ports, principals, organization, by, request.address)
      if (!actor.ok) return actor
    }
    const ring = await ports.keyring()
    const token = await mintSessionToken(ring, ports.random, policy.sort, policy.tokenBytes)
    const tokenHash = (await sessionTokenHash(ring, policy.sort, token)) ?? ''
    const now = ports.now()
    const expiresAt = now + policy.lifetimeSeconds * 1_000
    const idleMilliseconds = policy.idleSeconds === null ? null : policy.idleSeconds * 1_000
    const isOpen = await ports.sessions.open(
      {
        tokenHash,
        ringVersion: ring.current,
        sort: policy.sort,
        user: user.id,
        organization,
        createdAt: now,
        endsAt: Math.min(expiresAt, now + (idleMilliseconds ?? Number.POSITIVE_INFINITY)),
        expiresAt,
        idleMilliseconds,
      },
      user.password.hash,
      MAX_SESSIONS,
      policy.isSignIn ? { from: request.address } : null,
      userEvent('user.sign_in', user, now, request),
    )
    return isOpen ? ok(token) : refuse({ kind: 'credential_invalid' })
  },
)

import type { KnownPrincipal } from '../port.ts'
import type { UserEvent } from '../users/port.ts'

export type StoredSession = {
  /** Keyed hash of its token, hexadecimal. */
  readonly tokenHash: string
  /** Of the ring's keys, which its token hangs on. */
  readonly ringVersion: number
  /** Its purpose: `<dialect>:<sort>`. */
  readonly sort: string
  readonly user: number
  /** null: whichever of the user's organizations is asked for. */
  readonly organization: number | null
  readonly createdAt: number
  /** When it ends unless it is used again. */
  readonly endsAt: number
  /** When it ends whatever happens. */
  readonly expiresAt: number
  readonly idleMilliseconds: number | null
}

export type SessionStore = {
  /**
   * Records the user's sign-in, too, when opening it is one. false when the password has changed.
   * @param password the hash of the one that was shown
   * @param atMost of that sort and user; of more, those go that would end first
   */
  open(
    session: StoredSession,
    password: string,
    atMost: number,
    signIn: { readonly from: string | null } | null,
    event: UserEvent,
  ): Promise<boolean>
  /** Asked of the primary, in one read: with all principals of its user, by the number of their organization. */
  find(tokenHash: string): Promise<{
    readonly session: StoredSession
    readonly email: string
    readonly principals: readonly KnownPrincipal[]
  } | null>
  /** Takes it away; of two at once, one gets it. */
  take(tokenHash: string, sort: string, now: number): Promise<StoredSession | null>
  slide(tokenHash: string, endsAt: number): Promise<void>
  /** Of a user, those that have not ended; the newest first. */
  listOf(user: number, now: number): Promise<readonly StoredSession[]>
  /** Whether it was there. */
  close(tokenHash: string, user: number, event: UserEvent): Promise<boolean>
  /** Deletes those that ended before; returns how many. */
  purge(before: number, atMost: number): Promise<number>
}

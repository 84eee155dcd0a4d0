import type { Ability } from '../../access/roles/ability.ts'
import type { Role } from '../../access/roles/port.ts'
import type { AuditEvent } from '../../events/event.ts'
import type { Cause } from '../../kernel/cause.ts'
import type { SizedPage } from '../../kernel/fairness/list-slices.ts'
import type { Outcome } from '../../kernel/outcome.ts'
import type { Repeatable } from '../../kernel/repeatable.ts'
import type { DeviceDelivery, DeviceVerdict } from '../delivery.ts'

/** An access key, and the secret with which its device signs. */
export type KeyPair = {
  /** 40 characters; the pair's name. */
  readonly accessKey: string
  readonly organization: number
  /** The key of its role. */
  readonly role: string
  readonly isEnabled: boolean
  /** Unix milliseconds, as every `…At`; at and after it the pair is expired. null: never. */
  readonly expiresAt: number | null
  readonly sealedSecret: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly version: number
}

export type NewKeyPair = Pick<
  KeyPair,
  'accessKey' | 'organization' | 'isEnabled' | 'expiresAt' | 'sealedSecret'
> & { readonly role: Role }

export type KeyPairChange = {
  readonly isEnabled?: boolean
  readonly expiresAt?: number | null
  readonly role?: Role
}

/**
 * What decides on one key pair: it holds whether the pair is on and what its role allows, and takes what its device
 * writes. A change that it acknowledged holds for whatever comes after.
 */
export type Inbox = {
  create(pair: NewKeyPair, cause: Cause): Promise<Outcome<KeyPair>>
  get(organization: number): Promise<Outcome<KeyPair>>
  change(organization: number, change: KeyPairChange, cause: Cause): Promise<Outcome<KeyPair>>
  remove(organization: number, cause: Cause): Promise<Outcome<null>>
  /** Takes over what its role allows now, unless it has a newer version of it or another role by now. */
  grant(role: Role): Promise<Outcome<null>>
  /** What never changes while the pair lives; null: there is no such pair. */
  credential(): Promise<Outcome<Pick<KeyPair, 'organization' | 'sealedSecret'> | null>>
  /** Whether the pair may do that now; null: whether it is on at all. */
  admit(ability: Ability | null): Promise<Outcome<DeviceVerdict>>
  /** Its device may answer this instruction, which is about that thing. */
  expect(organization: number, instruction: string, thing: string): Promise<Outcome<null>>
  /** Its device may not write about that thing any more, unless it registers it, or D1 has it again. */
  forget(organization: number, thing: string): Promise<Outcome<null>>
  /** Takes what a device wrote, durably, or says why not. */
  append(delivery: DeviceDelivery): Promise<Outcome<DeviceVerdict>>

  /** The same secret, resealed; nothing happens when the stored one has changed. */
  reseal(from: string, to: string): Promise<Outcome<null>>
  /** Deletes a pair of any organization, since that version of the ring is dropped; returns whether it existed. */
  end(cause: Cause, ringVersion: number): Promise<Outcome<boolean>>
  /** For a state that comes from a backup: disables the pair, and skips numbers given out since; whether it was enabled. */
  fence(cause: Cause): Promise<Outcome<boolean>>
  /** Delivers the pair to D1 again. */
  rebuild(): Promise<Outcome<null>>
}

/** Which of its calls may be made twice. */
export const REPEATABLE: Repeatable<Inbox> = {
  create: false,
  get: true,
  change: false,
  remove: false,
  grant: true,
  forget: true,
  credential: true,
  admit: true,
  expect: false,
  append: false,
  reseal: true,
  end: false,
  fence: false,
  rebuild: true,
}

export type Inboxes = {
  /** Of an access key that is genuine; opening touches nothing. */
  open(accessKey: string): Inbox
}

/** A key pair as lists show it. */
export type ListedKeyPair = KeyPair & { readonly roleName: string }

export type KeyPairOrder =
  | 'accessKey'
  | 'isEnabled'
  | 'expiresAt'
  | 'createdAt'
  | 'updatedAt'
  | 'role'
  | 'roleName'

export type KeyPairQuery = {
  readonly organization: number
  readonly accessKeys?: readonly string[] | undefined
  /** Lower-case parts of the access key; all of them or any. */
  readonly search?: { readonly words: readonly string[]; readonly scope: 'all' | 'any' } | undefined
  readonly orderBy?: KeyPairOrder | undefined
  readonly isDescending?: boolean | undefined
}

/** D1's view of the key pairs: true right after a management call. */
export type KeyPairList = {
  list(
    query: KeyPairQuery,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<SizedPage<ListedKeyPair>>
  /** Records that secrets were shown. */
  recordReading(event: AuditEvent): Promise<void>
  /** The access keys of the pairs that have a role. */
  ofRole(organization: number, role: string): Promise<readonly string[]>
  /** The access keys of all pairs. */
  ofOrganization(organization: number): Promise<readonly string[]>
}

/** A user, out (docs/dialects/illumio.md#users). Pure. */
import * as z from 'zod'
import type { Invited } from '../../../core/access/users/manage.ts'
import type { User } from '../../../core/access/users/port.ts'
import { formatTime } from '../../../http/time.ts'

export const UserReply = z.object({
  href: z.string(),
  id: z.int(),
  type: z.literal('local'),
  username: z.string(),
  full_name: z.string(),
  time_zone: z.string(),
  locked: z.boolean(),
  login_count: z.int(),
  last_login_on: z.iso.datetime().nullable(),
  last_login_ip_address: z.string().nullable(),
  local_profile: z.object({ pending_invitation: z.boolean() }).nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
})
export const InvitedReply = UserReply.extend({
  local_profile: z.object({
    pending_invitation: z.literal(true),
    initial_password: z.string().meta({
      description:
        'Shown once. There is no mail: pass it on. It is good for choosing another, and for nothing else',
    }),
  }),
})

export function formatUser(user: User, now: number): z.output<typeof UserReply> {
  return {
    href: `/users/${user.id}`,
    id: user.id,
    type: 'local',
    username: user.email,
    full_name: user.fullName,
    time_zone: user.timeZone,
    locked: user.lockedUntil !== null && user.lockedUntil > now,
    login_count: user.signInCount,
    last_login_on: user.signedInAt === null ? null : formatTime(user.signedInAt),
    last_login_ip_address: user.signedInFrom,
    local_profile: user.password && { pending_invitation: user.isPasswordInitial },
    created_at: formatTime(user.createdAt),
    updated_at: formatTime(user.updatedAt),
  }
}

export function formatInvited(
  { user, initialPassword }: Invited,
  now: number,
): z.output<typeof InvitedReply> {
  const local_profile = { pending_invitation: true, initial_password: initialPassword } as const
  return { ...formatUser(user, now), local_profile }
}

import type { EventType } from '../../events/event.ts'
import type { Cause } from '../../kernel/cause.ts'
import type { User, UserEvent } from './port.ts'

/** What a user did about themselves: recorded in each of their organizations. */
export function userEvent(
  type: EventType,
  user: Pick<User, 'id' | 'email'>,
  at: number,
  request: Cause['request'],
): UserEvent {
  const id = String(user.id)
  return {
    at,
    type,
    isSuccess: true,
    // The number of the principal is filled in: it is another in each organization.
    cause: {
      actor: { kind: 'principal', id: 0, name: user.email, apiKey: null, as: { kind: 'user', id } },
      request,
    },
    subject: { kind: 'user', id, name: user.email },
    detail: {},
  }
}

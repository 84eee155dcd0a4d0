/** What an event says, as a sentence. Pure. */
import type { AuditEvent } from '../../core/events/event.ts'
import { count, number } from '../components/figure/number.ts'
import type { FeedSort } from '../components/list/feed.tsx'

/** The past of the verbs in types of events; others are said as they are. */
const PAST: Readonly<Record<string, string>> = {
  create: 'created',
  update: 'changed',
  delete: 'deleted',
  remove: 'removed',
  revoke: 'revoked',
  revoke_all: 'revoked all keys of',
  revoke_certificates: 'revoked the certificates of',
  head: 'signed the counts of',
  release: 'released',
  renew: 'renewed the certificate of',
  allow_rebinding: 'allowed one re-enrollment of',
  rebind: 'enrolled again with another public key:',
  fence: 'fenced',
  expire: 'removed expired',
  sign_in: 'signed in',
  sign_out: 'signed out',
  change_password: 'changed the password of',
  reset_password: 'gave a new initial password to',
  read: 'read the secret of',
  rewrap: 'rewrapped',
  add_version: 'added a version to',
  drop_version: 'dropped a version of',
}

const NOUNS: Readonly<Record<string, string>> = {
  api_key: 'API key',
  api_client: 'API client',
  access_restriction: 'access restriction',
  key_pair: 'key pair',
  permission: 'role of',
}

export type Said = { readonly sort: FeedSort; readonly text: string }

/** `agent.enroll` → "web-14 enrolled, use 8" */
export function sentenceOf(event: AuditEvent): Said {
  const { type, isSuccess, subject, detail } = event
  const name = subject.name || subject.id
  const reason = typeof detail.reason === 'string' ? detail.reason.replaceAll('_', ' ') : ''
  switch (type) {
    case 'agent.enroll':
      if (!isSuccess) return refused(reason)
      return {
        sort: 'enrolled',
        text: `${name} enrolled${typeof detail.use === 'number' ? `, use ${number(detail.use)}` : ''}`,
      }
    case 'agent.rebind':
      return { sort: 'repeated', text: `${name} enrolled again with another public key` }
    case 'agent.leave':
      return { sort: 'operator', text: `${name} left` }
    case 'agent.refresh_reused':
      return { sort: 'refused', text: `An old refresh token of ${name} was presented; its tokens ended` }
    case 'key.paused':
      return { sort: 'attention', text: `Key paused${reason ? `: ${reason}` : ''}` }
    case 'key.resumed':
      return { sort: 'operator', text: 'Key resumed' }
    case 'key.decoy_touched':
      return { sort: 'attention', text: `Decoy “${name}” was tried` }
    case 'use.held':
      return { sort: 'repeated', text: 'Held 1 use' }
    case 'use.confirmed':
      return { sort: 'enrolled', text: 'A held use became an agent' }
    case 'use.returned':
      return { sort: 'repeated', text: `${usesOf(detail.count)} came back${reason ? `: ${reason}` : ''}` }
    case 'approval.requested':
      return { sort: 'attention', text: 'A machine waits for approval' }
    case 'approval.granted':
      return { sort: 'operator', text: `${actorOf(event)} approved a machine` }
    case 'approval.denied':
      return { sort: 'operator', text: `${actorOf(event)} denied a machine` }
    case 'slots.added':
      return { sort: 'operator', text: `${actorOf(event)} added ${slotsOf(detail.added)} to “${name}”` }
    case 'slot.removed':
    case 'slot.refilled':
      return {
        sort: 'operator',
        text: `${actorOf(event)} ${PAST[type.slice(5)] ?? 'refilled'} a slot of “${name}”`,
      }
    case 'request.deny':
      return { sort: 'refused', text: `Refused ${actorOf(event)}${reason ? `: ${reason}` : ''}` }
    case 'user.refuse':
    case 'api_key.refuse':
      return { sort: 'refused', text: `Refused the credential of ${name}${reason ? `: ${reason}` : ''}` }
    case 'user.lock':
      return { sort: 'attention', text: `${name} is locked after wrong passwords` }
    case 'user.sign_in':
    case 'user.sign_out':
      return { sort: 'operator', text: `${name} ${PAST[type.slice(5)]}` }
    default:
      return isSuccess ? { sort: 'operator', text: generic(event, name) } : refused(reason || type)
  }
}

function refused(reason: string): Said {
  return { sort: 'refused', text: `Refused${reason ? `: ${reason}` : ''}` }
}

function generic(event: AuditEvent, name: string): string {
  const [noun = '', verb = ''] = event.type.split('.')
  const words = NOUNS[noun] ?? noun.replaceAll('_', ' ')
  return `${actorOf(event)} ${PAST[verb] ?? verb.replaceAll('_', ' ')} the ${words} “${name}”`
}

/** Who did it: a name where there is one. */
export function actorOf({ cause: { actor }, subject }: AuditEvent): string {
  if (actor.kind === 'principal') return actor.name
  return actor.kind === 'agent' ? subject.name || 'The agent' : 'Latchkey'
}

function slotsOf(value: unknown): string {
  return typeof value === 'number' ? count(value, 'slot') : 'slots'
}

function usesOf(value: unknown): string {
  return typeof value === 'number' ? count(value, 'use') : '1 use'
}

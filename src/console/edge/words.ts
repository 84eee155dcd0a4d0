/** Each fault in words for people. Pure. */
import type { Noun } from '../../core/kernel/outcome.ts'
import type { ConsoleFault } from './fault.ts'

export type Words = {
  readonly status: number
  readonly code: string
  readonly title: string
  /** What is so, whether anything was changed, and what to do. */
  readonly text: string
  readonly way?: { readonly href: string; readonly label: string }
}

const NOTHING = 'Nothing was changed.'

const NOUNS: Readonly<Partial<Record<Noun, string>>> = {
  route: 'page',
  api_key: 'API key',
  principal: 'person or program',
  ring_version: 'version of the keyring',
  key_pair: 'key pair',
  thing: 'device',
}

function nounOf(noun: Noun): string {
  return NOUNS[noun] ?? noun.replaceAll('_', ' ')
}

export function wordsOf(fault: ConsoleFault): Words {
  const code = fault.kind
  switch (fault.kind) {
    case 'credential_missing':
    case 'credential_invalid':
      return {
        ...{ status: 401, code, title: 'You are signed out' },
        text: `${NOTHING} Sign in to go on.`,
        way: { href: '/console/sign-in', label: 'Sign in' },
      }
    case 'permission_missing':
      return {
        ...{ status: 403, code, title: 'Your roles do not permit this' },
        text: `${NOTHING} An owner of the organization can give you a role that does.`,
      }
    case 'organization_foreign':
      return {
        ...{ status: 403, code, title: 'That is another organization' },
        text: `${NOTHING} You are signed in to one that it does not belong to.`,
      }
    case 'request_cross_site':
      return {
        ...{ status: 403, code, title: 'The console did not send this form' },
        text: `${NOTHING} Open the page of the console and do it there.`,
      }
    case 'host_foreign':
      return {
        ...{ status: 421, code, title: 'The console is at another address' },
        text: 'It answers at LATCHKEY_PUBLIC_URL only. Open that address, or set the variable to the one you use.',
      }
    case 'not_found':
      return {
        ...{ status: 404, code, title: `There is no such ${nounOf(fault.noun)} here` },
        text: 'It may be gone, or it belongs to an organization that you are not signed in to.',
      }
    case 'method_unknown':
      return {
        ...{ status: 405, code, title: 'This page takes no such request' },
        text: `${NOTHING} It knows ${fault.allowed.join(', ')}.`,
      }
    case 'host_invalid':
      return { status: 400, code, title: 'The Host header is not valid', text: NOTHING }
    case 'fields_too_many':
      return {
        ...{ status: 400, code, title: 'Too many fields' },
        text: `${NOTHING} A ${fault.source} has at most ${fault.limit}.`,
      }
    case 'body_missing':
      return { status: 400, code, title: 'The form is empty', text: NOTHING }
    case 'body_too_large':
      return {
        ...{ status: 413, code, title: 'The form is too large' },
        text: `${NOTHING} It may have ${fault.limitBytes} bytes.`,
      }
    case 'body_unreadable':
      return {
        ...{ status: 400, code, title: 'The form cannot be read' },
        text: `${NOTHING} The body cannot be read: ${fault.reason}.`,
      }
    case 'input_invalid': {
      const [problem] = fault.problems
      const what = problem ? ` ${problem.path.join('.')}: ${problem.message}.` : ''
      return { status: 422, code, title: 'Something is not valid', text: `${NOTHING}${what}` }
    }
    case 'reference_unknown':
      return {
        ...{ status: 422, code, title: 'Something that was named does not exist' },
        text: `${NOTHING} “${fault.reference}” is unknown.`,
      }
    case 'limit_reached':
      return {
        ...{ status: 409, code, title: `No further ${nounOf(fault.what)} can be made` },
        text: `${NOTHING} There are as many as there may be.`,
      }
    case 'name_taken':
      return { status: 409, code, title: 'The name is taken', text: `${NOTHING} Choose another.` }
    case 'label_key_repeated':
      return {
        ...{ status: 422, code, title: 'A scope has one label of each key' },
        text: `${NOTHING} Of ${fault.key} there are more.`,
      }
    case 'external_reference_taken':
      return {
        ...{ status: 409, code, title: 'The external reference is taken' },
        text: `${NOTHING} Another profile has it.`,
      }
    case 'profile_is_default':
      return { status: 409, code, title: 'The default profile stays', text: NOTHING }
    case 'in_use':
      return {
        ...{ status: 409, code, title: `Something else needs this ${nounOf(fault.noun)}` },
        text: NOTHING,
      }
    case 'key_revoked':
      return {
        ...{ status: 409, code, title: 'The key is revoked, and that is final' },
        text: `${NOTHING} Create another key.`,
        way: { href: '/console/keys/new', label: 'Create key' },
      }
    case 'last_owner':
      return {
        ...{ status: 409, code, title: 'An organization keeps an owner who can sign in' },
        text: `${NOTHING} Make another person an owner before.`,
      }
    case 'user_active':
      return {
        ...{ status: 409, code, title: 'This person has signed in already' },
        text: NOTHING,
      }
    case 'permission_duplicate':
      return { status: 409, code, title: 'They have this role already', text: NOTHING }
    case 'password_weak':
      return {
        ...{ status: 422, code, title: 'The password is too weak' },
        text: `${NOTHING} A password ${fault.reason}.`,
      }
    case 'ring_version_in_use':
      return {
        ...{ status: 409, code, title: 'This version of the keyring is in use' },
        text: `${NOTHING} Something is made with it.`,
      }
    case 'master_key_missing':
      return {
        ...{ status: 409, code, title: 'There is no next master key' },
        text: `${NOTHING} LATCHKEY_MASTER_KEY_NEXT is not set.`,
      }
    case 'already_decided':
      return {
        ...{ status: 409, code, title: 'It is decided already' },
        text: `${NOTHING} ${fault.by} decided otherwise.`,
        way: { href: '/console/waiting', label: 'See what waits' },
      }
    case 'session_needed':
      return { status: 403, code, title: 'Only a person may do this', text: NOTHING }
    case 'rate_limited':
      return {
        ...{ status: 429, code, title: 'Too many attempts' },
        text: `${NOTHING} Try again in ${fault.retryAfterSeconds} seconds.`,
      }
    case 'busy':
      return {
        ...{ status: 503, code, title: 'Not possible at this moment' },
        text: `${NOTHING} Try again in ${fault.retryAfterSeconds} seconds.`,
      }
  }
}

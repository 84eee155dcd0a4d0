import type { EnrollmentKey } from '../../core/enrollment/ledger/key.ts'
import type { Profile } from '../../core/enrollment/ledger/profile.ts'
import { formatKeyId } from '../../http/words/wire.ts'
import type { Visit } from '../edge/visit.ts'

const MAX_PROFILES_NAMED = 200

/** "Native", or in capitals where the name is an abbreviation. */
export function dialectName(dialect: string): string {
  return dialect.length <= 3 ? dialect.toUpperCase() : dialect.charAt(0).toUpperCase() + dialect.slice(1)
}

/** For names and choices, by name; empty where the visitor may see none. */
export async function listProfilesOf({ core, operation }: Visit): Promise<readonly Profile[]> {
  const order = { by: 'name', isDescending: false } as const
  const page = { after: null, limit: MAX_PROFILES_NAMED, isCounted: false }
  const found = await core.profiles.browseProfiles(operation, { order }, page)
  return found.ok ? found.value.read(0, found.value.bytes.length) : []
}

export function nameOfKey(key: EnrollmentKey): string {
  return key.name || formatKeyId(key)
}

export function pathOfKey(key: { readonly ledger: number; readonly n: number }, rest = ''): string {
  return `/console/keys/${formatKeyId(key)}${rest}`
}

/** "key spent": the API's word for a reason, for people. */
export function reasonWords(reason: string): string {
  return reason.replaceAll('_', ' ')
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

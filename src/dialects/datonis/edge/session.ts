import type { Actor } from '../../../core/access/actor.ts'
import type { SessionPolicy } from '../../../core/access/sessions/policy.ts'
import type { Core } from '../../../core/core.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import { fromBase64Url } from '../../../core/kernel/encoding.ts'
import { type Outcome, refuse } from '../../../core/kernel/outcome.ts'
import type { Raw } from '../../../http/route.ts'
import { bagOf } from './parameters.ts'
import { Flag } from './values.ts'

const MINUTE_SECONDS = 60
const DAY_SECONDS = 86_400

/** 30 minutes without use end a session (docs/dialects/datonis.md#sessions); how old one gets is not said. */
export const SESSIONS: SessionPolicy = {
  sort: 'datonis:session',
  idleSeconds: 30 * MINUTE_SECONDS,
  lifetimeSeconds: 30 * DAY_SECONDS,
  tokenBytes: 16,
  limit: { name: 'datonis', limit: 500, periodSeconds: 60 },
  isSignIn: true,
}

/** The user of `X-Auth-Token`; with `skip_token_update` the use does not put off the session's end. */
export async function identifySession(call: {
  readonly core: Core
  readonly raw: Raw
  readonly request: Cause['request']
}): Promise<Outcome<Actor>> {
  const { core, raw, request } = call
  const text = raw.headers.get('X-Auth-Token')?.trim()
  if (!text) return refuse({ kind: 'credential_missing' })
  const token = fromBase64Url(text)
  if (token?.length !== SESSIONS.tokenBytes) return refuse({ kind: 'credential_invalid' })
  return core.sessions.useSession(SESSIONS, token, request, {
    doesSlide: () => doesSlide(request.method, raw),
  })
}

/** Asked once the session is known: a stranger's parameters are not read. One who has it learns later what is wrong with them. */
async function doesSlide(method: string, raw: Raw): Promise<boolean> {
  const bag = await bagOf(method, {}, raw)
  return !(bag.ok && Flag.safeParse(bag.value.skip_token_update).data === true)
}

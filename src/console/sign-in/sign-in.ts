/** A session of the console: opened by a password or a code, with a new id each time, and good nowhere else. */
import * as z from 'zod'
import type { User } from '../../core/access/users/port.ts'
import { type Outcome, ok } from '../../core/kernel/outcome.ts'
import { route } from '../../http/route.ts'
import type { ConsoleFault } from '../edge/fault.ts'
import { checkForm, readFields, textOf } from '../edge/form.ts'
import { action, page } from '../edge/page.ts'
import { CONSOLE_SESSIONS, formatSessionCookie, parseSessionCookie } from '../edge/session.ts'
import { clearCookie, cookieOf, readCookie, setCookie } from '../edge/site.ts'
import type { Access, Done, Identity, View, Visit } from '../edge/visit.ts'
import { signInView } from './sign-in-page.tsx'

const Password = z.object({ email: z.string().max(255), password: z.string().max(1_024) })

const NO_MATCH = 'Email and password do not match, or the account is locked for some minutes.'
const NO_CODE = 'This code is not good: it was used, it is older than five minutes, or it is mistyped.'

const show = page({
  path: '/console/sign-in',
  access: 'anyone',
  id: 'console_sign_in_page',
  query: z.object({ to: z.string().max(2_048).catch('').default('') }),
  show: async ({ query, site }) => ok(signInView({ to: ownPath(query.to), host: site.host })),
})

const withPassword = action({
  path: '/console/sign-in',
  access: 'anyone',
  id: 'console_sign_in',
  act: async (visit, form): Promise<Outcome<Done | View, ConsoleFault>> => {
    const { core, site, request } = visit
    const to = ownPath(textOf(form, 'to'))
    const again = () =>
      ok(signInView({ email: textOf(form, 'email'), to, errors: { password: NO_MATCH }, host: site.host }))
    const input = checkForm(Password, form)
    if (!input.ok) return again()
    const user = await core.users.authenticateUser(input.value, request)
    const done = user.ok ? await enter(visit, user.value, to) : user
    return !done.ok && done.fault.kind === 'credential_invalid' ? again() : done
  },
})

const withCode = action({
  path: '/console/sign-in/code',
  access: 'anyone',
  id: 'console_sign_in_by_code',
  act: async (visit, form): Promise<Outcome<Done | View, ConsoleFault>> => {
    const { core, site, request } = visit
    const to = ownPath(textOf(form, 'to'))
    const user = await core.sessions.useSignInCode(CONSOLE_SESSIONS.sort, textOf(form, 'code'), request)
    const done = user.ok ? await enter(visit, user.value, to) : user
    if (done.ok || done.fault.kind !== 'credential_invalid') return done
    return ok(signInView({ to, errors: { code: NO_CODE }, host: site.host }))
  },
})

/**
 * A code for who shows the password: `npm start` prints it. It is worth no more than the password that it is made by, and
 * no session makes one, so that a session never lives on by a code.
 */
const makeCode = route<Access, Identity, ConsoleFault>({
  method: 'post',
  path: '/console/codes',
  access: 'anyone',
  operation: { id: 'console_code', summary: 'A one-time code for a sign-in' },
  replies: { 201: { description: 'The code', contentType: 'text/plain' } },
  handle: async ({ core, raw, request }) => {
    const form = await readFields(raw)
    if (!form.ok) return form
    const input = checkForm(Password, form.value)
    const { email, password } = input.ok ? input.value : { email: '', password: '' }
    const user = await core.users.authenticateUser({ email, password }, request)
    if (!user.ok) return user
    const code = await core.sessions.createSignInCode(CONSOLE_SESSIONS.sort, user.value, request)
    if (!code.ok) return code
    return ok({ status: 201, headers: { 'Content-Type': 'text/plain' }, text: code.value })
  },
})

const signOut = action({
  path: '/console/sign-out',
  access: 'member',
  id: 'console_sign_out',
  act: async ({ core, operation, site }) => {
    const closed = await core.sessions.closeSession(operation)
    if (!closed.ok) return closed
    return ok({ to: '/console/sign-in', cookie: clearCookie(cookieOf(site)) })
  },
})

async function enter(visit: Visit, user: User, to: string): Promise<Outcome<Done>> {
  const { core, site, request } = visit
  const token = await core.sessions.openSession(CONSOLE_SESSIONS, user, null, request)
  if (!token.ok) return token
  await endSession(visit)
  return ok({ to, cookie: setCookie(cookieOf(site), formatSessionCookie(token.value)) })
}

/** The session that the browser had: nothing of it goes on. */
async function endSession({ core, site, raw, request }: Visit): Promise<void> {
  const token = parseSessionCookie(readCookie(cookieOf(site), raw.headers.get('Cookie')))
  if (!token) return
  const actor = await core.sessions.useSession(CONSOLE_SESSIONS, token, request)
  if (actor.ok) await core.sessions.closeSession({ actor: actor.value, request })
}

/** Nowhere but into the console, whatever a link says. */
function ownPath(to: string): string {
  const isOwn = /^\/console([/?][\x21-\x7e]*)?$/.test(to) && !to.includes('\\')
  return isOwn && !to.startsWith('/console/sign-') ? to : '/console'
}

export const signInRoutes = [show, withPassword, withCode, makeCode, signOut]

import { ok, refuse } from '../../core/kernel/outcome.ts'
import type { Edge } from '../../http/edge.ts'
import type { ConsoleFault } from './fault.ts'
import { failurePage, refusalReply } from './refusal.tsx'
import { CONSOLE_SESSIONS, parseSessionCookie } from './session.ts'
import { cookieOf, isOwnForm, readCookie, siteOf } from './site.ts'
import type { Access, Identity } from './visit.ts'

/** The console: pages and forms for people, who sign in with a password and come with a cookie. */
export const edge: Edge<Access, Identity, ConsoleFault> = {
  dialect: 'console',
  isForMachines: () => false,
  async identify({ core, headers, request }, access) {
    if (access === 'public') return ok({ kind: 'public' })
    const site = siteOf(core.service.getPublicUrl(), headers.get('Host'))
    if (!site) return refuse({ kind: 'host_foreign' })
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!isRead && !isOwnForm(site, headers)) return refuse({ kind: 'request_cross_site' })
    if (access === 'anyone' || access === null) return ok({ kind: 'anyone', site })
    const secret = readCookie(cookieOf(site), headers.get('Cookie'))
    const token = parseSessionCookie(secret)
    if (!token || secret === null) return refuse({ kind: 'credential_missing' })
    const actor = await core.sessions.useSession(CONSOLE_SESSIONS, token, request)
    if (!actor.ok) return actor
    if (access !== 'member' && !actor.value.permissions.has(access)) {
      core.access.auditDenial({ actor: actor.value, request }, 'permission_missing')
      return refuse({ kind: 'permission_missing' })
    }
    return ok({ kind: 'user', site, actor: actor.value, secret })
  },
  isPublic: (access) => access === 'public' || access === 'anyone',
  isOpenToLinks: true,
  isSpelledPathOwn: true,
  refusal: refusalReply,
  failure: failurePage,
}

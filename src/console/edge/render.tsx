import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { Fragment } from 'hono/jsx/jsx-runtime'
import type { Standing } from '../../core/overview/port.ts'
import type { Reply } from '../../http/route.ts'
import { asset } from '../assets/assets.ts'
import { Frame } from '../components/page/frame.tsx'
import { Message } from '../components/page/message.tsx'
import { pageHeaders } from './headers.ts'
import { noticeCookie, readNotice, setNotice } from './notice.ts'
import { clearCookie, readCookie } from './site.ts'
import type { Done, Download, View, Visit } from './visit.ts'

const NO_STANDING: Standing = { fullName: null, organization: '', waiting: 0, hasDevices: false }

export async function viewReply(visit: Visit, view: View): Promise<Reply> {
  const { identity, isFragment, site } = visit
  const reply = { status: view.status ?? 200, headers: { ...pageHeaders(site), Vary: 'HX-Request' } }
  if (reply.status === 204) return reply
  if (isFragment) {
    return {
      ...reply,
      headers: { ...reply.headers, ...view.headers },
      text: textOf(view.region ?? view.content),
    }
  }
  const { notice, cleared } = await takeNotice(visit)
  const message = notice && <Message notice={notice} />
  const headers = { ...reply.headers, ...cleared, ...view.headers }
  if (identity.kind !== 'user' || view.section === undefined) {
    return { ...reply, headers, text: documentOf(view.title, [message, view.content]) }
  }
  const { fullName, organization, waiting, hasDevices } = view.standing ?? (await standingOf(visit))
  const frame = (
    <Frame
      section={view.section}
      person={{
        name: fullName ?? identity.actor.name,
        organization,
        permissions: identity.actor.permissions,
      }}
      waiting={waiting}
      hasDevices={hasDevices || view.section === 'devices'}
      isInert={view.overlay !== undefined}
    >
      {message}
      {view.content}
    </Frame>
  )
  return { ...reply, headers, text: documentOf(view.title, [frame, view.overlay]) }
}

async function standingOf(visit: Visit): Promise<Standing> {
  const standing = await visit.standing()
  return standing.ok ? standing.value : NO_STANDING
}

export async function doneReply({ identity, site }: Visit, { to, notice, cookie }: Done): Promise<Reply> {
  const isSignedIn = notice && identity.kind === 'user'
  const set = cookie ?? (isSignedIn ? await setNotice(site, identity.secret, notice) : null)
  const headers = { ...pageHeaders(site), Location: to, ...(set !== null && { 'Set-Cookie': set }) }
  return { status: 303, headers, text: '' }
}

export function downloadReply({ site }: Visit, { file, contentType, text }: Download): Reply {
  const headers = { 'Content-Type': contentType, 'Content-Disposition': `attachment; filename="${file}"` }
  return { status: 200, headers: { ...pageHeaders(site), ...headers }, text }
}

/** A document that stands by itself. */
export function documentOf(title: string, body: Child): string {
  return textOf(
    <>
      {raw('<!doctype html>')}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>{title} · Latchkey</title>
          <link rel="icon" href={asset('favicon.svg')} type="image/svg+xml" />
          <link rel="stylesheet" href={asset('console.css')} />
          <script src={asset('console.js')} defer></script>
        </head>
        <body>{body}</body>
      </html>
    </>,
  )
}

/** Nothing here is asynchronous: what a component returns is its text. */
function textOf(child: Child): string {
  return String(Fragment({ children: child }))
}

async function takeNotice({ identity, site, raw }: Visit) {
  if (identity.kind !== 'user') return { notice: null, cleared: null }
  const cookie = noticeCookie(site)
  const value = readCookie(cookie, raw.headers.get('Cookie'))
  if (value === null) return { notice: null, cleared: null }
  return { notice: await readNotice(identity.secret, value), cleared: { 'Set-Cookie': clearCookie(cookie) } }
}

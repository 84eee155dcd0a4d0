/** Refusals as pages: what is so, and what to do. */
import type { CommonFault } from '../../core/kernel/outcome.ts'
import type { Reply } from '../../http/route.ts'
import type { ConsoleFault } from './fault.ts'
import { pageHeaders } from './headers.ts'
import { documentOf } from './render.tsx'
import { clearCookie, cookieOf, siteOf } from './site.ts'
import type { View, Visit } from './visit.ts'
import { type Words, wordsOf } from './words.ts'

type About = {
  readonly requestId: string
  readonly publicUrl: string
  readonly headers: Headers
  readonly target: string
}

/** Before anything is known of the visitor: without the frame. Who has not signed in is led there. */
export function refusalReply(fault: CommonFault | ConsoleFault, about: About): Reply {
  const { publicUrl, headers, target } = about
  const site = siteOf(publicUrl, headers.get('Host'))
  const isSignedOut = fault.kind === 'credential_missing' || fault.kind === 'credential_invalid'
  if (isSignedOut && site) {
    const to = `/console/sign-in?to=${encodeURIComponent(target)}`
    const cleared = fault.kind === 'credential_invalid' && { 'Set-Cookie': clearCookie(cookieOf(site)) }
    const kept = { ...pageHeaders(site), ...cleared }
    // htmx follows a redirection by itself, and would put the sign-in into the page.
    return headers.get('HX-Request') === 'true'
      ? { status: 200, headers: { ...kept, 'HX-Redirect': to }, text: '' }
      : { status: 303, headers: { ...kept, Location: to }, text: '' }
  }
  const words = wordsOf(fault)
  const more = 'retryAfterSeconds' in fault ? { 'Retry-After': String(fault.retryAfterSeconds) } : null
  const allowed = fault.kind === 'method_unknown' ? { Allow: fault.allowed.join(', ') } : null
  return {
    status: words.status,
    headers: { ...pageHeaders(site), ...more, ...allowed },
    text: documentOf(words.title, <Alone words={words} asked={target} requestId={about.requestId} />),
  }
}

export function failurePage({ publicUrl, headers, target, requestId }: About): Reply {
  const words: Words = {
    status: 500,
    code: 'internal_error',
    title: 'Something failed on our side',
    text: 'Whether anything was changed is not known: look before you try again.',
  }
  return {
    status: 500,
    headers: pageHeaders(siteOf(publicUrl, headers.get('Host'))),
    text: documentOf(words.title, <Alone words={words} asked={target} requestId={requestId} />),
  }
}

/** The same within the frame. */
export function errorView(fault: ConsoleFault, { request }: Visit): View {
  const words = wordsOf(fault)
  return {
    title: words.title,
    section: 'none',
    status: words.status,
    content: <ErrorPage words={words} asked={request.path} requestId={request.id} />,
  }
}

function Alone(props: { words: Words; asked: string; requestId: string }) {
  return (
    <div class="solo">
      <main>
        <ErrorPage {...props} />
      </main>
    </div>
  )
}

function ErrorPage({ words, asked, requestId }: { words: Words; asked: string; requestId: string }) {
  const { status, code, title, text, way } = words
  return (
    <div class="oops">
      <p class="muted mono small">
        {status} {code}
      </p>
      <h1>{title}</h1>
      <p class="lead">{text}</p>
      <div class="row">
        <a class="b go" href={way?.href ?? '/console'}>
          {way?.label ?? 'Go to the overview'}
        </a>
      </div>
      <dl class="kv">
        <dt>Asked for</dt>
        <dd>
          <code>{asked}</code>
        </dd>
        <dt>Request</dt>
        <dd>
          <code>{requestId}</code>
        </dd>
      </dl>
    </div>
  )
}

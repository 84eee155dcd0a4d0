/** The public documents at /docs/api: pages for people, made from the routes themselves, without script. */
import * as z from 'zod'
import { type CommonFault, notFound, type Outcome, ok } from '../../core/kernel/outcome.ts'
import { type Edge, mount } from '../../http/edge.ts'
import { type Chapter, describeApi } from '../../http/openapi/document.ts'
import { type Reply, type Route, type RouteDefinition, route } from '../../http/route.ts'
import { CONSOLE, type DocumentPage, ERRORS, Made, REFERENCE, renderDocument } from './document-frame.tsx'
import { readTags } from './operations.ts'
import { type Described, DialectPage, Overview, slugOf, TagPage } from './pages.tsx'

type Document = { readonly title: string; readonly tab: string; readonly children: Child }
type Child = ReturnType<typeof Overview>

const CACHED = { 'Cache-Control': 'public, max-age=300' }
const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
}

const STATUS: Readonly<Record<CommonFault['kind'], number>> = {
  credential_missing: 401,
  credential_invalid: 401,
  permission_missing: 403,
  organization_foreign: 403,
  not_found: 404,
  method_unknown: 405,
  host_invalid: 400,
  request_cross_site: 403,
  fields_too_many: 400,
  body_missing: 400,
  body_too_large: 413,
  body_unreadable: 400,
  input_invalid: 400,
  reference_unknown: 400,
  limit_reached: 409,
  name_taken: 409,
  rate_limited: 429,
  busy: 503,
}

/**
 * @param chapters of the dialects, in the order of their tabs
 * @param files addresses of those that its pages name
 */
export function createReference(chapters: () => readonly Chapter[], files: DocumentPage['files']) {
  let tabs: readonly { readonly href: string; readonly text: string }[] | undefined

  function page({ title, tab, children }: Document): string {
    tabs ??= [
      { href: REFERENCE, text: 'Overview' },
      ...chapters().map(({ slug, tag }) => ({ href: `${REFERENCE}/${slug}`, text: tag })),
      { href: ERRORS, text: 'Errors' },
    ]
    return renderDocument({ title, tab, tabs, files, children })
  }

  const describe = keptFor((serverUrl: string, slug: string): Described | null => {
    const chapter = chapters().find((one) => one.slug === slug)
    if (!chapter) return null
    const { tag: name, description: about } = chapter
    return { slug, name, about, tags: readTags(describeApi([chapter], serverUrl)) }
  })

  const render = keptFor((serverUrl: string, path: string): string | null => {
    const [slug, tagSlug] = path.split('/')
    if (!slug) {
      const children = <Overview dialects={chapters()} serverUrl={serverUrl} />
      return page({ title: 'API reference', tab: REFERENCE, children })
    }
    const dialect = describe(serverUrl, slug)
    if (!dialect) return null
    const tab = `${REFERENCE}/${slug}`
    if (tagSlug === undefined) {
      return page({ title: `${dialect.name} API`, tab, children: <DialectPage dialect={dialect} /> })
    }
    const tag = dialect.tags.find((one) => slugOf(one) === tagSlug)
    const title = `${dialect.name}: ${tagSlug}`
    return tag ? page({ title, tab, children: <TagPage dialect={dialect} tag={tag} /> }) : null
  })

  const answer = (serverUrl: string, path: string): Outcome<Reply> => {
    const text = render(serverUrl, path)
    return text === null ? notFound('route') : ok({ status: 200, text, headers: { ...HEADERS, ...CACHED } })
  }

  const overview = documentRoute({
    path: REFERENCE,
    operation: { id: 'api_reference', summary: 'All dialects' },
    handle: async ({ core }) => answer(core.service.getPublicUrl(), ''),
  })
  const dialect = documentRoute({
    path: `${REFERENCE}/:dialect`,
    operation: { id: 'api_reference_dialect', summary: 'One dialect' },
    params: z.object({ dialect: z.string() }),
    handle: async ({ core, params }) => answer(core.service.getPublicUrl(), params.dialect),
  })
  const tag = documentRoute({
    path: `${REFERENCE}/:dialect/:tag`,
    operation: { id: 'api_reference_tag', summary: 'The operations of one tag' },
    params: z.object({ dialect: z.string(), tag: z.string() }),
    handle: async ({ core, params }) =>
      answer(core.service.getPublicUrl(), `${params.dialect}/${params.tag}`),
  })

  const front = documentRoute({
    path: '/',
    operation: { id: 'front', summary: 'Leads a browser to the console, and a program to the documents' },
    handle: async ({ core, raw }) => {
      const headers = { Vary: 'Accept' }
      const isBrowser = raw.headers.get('Accept')?.includes('text/html') === true
      if (isBrowser) return ok({ status: 303, headers: { ...headers, Location: CONSOLE } })
      return ok({ status: 200, json: linksOf(core.service.getPublicUrl()), headers })
    },
  })

  const refused = (status: number, requestId: string, headers = {}): Reply => ({
    status,
    headers: { ...HEADERS, ...headers },
    text: page({
      title: status === 404 ? 'There is no such page' : 'This page cannot be shown',
      tab: '',
      children: (
        <p>
          Status {status}, request <code>{requestId}</code>. <a href={REFERENCE}>All dialects</a>
        </p>
      ),
    }),
  })
  const edge: Edge<'anyone', null, CommonFault> = {
    dialect: 'reference',
    isForMachines: () => false,
    identify: async () => ok(null),
    isPublic: () => true,
    refusal: (fault, { requestId }) =>
      refused(STATUS[fault.kind], requestId, {
        ...('retryAfterSeconds' in fault && { 'Retry-After': String(fault.retryAfterSeconds) }),
        ...(fault.kind === 'method_unknown' && { Allow: fault.allowed.join(', ') }),
      }),
    failure: ({ requestId }) => refused(500, requestId),
  }

  return {
    app: mount(edge, [front, overview, dialect, tag]),
    /** For a page whose content is made elsewhere. */
    frame: ({ title, tab, html }: { title: string; tab: string; html: string }) =>
      page({ title, tab, children: <Made html={html} /> }),
  } as const
}

function linksOf(publicUrl: string) {
  const paths = { console: CONSOLE, documentation: REFERENCE, openapi: '/openapi.json', health: '/healthz' }
  return Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, publicUrl + path]))
}

type Common = 'method' | 'access' | 'replies'

function documentRoute<Params extends z.ZodObject | undefined = undefined>(
  definition: Omit<RouteDefinition<'anyone', null, CommonFault, Params, undefined, undefined>, Common>,
): Route<'anyone', null> {
  const replies = { 200: { description: 'A page', contentType: 'text/html' } }
  const whole = { ...definition, method: 'get', access: 'anyone', replies } as const
  return route<'anyone', null, CommonFault, Params>(whole)
}

/** Makes what was asked for once for a server: it never changes, and making it takes milliseconds. */
function keptFor<T>(make: (serverUrl: string, name: string) => T | null) {
  let kept: { readonly serverUrl: string; readonly made: Map<string, T> } | null = null
  return (serverUrl: string, name: string): T | null => {
    if (kept?.serverUrl !== serverUrl) kept = { serverUrl, made: new Map() }
    const made = kept.made.get(name) ?? make(serverUrl, name)
    // Only names that exist are kept: there are as many as tags.
    if (made !== null) kept.made.set(name, made)
    return made
  }
}

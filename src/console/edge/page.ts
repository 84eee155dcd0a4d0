/** What the console's rooms are made of: pages, and the actions that their forms post to. */
import type * as z from 'zod'
import type { Operation } from '../../core/access/cases/operator-case.ts'
import { type Noun, type Outcome, ok } from '../../core/kernel/outcome.ts'
import type { Fields } from '../../http/fields.ts'
import {
  type Call,
  type Reply,
  type Route,
  type RouteDefinition,
  route,
  type Shape,
} from '../../http/route.ts'
import type { ConsoleFault } from './fault.ts'
import { readFields } from './form.ts'
import { errorView } from './refusal.tsx'
import { doneReply, downloadReply, viewReply } from './render.tsx'
import type { Access, Done, Download, Identity, View, Visit } from './visit.ts'

export type ConsoleRoute = Route<Access, Identity, ConsoleFault>

type Schema = z.ZodObject | undefined

type Definition<Params extends Schema, Query extends Schema> = {
  readonly path: `/console${string}`
  readonly access: Access
  /** Unique among all routes. */
  readonly id: `console_${string}`
  readonly params?: Params
  readonly query?: Query
  /** What the path names. A parameter that does not match is then answered as one that names nothing. */
  readonly subject?: Noun
  /** Whether its view brings what the frame says of the organization. */
  readonly readsStanding?: true
  /** As of a route: it makes an object. */
  readonly isHeavy?: boolean
}

/** A page: a GET, which changes nothing. It may lead to another, or be a file. */
export function page<Params extends Schema = undefined, Query extends Schema = undefined>(
  definition: Definition<Params, Query> & {
    readonly show: (
      visit: Visit<Shape<Params>, Shape<Query>>,
    ) => Promise<Outcome<View | Download | Pick<Done, 'to'>, ConsoleFault>>
  },
): ConsoleRoute {
  const { id, show, readsStanding, ...rest } = definition
  return define<Params, Query>({
    ...rest,
    method: 'get',
    operation: { id, summary: id },
    replies: { 200: { description: 'The page', contentType: 'text/html' } },
    handle: async (call) => {
      const visit = visitOf(call)
      // Read beside the page. A refusal or an exception of it comes up where the frame is drawn.
      const isRead = !readsStanding && visit.identity.kind === 'user' && !visit.isFragment
      if (isRead) visit.standing().catch(() => {})
      return answer(visit, () => show(visit))
    },
  })
}

/** What a form posts to: answered by a redirection, or by the form again where something is to be corrected. */
export function action<Params extends Schema = undefined>(
  definition: Omit<Definition<Params, undefined>, 'query' | 'readsStanding'> & {
    readonly act: (
      visit: Visit<Shape<Params>, undefined>,
      form: Fields,
    ) => Promise<Outcome<Done | View, ConsoleFault>>
  },
): ConsoleRoute {
  const { id, act, ...rest } = definition
  return define<Params, undefined>({
    ...rest,
    method: 'post',
    operation: { id, summary: id },
    replies: { 200: { description: 'The form again, or what is shown once', contentType: 'text/html' } },
    handle: async (call) => {
      const visit = visitOf(call)
      return answer(visit, async () => {
        const form = await readFields(call.raw)
        return form.ok ? act(visit, form.value) : form
      })
    },
  })
}

function define<Params extends Schema, Query extends Schema>(
  definition: RouteDefinition<Access, Identity, ConsoleFault, Params, Query, undefined>,
): ConsoleRoute {
  return route(definition)
}

function visitOf<Params, Query>(call: Call<Identity, Params, Query, undefined>): Visit<Params, Query> {
  const { core, identity, request, raw } = call
  if (identity.kind === 'public') throw new Error('a page is served at its own address only')
  let standing: ReturnType<Visit['standing']> | undefined
  return {
    ...call,
    isFragment: raw.headers.get('HX-Request') === 'true',
    publicUrl: core.service.getPublicUrl(),
    site: identity.site,
    get operation(): Operation {
      if (identity.kind !== 'user') throw new Error('the page asks for no sign-in')
      return { actor: identity.actor, request }
    },
    standing() {
      standing ??= core.overview.getStanding(this.operation)
      return standing
    },
  }
}

/** A refusal of someone who signed in stands in the frame, as any page. */
async function answer(
  visit: Visit,
  result: () => Promise<Outcome<Done | View | Download, ConsoleFault>>,
): Promise<Outcome<Reply, ConsoleFault>> {
  const outcome = await result()
  if (!outcome.ok) {
    return visit.identity.kind === 'user'
      ? ok(await viewReply(visit, errorView(outcome.fault, visit)))
      : outcome
  }
  const made = outcome.value
  if ('file' in made) return ok(downloadReply(visit, made))
  return ok('to' in made ? await doneReply(visit, made) : await viewReply(visit, made))
}

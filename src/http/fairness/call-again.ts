import type { Core } from '../../core/core.ts'
import type { Cause } from '../../core/kernel/cause.ts'
import { NO_TURNS } from '../../core/kernel/fairness/turns.ts'
import { notFound, type Outcome, ok, refuse } from '../../core/kernel/outcome.ts'
import { problemsOf } from '../problems.ts'
import type { Call, Route } from '../route.ts'

/** A request without a body that is answered later, by who asks now. What it says is checked as it was at first. */
export function callAgain<Identity>(
  route: Pick<Route<unknown, Identity>, 'path' | 'params' | 'query'>,
  asked: {
    readonly request: Cause['request']
    readonly query: Readonly<Record<string, string>>
    readonly now: number
  },
  core: Core,
  identity: Identity,
): Outcome<Call<Identity, never, never, never>> {
  const { request, now } = asked
  const params = route.params?.safeParse(paramsIn(route.path, request.path))
  if (params && !params.success) return notFound('route')
  const given = asked.query
  const query = route.query?.safeParse(given)
  if (query && !query.success) {
    return refuse({ kind: 'input_invalid', problems: problemsOf(query.error, given) })
  }
  const fields = new Map(Object.entries(given).map(([name, value]) => [name, [value]]))
  const nothing = async () => refuse({ kind: 'body_missing' })
  return ok({
    core,
    turns: NO_TURNS,
    identity,
    params: params?.data as never,
    query: query?.data as never,
    body: nothing,
    raw: { headers: new Headers(), query: () => ok(fields), bytes: nothing },
    now,
    request,
  })
}

/** The parts of a path that a route's path names: `/orgs/:org/labels/:label`. */
function paramsIn(pattern: string, path: string): Record<string, string> {
  const parts = path.split('/')
  return Object.fromEntries(
    pattern.split('/').flatMap((part, number) => {
      const name = /^:([a-z_]+)/.exec(part)?.[1]
      return name === undefined ? [] : [[name, decodeURIComponent(parts[number] ?? '')]]
    }),
  )
}

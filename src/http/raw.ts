import { type Outcome, ok, refuse } from '../core/kernel/outcome.ts'
import { readBytes, readForm, readJson } from './body.ts'
import type { EdgeContext } from './context.ts'
import { type Arrival, MAX_ARRIVAL_SECONDS } from './fairness/lane.ts'
import { type Fields, parseFields } from './fields.ts'
import { queryOf } from './path.ts'
import { problemsOf } from './problems.ts'
import type { Raw, Route } from './route.ts'

/** A request's parts, each read at most once. */
export function rawOf({ req }: EdgeContext, arrival: Arrival): Raw {
  let read: Promise<Outcome<Uint8Array>> | null = null
  let query: Outcome<Fields> | null = null
  return {
    headers: req.raw.headers,
    query: () => {
      query ??= parseFields(queryOf(req.raw.url), 'query')
      return query
    },
    bytes: () => {
      read ??= req.raw.body === null ? readBytes(req.raw) : readInTime(req.raw, arrival)
      return read
    },
  }
}

async function readInTime(request: Request, arrival: Arrival): Promise<Outcome<Uint8Array>> {
  const reason = `it did not arrive within ${MAX_ARRIVAL_SECONDS} seconds`
  return (await arrival(() => readBytes(request))) ?? refuse({ kind: 'body_unreadable', reason })
}

/** The body in the form that the route declares. */
export async function readBody(
  route: Pick<Route<unknown, never, never>, 'body' | 'operation'>,
  raw: Raw,
): Promise<Outcome<never>> {
  if (!route.body) throw new Error(`${route.operation.id} reads a body that it does not declare`)
  const { encoding, bigIntegers } = route.body
  const read = await (encoding === 'json' ? readJson(raw, bigIntegers) : readForm(raw))
  if (!read.ok) return read
  const checked = route.body.schema.safeParse(read.value)
  if (checked.success) return ok(checked.data as never)
  return refuse({ kind: 'input_invalid', problems: problemsOf(checked.error, read.value) })
}

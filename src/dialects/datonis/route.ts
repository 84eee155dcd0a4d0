import * as z from 'zod'
import { type Outcome, ok, refuse } from '../../core/outcome.ts'
import { problemsOf } from '../../http/problems.ts'
import { type Call, type Raw, type Reply, type Route, route } from '../../http/route.ts'
import type { Access, Identity } from './edge.ts'
import { type Bag, gather } from './parameters.ts'

const CONTENT_TYPE = 'application/json; charset=utf-8'

/** Every route knows it (docs/dialects/datonis.md#answers). */
const Common = z.object({
  pretty: z
    .unknown()
    .optional()
    .transform((value) => value === true || value === 'true')
    .meta({ description: '`true`: indented' }),
})

type Definition<Params extends z.ZodObject | undefined, Input extends z.ZodObject> = Pick<
  Route<Access, Identity>,
  'method' | 'path' | 'access' | 'operation' | 'subject'
> & {
  readonly params?: Params
  readonly input: Input
  /** What a success answers with. */
  readonly reply: z.ZodType
  readonly handle: (
    call: Call<Identity, Params extends z.ZodObject ? z.output<Params> : undefined, undefined, undefined> & {
      readonly input: z.output<Input>
      /** As it was sent. */
      readonly bag: Bag
    },
  ) => Promise<Outcome<object>>
}

/** A route with parameters from path, query and body, whose success is always 200 (docs/dialects/datonis.md#requests). */
export function parameterRoute<Input extends z.ZodObject, Params extends z.ZodObject | undefined = undefined>(
  definition: Definition<Params, Input>,
): Route<Access, Identity> {
  const { input: schema, reply, handle, params, ...rest } = definition
  return route<Access, Identity, Params>({
    ...rest,
    ...(params && { params }),
    input: schema.extend(Common.shape),
    replies: { 200: { description: 'Done', schema: reply } },
    handle: async (call) => {
      const bag = await bagOf(definition.method.toUpperCase(), (call.params ?? {}) as Bag, call.raw)
      if (!bag.ok) return bag
      const checked = schema.safeParse(bag.value)
      if (!checked.success) {
        return refuse({ kind: 'input_invalid', problems: problemsOf(checked.error, bag.value) })
      }
      const done = await handle({ ...call, input: checked.data, bag: bag.value } as never)
      return done.ok ? ok(success(done.value, Common.parse(bag.value).pretty)) : done
    },
  })
}

export async function bagOf(method: string, path: Bag, raw: Raw): Promise<Outcome<Bag>> {
  const body = await raw.bytes()
  if (!body.ok) return body
  return gather({
    method,
    path,
    query: raw.query(),
    contentType: raw.headers.get('Content-Type'),
    body: body.value,
  })
}

export function success(json: object, isPretty: boolean): Reply {
  // The original's empty object has a line of its own.
  const text = isPretty ? JSON.stringify(json, null, 2).replace(/^\{\}$/, '{\n}') : JSON.stringify(json)
  return { status: 200, text, headers: { 'Content-Type': CONTENT_TYPE } }
}

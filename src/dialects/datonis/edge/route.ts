import * as z from 'zod'
import type { ReadSlice } from '../../../core/kernel/fairness/list-slices.ts'
import type { Turns } from '../../../core/kernel/fairness/turns.ts'
import { type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { listReply } from '../../../http/fairness/listing.ts'
import { problemsOf } from '../../../http/problems.ts'
import { type Call, type Reply, route } from '../../../http/route.ts'
import type { Access, DatonisRoute, Identity } from './edge.ts'
import { type Bag, bagOf } from './parameters.ts'
import type { DatonisFault } from './refusal.ts'

const CONTENT_TYPE = 'application/json; charset=utf-8'

/** Every route knows it (docs/dialects/datonis.md#answers). */
const Common = z.object({
  pretty: z
    .unknown()
    .optional()
    .transform((value) => value === true || value === 'true')
    .meta({ description: '`true`: indented' }),
})

type Definition<Params extends z.ZodObject | undefined, Input extends z.ZodObject, Answer> = Pick<
  DatonisRoute,
  'method' | 'path' | 'access' | 'operation' | 'subject' | 'isShort' | 'isHeavy'
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
  ) => Promise<Outcome<Answer, DatonisFault>>
}

/** A route with parameters from path, query and body, whose success is always 200 (docs/dialects/datonis.md#requests). */
export function parameterRoute<Input extends z.ZodObject, Params extends z.ZodObject | undefined = undefined>(
  definition: Definition<Params, Input, object>,
): DatonisRoute {
  return routeOf(definition, async (_, json, isPretty) => ok(success(json, isPretty)))
}

/** The same, for a list whose records may be large: it is answered slice after slice. */
export function listRoute<Input extends z.ZodObject, Params extends z.ZodObject | undefined = undefined>(
  definition: Definition<Params, Input, RecordList>,
): DatonisRoute {
  return routeOf(definition, listed)
}

function routeOf<Input extends z.ZodObject, Params extends z.ZodObject | undefined, Answer>(
  definition: Definition<Params, Input, Answer>,
  answer: (turns: Turns, value: Answer, isPretty: boolean) => Promise<Outcome<Reply>>,
): DatonisRoute {
  const { input: schema, reply, handle, params, ...rest } = definition
  return route<Access, Identity, DatonisFault, Params>({
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
      return done.ok ? answer(call.turns, done.value, Common.parse(bag.value).pretty) : done
    },
  })
}

export function success(json: object, isPretty: boolean): Reply {
  // The original's empty object has a line of its own.
  const text = isPretty ? JSON.stringify(json, null, 2).replace(/^\{\}$/, '{\n}') : JSON.stringify(json)
  return { status: 200, text, headers: { 'Content-Type': CONTENT_TYPE } }
}

/** A page of records, and what stands before it. */
export type RecordList = {
  readonly organization: number
  readonly head: Readonly<Record<string, unknown>>
  readonly name: string
  readonly read: ReadSlice
}

function listed(
  turns: Turns,
  { organization, head, name, read }: RecordList,
  isPretty: boolean,
): Promise<Outcome<Reply>> {
  // The list is the last member: what is before its first record, and after its last one, is the empty list's.
  const frame = JSON.stringify({ ...head, [name]: [] }, null, isPretty ? 2 : undefined)
  const end = frame.lastIndexOf(']')
  const indented = (record: unknown) => `\n${JSON.stringify(record, null, 2)}`.replaceAll('\n', '\n    ')
  let hasRecords = false
  const write = (record: unknown) => {
    hasRecords = true
    return isPretty ? indented(record) : JSON.stringify(record)
  }
  return listReply(turns, {
    organization,
    limit: Number.POSITIVE_INFINITY,
    read,
    write,
    frame: async () =>
      ok({
        headers: { 'Content-Type': CONTENT_TYPE },
        before: frame.slice(0, end),
        after: () => (isPretty && hasRecords ? `\n  ${frame.slice(end)}` : frame.slice(end)),
      }),
  })
}

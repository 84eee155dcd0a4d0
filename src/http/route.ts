import type * as z from 'zod'
import type { Core } from '../core/core.ts'
import type { Cause } from '../core/kernel/cause.ts'
import type { Turns } from '../core/kernel/fairness/turns.ts'
import type { CommonFault, Fault, Noun, Outcome } from '../core/kernel/outcome.ts'
import type { BigIntegers } from './body.ts'
import type { Fields } from './fields.ts'

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** What a use case's result looks like on the wire. */
export type Reply = {
  readonly status: number
  /** Sent as JSON; absent: no body. */
  readonly json?: unknown
  /** Sent as it is, with its own Content-Type header. */
  readonly text?: string
  /** Sent chunk after chunk; when they break off, so does the answer. */
  readonly chunks?: AsyncIterable<string>
  readonly bytes?: Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
}

export type ReplyDoc = {
  readonly description: string
  readonly schema?: z.ZodType
  /** Of a body that is no JSON. */
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A request as it came, for dialects whose parameters or signatures are not in one place. */
export type Raw = {
  readonly headers: Headers
  /** Of its URL; a refusal when there are too many. */
  readonly query: () => Outcome<Fields>
  /** The body, at most 1 MiB; read once, however often it is asked for. */
  readonly bytes: () => Promise<Outcome<Uint8Array>>
}

/** What a handler is given: its input, checked, and who asks. */
export type Call<Identity, Params, Query, Body> = {
  readonly core: Core
  /** In which long lists are read: a key an organization. */
  readonly turns: Turns
  readonly identity: Identity
  readonly params: Params
  readonly query: Query
  /** Read and checked when asked for, since some refusals come before a bad body's. */
  readonly body: () => Promise<Outcome<Body>>
  /** As it was sent, for what stands beside a route's schemas. */
  readonly raw: Raw
  /** Unix milliseconds. */
  readonly now: number
  /** For the audit: which request this is, and from where. */
  readonly request: Cause['request']
}

/**
 * A route is one object: where it stands, who may, what goes in and out, and what it does. It is mounted and documented
 * from the same words, so that neither can lie about the other.
 */
export type Route<Access, Identity, F extends Fault = CommonFault> = {
  readonly method: Method
  /** In Hono's words: `/v1/keys/:key`. */
  readonly path: string
  readonly access: Access
  readonly operation: {
    /** Unique among all routes. */
    readonly id: string
    readonly summary: string
    readonly description?: string
  }
  /** A parameter that does not match is an unknown path: 404. */
  readonly params?: z.ZodObject
  /** What the path names. A parameter that does not match is then answered as one that names nothing. */
  readonly subject?: Noun
  readonly query?: z.ZodObject
  /** Parameters from wherever the dialect gathers them: documented here, checked there. */
  readonly input?: z.ZodObject
  readonly body?: {
    readonly schema: z.ZodType
    readonly encoding: 'json' | 'form'
    /** Of a dialect whose ids pass 2^53 and may be written as numbers: `digits`. */
    readonly bigIntegers?: BigIntegers
  }
  readonly replies: Readonly<Record<number, ReplyDoc>>
  /** What agents and devices wait for, at a cost of a millisecond or two: it never queues behind others (lane.ts). */
  readonly isShort?: boolean
  /** Makes an object: a new file, and a dozen fsyncs on the thread that all share. One is at work at a time (lane.ts). */
  readonly isHeavy?: boolean
  /** A public document that pages of any site may read (CORS). */
  readonly isOpenToPages?: boolean
  readonly handle: (call: Call<Identity, never, never, never>) => Promise<Outcome<Reply, F>>
}

/** What a schema's input becomes; undefined where there is none. */
export type Shape<T extends z.ZodType | undefined> = T extends z.ZodType ? z.output<T> : undefined

/** A route as it is written: its handler typed by its schemas. */
export type RouteDefinition<
  Access,
  Identity,
  F extends Fault,
  Params extends z.ZodObject | undefined,
  Query extends z.ZodObject | undefined,
  Body extends z.ZodType | undefined,
> = Omit<Route<Access, Identity, F>, 'params' | 'query' | 'body' | 'handle'> & {
  readonly params?: Params
  readonly query?: Query
  readonly body?: {
    readonly schema: Body
    readonly encoding: 'json' | 'form'
    readonly bigIntegers?: BigIntegers
  }
  readonly handle: (
    call: Call<Identity, Shape<Params>, Shape<Query>, Shape<Body>>,
  ) => Promise<Outcome<Reply, F>>
}

/** Types a route's handler by its schemas. */
export function route<
  Access,
  Identity,
  F extends Fault,
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(definition: RouteDefinition<Access, Identity, F, Params, Query, Body>): Route<Access, Identity, F> {
  return definition as unknown as Route<Access, Identity, F>
}

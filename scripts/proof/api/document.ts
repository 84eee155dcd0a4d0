/** The server's own OpenAPI document, as far as the proof reads it: whatever it says is put to the test. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import * as z from 'zod'
import type { Client } from '../../lib/http/agent-client.ts'
import type { Answer } from '../../lib/http/answer.ts'

const schema = z.record(z.string(), z.json())
export type Schema = z.infer<typeof schema>

const content = z.record(z.string(), z.object({ schema: schema.optional() }))
const operation = z.object({
  operationId: z.string(),
  'x-dialect': z.string(),
  security: z.array(z.record(z.string(), z.unknown())),
  parameters: z
    .array(z.object({ name: z.string(), in: z.enum(['path', 'query', 'header']), schema }))
    .default([]),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ content: content.optional() })),
})
const document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), schema).default({}) }),
})

export type ApiOperation = {
  readonly id: string
  readonly dialect: string
  readonly method: string
  /** `/v1/keys/{key}` */
  readonly path: string
  /** Names of security schemes, any of which does; empty when no authentication is needed. */
  readonly schemes: readonly string[]
  readonly parameters: readonly {
    readonly name: string
    readonly in: 'path' | 'query' | 'header'
    readonly schema: Schema
  }[]
  readonly body: { readonly type: string; readonly schema: Schema } | null
  /** Every media type in which the body may be sent; that of `body` is the first. */
  readonly bodyTypes: readonly string[]
  readonly responses: z.infer<typeof operation>['responses']
  /** It changes every organization at once, as replacing keys and fencing do: nothing else goes on beside it, or after it. */
  readonly isOfDeployment: boolean
}

export type Api = {
  /** What takes something away comes late, and what is of the deployment last. */
  readonly operations: readonly ApiOperation[]
  resolve(schema: Schema): Schema
  /** Of a parameter: whether the schema allows the value. */
  allows(schema: Schema, value: unknown): boolean
  /** What is wrong with an answer, or null. */
  faultOf(operation: ApiOperation, answer: Answer): string | null
}

export async function readApi(client: Client): Promise<Api> {
  const { status, text } = await client.ask({ method: 'GET', path: '/openapi.json' })
  if (status !== 200) throw new Error(`/openapi.json answered ${status}`)
  const raw: unknown = JSON.parse(text)
  const { paths, components } = document.parse(raw)
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  // Its types say that the module is the function; under Node's rules it is the module's default.
  addFormats.default(ajv)
  ajv.addSchema(raw as object, 'api')
  const validators = new Map<string, ReturnType<typeof ajv.compile>>()
  const validatorOf = (pointer: readonly string[]) => {
    const $ref = `api#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`
    const known = validators.get($ref) ?? ajv.compile({ $ref })
    validators.set($ref, known)
    return known
  }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, found]): ApiOperation => {
      const [body] = Object.entries(found.requestBody?.content ?? {})
      return {
        id: found.operationId,
        dialect: found['x-dialect'],
        method: method.toUpperCase(),
        path,
        schemes: found.security.flatMap((scheme) => Object.keys(scheme)),
        parameters: found.parameters,
        body: body ? { type: body[0], schema: body[1].schema ?? {} } : null,
        bodyTypes: Object.keys(found.requestBody?.content ?? {}),
        responses: found.responses,
        isOfDeployment: path.startsWith('/v1/maintenance/'),
      }
    }),
  )
  return {
    operations: operations.toSorted((a, b) => turnOf(a) - turnOf(b)),
    resolve(found) {
      const name = /^#\/components\/schemas\/(.+)$/.exec(String(found.$ref ?? ''))?.[1]
      return name === undefined ? found : (components.schemas[name] ?? {})
    },
    allows: (found, value) => ajv.validate(found, typeof value === 'string' ? value : JSON.stringify(value)),
    faultOf(operation, { status, headers, text }) {
      if (status >= 500 && status !== 503) return `answered ${status}`
      const key = String(status) in operation.responses ? String(status) : 'default'
      const documented = operation.responses[key]
      if (!documented) return `answered ${status}, which is not documented`
      const types = Object.keys(documented.content ?? {})
      const type = String(headers['content-type'] ?? '').split(';')[0] ?? ''
      if (types.length === 0)
        return text === '' ? null : `answered ${status} with a body, which is not documented`
      if (!types.includes(type)) return `answered ${status} as ${type}, not ${types}`
      if (!/[/+]json$/.test(type) || !documented.content?.[type]?.schema) return null
      const pointer = [
        'paths',
        operation.path,
        operation.method.toLowerCase(),
        'responses',
        key,
        'content',
        type,
        'schema',
      ]
      const validate = validatorOf(pointer)
      if (validate(JSON.parse(text))) return null
      return `answered ${status} in another shape: ${ajv.errorsText(validate.errors)}`
    },
  }
}

function turnOf({ id, method, isOfDeployment }: ApiOperation): number {
  if (isOfDeployment) return 2
  return method === 'DELETE' || /logout|signout|password|revoke|unpair|delete/.test(id) ? 1 : 0
}

import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import type { Fault } from '../../core/kernel/outcome.ts'
import { VERSION } from '../../core/kernel/version.ts'
import type { ReplyDoc, Route } from '../route.ts'
import { nameSchemas } from './named.ts'
import { makePortable } from './portable.ts'
import type { Json, OpenApi } from './schemas.ts'
import { downgrade } from './version-3-0.ts'

/** Of OpenAPI 3.1. */
export type SecurityScheme =
  | {
      readonly type: 'http'
      readonly scheme: 'basic' | 'bearer'
      readonly bearerFormat?: string
      readonly description?: string
    }
  | {
      readonly type: 'apiKey'
      readonly in: 'header'
      readonly name: string
      readonly description?: string
    }

type AnyRoute = Route<unknown, never, Fault>

/** What a client sent and was answered. */
export type Example = {
  /** Its body; a form's fields. */
  readonly request?: Json
  /** By status; null where there is no body. */
  readonly replies: Readonly<Record<string, Json>>
}

/** A dialect's part of the document. */
export type Chapter = {
  /** Its name in addresses, such as `/openapi/native.json`. */
  readonly slug: string
  readonly tag: string
  /** How paths name what they are about: their first segment that is not `skipped`, under another name where it has one. */
  readonly resources: {
    readonly skipped: readonly string[]
    readonly names: Readonly<Record<string, string>>
    /** Before every name, so that no other dialect has it. */
    readonly prefix: string
  }
  /** By operation id. */
  readonly examples?: Readonly<Record<string, Example>>
  readonly description: string
  readonly routes: readonly AnyRoute[]
  /** How its refusals look, unless a route says otherwise. */
  readonly refusals: Readonly<Record<404 | 405 | 'default', ReplyDoc>>
  /** How its callers say who they are. */
  readonly security: (route: AnyRoute) => Record<string, string[]>[]
  /** What its `security` names. */
  readonly securitySchemes: Readonly<Record<string, SecurityScheme>>
}

const JSON_TYPE = 'application/json'
const FORM = 'application/x-www-form-urlencoded'

/** `3.0` is 3.0.3, for tools that know no later version. */
export const VERSIONS = ['3.1', '3.0'] as const
export type Version = (typeof VERSIONS)[number]

/** The OpenAPI document of every route, made from the schemas that check their requests. */
export function describeApi(
  chapters: readonly Chapter[],
  serverUrl: string,
  version: Version = '3.1',
): OpenApi {
  const paths: ZodOpenApiPathsObject = {}
  for (const chapter of chapters) {
    for (const route of chapter.routes) {
      const path = route.path.replaceAll(/:([a-z_]+)(\{[^}]*\})?/g, '{$1}')
      paths[path] = { ...paths[path], [route.method]: operationOf(chapter, route) }
    }
  }
  const groups = chapters.map((chapter) => ({ name: chapter.tag, tags: tagsOf(chapter) }))
  const made = createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Latchkey',
      version: VERSION,
      description: [
        'An enrollment-key authority. Independent of the vendors whose APIs it speaks.',
        ...chapters.map(({ tag, description }) => `**${tag}.** ${description}`),
      ].join('\n\n'),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl }],
    tags: groups.flatMap(({ name, tags }) =>
      tags.map((tag) => ({ name: tag, description: `Of the API: ${name}` })),
    ),
    paths,
    components: {
      securitySchemes: Object.assign({}, ...chapters.map(({ securitySchemes }) => securitySchemes)),
    },
  })
  const plain = { ...JSON.parse(JSON.stringify(made)), 'x-tagGroups': groups } as OpenApi
  const document = nameSchemas(makePortable(plain))
  return version === '3.0' ? downgrade(document) : document
}

/** One dialect's document, or every dialect's. */
export type Wanted = { readonly slug: string | null; readonly version: Version }

/** Gives a document as JSON. Each is made once for a server: it never changes, and making it takes tens of milliseconds. */
export function documentsOf(
  chapters: () => readonly Chapter[],
): (wanted: Wanted, serverUrl: string) => string {
  let made: { readonly serverUrl: string; readonly texts: Map<string, string> } | null = null
  return ({ slug, version }, serverUrl) => {
    if (made?.serverUrl !== serverUrl) made = { serverUrl, texts: new Map() }
    const name = `${slug} ${version}`
    const chosen = () => chapters().filter((chapter) => slug === null || chapter.slug === slug)
    const text = made.texts.get(name) ?? JSON.stringify(describeApi(chosen(), serverUrl, version))
    made.texts.set(name, text)
    return text
  }
}

function tagsOf(chapter: Chapter): string[] {
  return [...new Set(chapter.routes.map((route) => tagOf(chapter, route)))]
}

/** `/v1/keys/:key` → `keys` */
function tagOf({ resources, tag }: Chapter, { path }: AnyRoute): string {
  const { skipped, names, prefix } = resources
  const segments = path.split('/').filter((segment) => segment !== '' && !segment.startsWith(':'))
  const found = segments.find((segment) => !skipped.includes(segment))
  return found === undefined ? tag : prefix + (names[found] ?? found)
}

function operationOf(chapter: Chapter, route: AnyRoute): ZodOpenApiOperationObject {
  const { id, summary, description } = route.operation
  const isInQuery = route.method === 'get' || route.method === 'delete'
  const bodyType = route.body?.encoding === 'form' ? FORM : JSON_TYPE
  const example = chapter.examples?.[id]
  return {
    operationId: id,
    summary,
    ...(description && { description }),
    tags: [tagOf(chapter, route)],
    'x-dialect': chapter.tag,
    security: chapter.security(route),
    requestParams: {
      ...(route.params && { path: route.params }),
      ...(route.query && { query: route.query }),
      ...(route.input && isInQuery && { query: route.input }),
    },
    ...(route.body && {
      requestBody: {
        required: true,
        content: { [bodyType]: { schema: route.body.schema, ...exampleOf(example?.request) } },
      },
    }),
    ...(route.input &&
      !isInQuery && {
        requestBody: { content: { [JSON_TYPE]: { schema: route.input }, [FORM]: { schema: route.input } } },
      }),
    responses: {
      ...Object.fromEntries(
        Object.entries({ ...chapter.refusals, ...route.replies }).map(([status, reply]) => [
          status,
          responseOf(reply, example?.replies[status]),
        ]),
      ),
    },
  } as ZodOpenApiOperationObject
}

function exampleOf(example: Json | undefined) {
  return example !== undefined && example !== null && { example }
}

function responseOf({ description, schema, contentType, headers }: ReplyDoc, example: Json | undefined) {
  const documented = Object.entries(headers ?? {}).map(([name, about]) => [
    name,
    { description: about, schema: { type: 'string' } },
  ])
  return {
    description,
    ...(headers && { headers: Object.fromEntries(documented) }),
    ...(schema && { content: { [contentType ?? 'application/json']: { schema, ...exampleOf(example) } } }),
    ...(!schema && contentType && { content: { [contentType]: { schema: { type: 'string' } } } }),
  }
}

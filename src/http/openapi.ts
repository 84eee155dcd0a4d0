import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import type { Fault } from '../core/kernel/outcome.ts'
import type { ReplyDoc, Route } from './route.ts'

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

/** A dialect's part of the document. */
export type Chapter = {
  readonly tag: string
  readonly description: string
  readonly routes: readonly AnyRoute[]
  /** How its refusals look, unless a route says otherwise. */
  readonly refusals: Readonly<Record<404 | 405 | 'default', ReplyDoc>>
  /** How its callers say who they are. */
  readonly security: (route: AnyRoute) => Record<string, string[]>[]
  /** What its `security` names. */
  readonly securitySchemes: Readonly<Record<string, SecurityScheme>>
}

type Document = ReturnType<typeof createDocument>

const JSON_TYPE = 'application/json'
const FORM = 'application/x-www-form-urlencoded'

/** The OpenAPI 3.1 document of every route, made from the schemas that check their requests. */
export function describeApi(chapters: readonly Chapter[], serverUrl: string): Document {
  const paths: ZodOpenApiPathsObject = {}
  for (const chapter of chapters) {
    for (const route of chapter.routes) {
      const path = route.path.replaceAll(/:([a-z_]+)(\{[^}]*\})?/g, '{$1}')
      paths[path] = { ...paths[path], [route.method]: operationOf(chapter, route) }
    }
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Latchkey',
      version: '0.1.0',
      description: 'An enrollment-key authority. Independent of the vendors whose APIs it speaks.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl }],
    tags: chapters.map(({ tag, description }) => ({ name: tag, description })),
    paths,
    components: {
      securitySchemes: Object.assign({}, ...chapters.map(({ securitySchemes }) => securitySchemes)),
    },
  })
}

/** Gives the document as JSON, made once for a server: it never changes, and making it takes 20 ms. */
export function documentOf(chapters: () => readonly Chapter[]): (serverUrl: string) => string {
  let made: { readonly serverUrl: string; readonly text: string } | null = null
  return (serverUrl) => {
    if (made?.serverUrl !== serverUrl) {
      made = { serverUrl, text: JSON.stringify(describeApi(chapters(), serverUrl)) }
    }
    return made.text
  }
}

function operationOf(chapter: Chapter, route: AnyRoute): ZodOpenApiOperationObject {
  const { id, summary, description } = route.operation
  const isInQuery = route.method === 'get' || route.method === 'delete'
  const bodyType = route.body?.encoding === 'form' ? FORM : JSON_TYPE
  return {
    operationId: id,
    summary,
    ...(description && { description }),
    tags: [chapter.tag],
    security: chapter.security(route),
    requestParams: {
      ...(route.params && { path: route.params }),
      ...(route.query && { query: route.query }),
      ...(route.input && isInQuery && { query: route.input }),
    },
    ...(route.body && {
      requestBody: { required: true, content: { [bodyType]: { schema: route.body.schema } } },
    }),
    ...(route.input &&
      !isInQuery && {
        requestBody: { content: { [JSON_TYPE]: { schema: route.input }, [FORM]: { schema: route.input } } },
      }),
    responses: {
      ...Object.fromEntries(
        Object.entries({ ...chapter.refusals, ...route.replies }).map(([status, reply]) => [
          status,
          responseOf(reply),
        ]),
      ),
    },
  } as ZodOpenApiOperationObject
}

function responseOf({ description, schema, contentType, headers }: ReplyDoc) {
  const documented = Object.entries(headers ?? {}).map(([name, about]) => [
    name,
    { description: about, schema: { type: 'string' } },
  ])
  return {
    description,
    ...(headers && { headers: Object.fromEntries(documented) }),
    ...(schema && { content: { [contentType ?? 'application/json']: { schema } } }),
    ...(!schema && contentType && { content: { [contentType]: { schema: { type: 'string' } } } }),
  }
}

/** Requests of loads, made from the operations of the OpenAPI document. */

import type { Headers } from '../../lib/http/credential.ts'
import { spoiledCredential } from '../../lib/http/credential.ts'
import { credentialsFor, fill } from '../api/call.ts'
import type { DialectTable } from '../api/dialect.ts'
import { DIALECTS } from '../api/dialects.ts'
import type { ApiOperation } from '../api/document.ts'
import { namesFor } from '../api/own.ts'
import type { LoadRequest } from './generator/traffic.ts'
import type { Scene } from './scene.ts'

export const JSON_TYPE = 'application/json'
export const FORM_TYPE = 'application/x-www-form-urlencoded'

/** An operation that ends a session, a key or an agent would end the load. */
const ENDS = /logout|signout|password|revoke|unpair|delete/

/** The operations that a tenant can repeat. */
export function lastingOperations({ api }: Scene, tag: string): readonly ApiOperation[] {
  return api.operations.filter(
    (one) => one.dialect === tag && !one.isOfDeployment && one.method !== 'DELETE' && !ENDS.test(one.id),
  )
}

/** Five wrong passwords lock the tenant's owner, whom the loads that follow need. */
const GUESSES = new Set(['password'])

/** The query or body that replaces what the operation takes. */
export type Hostile = { readonly query?: string; readonly type?: string; readonly body?: string }

/** As a stranger sends it: without a credential, and with forged ones of each kind that the operation takes. */
export async function strangersRequests(
  scene: Scene,
  tag: string,
  operations: readonly ApiOperation[],
  hostile: Hostile,
): Promise<readonly LoadRequest[]> {
  const { credentials } = await scene.own(tag)
  return operations.flatMap((operation) => {
    const schemes = operation.schemes.filter((scheme) => !GUESSES.has(scheme))
    const spoiled = credentialsFor({ ...operation, schemes }, credentials).map(spoiledCredential)
    const isPublic = operation.schemes.length === 0
    return (isPublic ? [null] : [null, ...spoiled]).map((headers) =>
      hostileRequest(operation.method, operation.path.replaceAll(/\{\w+\}/g, '1'), headers, hostile),
    )
  })
}

/** As a tenant sends it, with its credentials and about its own things. */
export async function tenantsRequests(scene: Scene, hostile: Hostile): Promise<readonly LoadRequest[]> {
  const made = await Promise.all(
    DIALECTS.map(async (dialect) => {
      const operations = lastingOperations(scene, dialect.tag).filter(({ schemes }) => schemes.length > 0)
      return Promise.all(operations.map((one) => tenantsRequest(scene, dialect, one, hostile)))
    }),
  )
  return made.flat()
}

async function tenantsRequest(
  scene: Scene,
  dialect: DialectTable,
  operation: ApiOperation,
  hostile: Hostile,
): Promise<LoadRequest> {
  const { names, credentials } = await scene.own(dialect.tag)
  const headers = credentialsFor(operation, credentials).at(-1) ?? null
  const { ask } = fill(operation, undefined, namesFor(dialect, operation, names), headers)
  return hostileRequest(ask.method, ask.path, headers, hostile)
}

function hostileRequest(
  method: string,
  path: string,
  headers: Headers | null,
  { query, type, body }: Hostile,
): LoadRequest {
  return {
    method,
    path: query === undefined ? path : `${path}?${query}`,
    headers: { ...headers?.(body ?? ''), ...(type && { 'Content-Type': type }) },
    ...(body !== undefined && { body }),
  }
}

export function get(path: string, headers: Headers | null = null): LoadRequest {
  return { method: 'GET', path, headers: headers?.('') ?? {} }
}

export function postJson(path: string, value: unknown, headers: Headers | null = null): LoadRequest {
  const body = JSON.stringify(value)
  return { method: 'POST', path, headers: { ...headers?.(body), 'Content-Type': JSON_TYPE }, body }
}

export function postForm(path: string, fields: Readonly<Record<string, string>>): LoadRequest {
  const body = new URLSearchParams(fields).toString()
  return { method: 'POST', path, headers: { 'Content-Type': FORM_TYPE }, body }
}

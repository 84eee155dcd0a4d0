import createClient, { type Client as OpenApiClient } from 'openapi-fetch'
import { unreachable } from './error.ts'
import type { paths } from './native.ts'

/** Calls by path, with the types of the OpenAPI document: `client.GET('/v1/keys/{key}', { params: { path: { key } } })`. */
export type Client = OpenApiClient<paths>

export type Credential =
  | { readonly kind: 'api_key'; readonly id: string; readonly secret: string }
  /** An agent's access token, or the token of a session. */
  | { readonly kind: 'bearer'; readonly token: string }

const TIMEOUT_MS = 30_000

/**
 * The native API of a server. A call resolves with `data` or `error` for every answer, and rejects with a LatchkeyError of
 * kind `unreachable` when none came.
 */
export function openClient(url: string, credential?: Credential, signal?: AbortSignal): Client {
  const authorization = credential === undefined ? undefined : authorizationOf(credential)
  return createClient<paths>({
    baseUrl: url,
    // A credential goes where it was meant to go, or nowhere.
    redirect: 'error',
    ...(authorization !== undefined && { headers: { Authorization: authorization } }),
    async fetch(request) {
      const limits = [request.signal, AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]
      try {
        return await fetch(request, { signal: AbortSignal.any(limits) })
      } catch (error) {
        signal?.throwIfAborted()
        request.signal.throwIfAborted()
        throw unreachable(url, error)
      }
    },
  })
}

function authorizationOf(credential: Credential): string {
  if (credential.kind === 'bearer') return `Bearer ${credential.token}`
  return `Basic ${Buffer.from(`${credential.id}:${credential.secret}`).toString('base64')}`
}

import { randomBytes } from 'node:crypto'
import type { Json } from '../../scripts/lib/http/answer.ts'
import { basic, bearer, type Headers } from '../../scripts/lib/http/credential.ts'
import { openFetch } from '../../scripts/lib/http/fetch-client.ts'
import type { Credentials } from '../../scripts/lib/state/credentials.ts'

export type NativeAnswer = { readonly status: number; readonly json: Json }

export const newClaim = () => randomBytes(24).toString('base64url')

/** The demo organization's owner and its agents, over real HTTP, in the native API. */
export function openNative(server: { readonly url: string; readonly credentials: Credentials }) {
  const { auth_username, secret } = server.credentials.illumio
  const client = openFetch(server.url, { headers: basic(auth_username, secret) })
  async function ask(method: string, path: string, body?: object, headers?: Headers): Promise<NativeAnswer> {
    const { status, text } = await client.ask(method, path, body, headers)
    return { status, json: text === '' ? null : JSON.parse(text) }
  }
  async function made(path: string, body: object): Promise<Json> {
    const { status, json } = await ask('POST', path, body)
    if (status !== 201) throw new Error(`${path} answered ${status}: ${JSON.stringify(json)}`)
    return json
  }
  return {
    ask,
    profile: async (): Promise<string> => (await made('/v1/profiles', { name: 'profile' })).id,
    key: (members: object): Promise<Json> => made('/v1/keys', members),
    enroll: (code: string, claim = newClaim()) => ask('POST', '/v1/enroll', { code, claim }),
    refresh: (refresh_token: string) =>
      ask('POST', '/v1/token', new URLSearchParams({ grant_type: 'refresh_token', refresh_token })),
    self: (accessToken: string) => ask('GET', '/v1/agents/self', undefined, bearer(accessToken)),
  }
}

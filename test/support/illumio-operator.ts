import { expect } from 'vitest'
import { openClient } from '../../scripts/lib/http/agent-client.ts'
import type { Answer, Json } from '../../scripts/lib/http/answer.ts'
import { basic } from '../../scripts/lib/http/credential.ts'
import type { Credentials } from '../../scripts/lib/state/credentials.ts'

export const API = '/api/v2'

/** The demo organization's owner, over real HTTP. */
export function openOperator(
  server: { readonly url: string; readonly credentials: Credentials },
  connections = 64,
) {
  const { org_id, auth_username, secret } = server.credentials.illumio
  const headers = basic(auth_username, secret)
  const client = openClient(server.url, connections)
  const call = (method: string, path: string, json?: unknown): Promise<Answer> =>
    client.ask({ method, path: `${API}${path}`, headers, json })
  return {
    client,
    call,
    organization: `/orgs/${org_id}`,
    /** The href of a new profile whose keys have that many uses. */
    async createProfile(uses: number | 'unlimited'): Promise<string> {
      const profile = { name: 'profile', enabled: true, allowed_uses_per_key: uses }
      const made = await call('POST', `/orgs/${org_id}/pairing_profiles`, profile)
      expect(made.status).toBe(201)
      return jsonOf(made).href
    },
    async createKey(profile: string): Promise<string> {
      const made = await call('POST', `${profile}/pairing_key`, {})
      expect(made.status).toBe(201)
      return jsonOf(made).activation_code
    },
    async usesOf(profile: string): Promise<number> {
      return jsonOf(await call('GET', profile)).total_use_count
    },
    activate: (code: string, claim: string | undefined, hostname = 'host'): Promise<Answer> =>
      client.ask({
        method: 'POST',
        path: `${API}/agents/activate`,
        json: { activation_code: code, hostname, ...(claim === undefined ? {} : { claim }) },
      }),
  }
}

export function workloadOf(answer: Answer): string {
  return jsonOf(answer).workload.href
}

export function jsonOf({ text }: Answer): Json {
  return JSON.parse(text)
}

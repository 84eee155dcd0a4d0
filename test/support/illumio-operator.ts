import { expect } from 'vitest'
import { type Answer, type Call, type Client, openClient } from '../../scripts/demo/call.ts'
import type { Credentials } from '../../scripts/lib/state/credentials.ts'

export const API = '/api/v2'

/** The demo organization's owner, over real HTTP. */
export function openOperator(
  server: { readonly url: string; readonly credentials: Credentials },
  connections = 64,
) {
  const { org_id, auth_username, secret } = server.credentials.illumio
  const authorization = `Basic ${Buffer.from(`${auth_username}:${secret}`).toString('base64')}`
  const client: Client = openClient(server.url, connections)
  const call = (method: Call['method'], path: string, body?: unknown): Promise<Answer> =>
    client.call({ method, path: `${API}${path}`, authorization, ...(body === undefined ? {} : { body }) })
  return {
    client,
    call,
    organization: `/orgs/${org_id}`,
    /** The href of a new profile whose keys have that many uses. */
    async createProfile(uses: number | 'unlimited'): Promise<string> {
      const profile = { name: 'profile', enabled: true, allowed_uses_per_key: uses }
      const made = await call('POST', `/orgs/${org_id}/pairing_profiles`, profile)
      expect(made.status).toBe(201)
      return (made.body as { href: string }).href
    },
    async createKey(profile: string): Promise<string> {
      const made = await call('POST', `${profile}/pairing_key`, {})
      expect(made.status).toBe(201)
      return (made.body as { activation_code: string }).activation_code
    },
    async usesOf(profile: string): Promise<number> {
      const { body } = await call('GET', profile)
      return (body as { total_use_count: number }).total_use_count
    },
    activate: (code: string, claim: string | undefined, hostname = 'host'): Promise<Answer> =>
      client.call({
        method: 'POST',
        path: `${API}/agents/activate`,
        body: { activation_code: code, hostname, ...(claim === undefined ? {} : { claim }) },
      }),
  }
}

export function workloadOf(answer: Answer): string {
  return (answer.body as { workload: { href: string } }).workload.href
}

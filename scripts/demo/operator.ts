import * as z from 'zod'
import type { Client } from '../lib/http/agent-client.ts'
import { basic } from '../lib/http/credential.ts'
import type { Credentials } from '../lib/state/credentials.ts'
import { expectStatus } from './broken-promise.ts'

export type Operator = {
  /** Returns the profile's href. */
  createProfile(name: string, usesPerKey: number): Promise<string>
  /** Returns an activation code. */
  createKey(profile: string): Promise<string>
  useCount(profile: string): Promise<number>
  workloadCount(): Promise<number>
  disable(profile: string): Promise<void>
}

const API = '/api/v2'

/** What the operator does in this demo, through the Illumio API. */
export function signIn(client: Client, { illumio }: Credentials): Operator {
  const headers = basic(illumio.auth_username, illumio.secret)
  const organization = `${API}/orgs/${illumio.org_id}`
  const call = async (method: string, path: string, wanted: number, json?: object) => {
    const answer = await client.ask({ method, path, headers, json })
    expectStatus(`${method} ${path}`, answer.status, wanted)
    return answer
  }
  return {
    async createProfile(name, usesPerKey) {
      const profile = { name, enabled: true, allowed_uses_per_key: usesPerKey }
      const { text } = await call('POST', `${organization}/pairing_profiles`, 201, profile)
      return z.object({ href: z.string() }).parse(JSON.parse(text)).href
    },
    async createKey(profile) {
      const { text } = await call('POST', `${API}${profile}/pairing_key`, 201, {})
      return z.object({ activation_code: z.string() }).parse(JSON.parse(text)).activation_code
    },
    async useCount(profile) {
      const { text } = await call('GET', `${API}${profile}`, 200)
      return z.object({ total_use_count: z.int() }).parse(JSON.parse(text)).total_use_count
    },
    async workloadCount() {
      const { headers } = await call('GET', `${organization}/workloads`, 200)
      return Number(headers['x-total-count'])
    },
    async disable(profile) {
      await call('PUT', `${API}${profile}`, 204, { enabled: false })
    },
  }
}

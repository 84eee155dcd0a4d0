import * as z from 'zod'
import type { Credentials } from '../lib/state/credentials.ts'
import { expectStatus } from './broken-promise.ts'
import type { Call, Client } from './call.ts'

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
  const authorization = `Basic ${Buffer.from(`${illumio.auth_username}:${illumio.secret}`).toString('base64')}`
  const organization = `${API}/orgs/${illumio.org_id}`
  const call = async (method: Call['method'], path: string, wanted: number, body?: unknown) => {
    const answer = await client.call({ method, path, authorization, ...(body === undefined ? {} : { body }) })
    expectStatus(`${method} ${path}`, answer.status, wanted)
    return answer
  }
  return {
    async createProfile(name, usesPerKey) {
      const profile = { name, enabled: true, allowed_uses_per_key: usesPerKey }
      const { body } = await call('POST', `${organization}/pairing_profiles`, 201, profile)
      return z.object({ href: z.string() }).parse(body).href
    },
    async createKey(profile) {
      const { body } = await call('POST', `${API}${profile}/pairing_key`, 201, {})
      return z.object({ activation_code: z.string() }).parse(body).activation_code
    },
    async useCount(profile) {
      const { body } = await call('GET', `${API}${profile}`, 200)
      return z.object({ total_use_count: z.int() }).parse(body).total_use_count
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

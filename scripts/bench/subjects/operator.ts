import * as z from 'zod'
import { basic, type Headers } from '../../lib/http/credential.ts'
import { openFetch } from '../../lib/http/fetch-client.ts'

/** What the bench does as an operator, through the native API. */
export type Operator = {
  readonly headers: Headers
  /** Returns the profile's id. */
  createProfile(name: string): Promise<string>
  createKey(profile: string): Promise<{ readonly id: string; readonly code: string }>
  useCount(key: string): Promise<number>
  get(path: string): Promise<unknown>
}

const made = z.object({ id: z.string() })
const minted = z.object({ id: z.string(), code: z.string() })

export function operate(
  url: string,
  credential: { readonly auth_username: string; readonly secret: string },
): Operator {
  const headers = basic(credential.auth_username, credential.secret)
  const { must } = openFetch(url, { headers })
  return {
    headers,
    createProfile: async (name) => made.parse(await must('POST', '/v1/profiles', { name })).id,
    createKey: async (profile) =>
      minted.parse(await must('POST', '/v1/keys', { profile_id: profile, max_uses: null })),
    useCount: async (key) => z.object({ uses: z.int() }).parse(await must('GET', `/v1/keys/${key}`)).uses,
    get: (path) => must('GET', path),
  }
}

/** Codes of unlimited keys; neighbours in the list belong to different profiles. */
export async function makeCodes(operator: Operator, profiles: number, keys: number): Promise<string[]> {
  const names = Array.from({ length: profiles }, (_, i) => `spread ${i + 1}`)
  const ids = await Promise.all(names.map((name) => operator.createProfile(name)))
  const rows = Array.from({ length: keys / profiles }, () => ids)
  const codes: string[] = []
  for (const row of rows) {
    const made = await Promise.all(row.map((id) => operator.createKey(id)))
    codes.push(...made.map(({ code }) => code))
  }
  return codes
}

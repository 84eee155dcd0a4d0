import * as z from 'zod'

/** What the bench does as an operator, through the native API. */
export type Operator = {
  readonly authorization: string
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
  const { auth_username: username, secret } = credential
  const authorization = `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`)
    return JSON.parse(text)
  }
  return {
    authorization,
    createProfile: async (name) => made.parse(await call('POST', '/v1/profiles', { name })).id,
    createKey: async (profile) =>
      minted.parse(await call('POST', '/v1/keys', { profile_id: profile, max_uses: null })),
    useCount: async (key) => z.object({ uses: z.int() }).parse(await call('GET', `/v1/keys/${key}`)).uses,
    get: (path) => call('GET', path),
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

import { vi } from 'vitest'
import { type Answer, ask, type Client, type Organization } from './organization.ts'

/** What a PCE answers with, as loosely as its clients read it. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of every shape
export type Json = any

export const API = '/api/v2'

export function orgPath({ id }: Pick<Organization, 'id'>, rest = ''): string {
  return `${API}/orgs/${id}${rest}`
}

/** The body of an answer that must have that status. */
export function expectStatus(answer: Answer, status: number): Json {
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${answer.text}`)
  return answer.json
}

/** `[{token, message}]` of a refusal, as one text. */
export function errorOf({ json }: Answer): string {
  const [error, ...more] = json as { token: string; message: string }[]
  return more.length === 0 ? `${error?.token}: ${error?.message}` : 'several errors'
}

export async function makeLabel(organization: Organization, key: string, value: string): Promise<string> {
  const made = await organization.owner.post(orgPath(organization, '/labels'), { key, value })
  return expectStatus(made, 201).href
}

export async function makeProfile(organization: Organization, body: object = {}): Promise<string> {
  const made = await organization.owner.post(orgPath(organization, '/pairing_profiles'), {
    enabled: true,
    ...body,
  })
  return expectStatus(made, 201).href
}

/** The activation code of a new key. */
export async function makeKey(owner: Client, profile: string): Promise<string> {
  return expectStatus(await owner.post(`${API}${profile}/pairing_key`, {}), 201).activation_code
}

export function activate(code: string, more: object = {}): Promise<Answer> {
  return ask('POST', `${API}/agents/activate`, {
    body: { activation_code: code, hostname: 'web-01', ...more },
  })
}

/** What a machine is answered that a new key of a new profile let in. */
export async function pair(
  organization: Organization,
  machine: object = {},
  profile: object = {},
): Promise<Json> {
  const code = await makeKey(organization.owner, await makeProfile(organization, profile))
  return expectStatus(await activate(code, machine), 201)
}

/** The first answer that is as wanted: what a redemption did reaches lists and events within a second. */
export function eventually<T>(look: () => Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: 30_000, interval: 50 })
}

import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import { anyone, basic, type Client, clientOf } from './native-client.ts'

/** A person who is signed in to an organization of their own, and its API key. */
export async function newPerson(): Promise<{
  readonly person: Client
  readonly program: Client
  readonly token: string
  readonly org: number
}> {
  const email = `${crypto.randomUUID()}@test.example`
  const made = await anyone(
    'POST',
    '/v1/bootstrap',
    { organization: `org ${crypto.randomUUID()}`, email },
    { authorization: `Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}` },
  )
  expect(made.status).toBe(201)
  const { auth_username: username, secret } = made.json.illumio
  const session = await anyone('POST', '/v1/sessions', { email, password: made.json.illumio.password })
  expect(session.status).toBe(201)
  const { token } = session.json
  const org = made.json.illumio.org_id as number
  return { person: clientOf(`Bearer ${token}`), program: clientOf(basic(username, secret)), token, org }
}

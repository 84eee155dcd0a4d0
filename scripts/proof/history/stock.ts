import * as z from 'zod'
import type { Client } from '../../lib/http/agent-client.ts'
import type { Headers } from '../../lib/http/credential.ts'
import type { Key } from './actor.ts'

export async function makeProfile(client: Client, headers: Headers, name: string): Promise<string> {
  const answer = await client.ask({ method: 'POST', path: '/v1/profiles', headers, json: { name } })
  if (answer.status !== 201) throw new Error(`no profile: ${answer.status} ${answer.text}`)
  return z.object({ id: z.string() }).parse(JSON.parse(answer.text)).id
}

/** null when it is unknown whether it was made; then it is not used. */
export async function makeKey(
  client: Client,
  headers: Headers,
  profile: string,
  limit: number | null,
  isHolding: boolean,
): Promise<Key | null> {
  const json = { profile_id: profile, max_uses: limit, ...(isHolding && { hold: 'allowed' }) }
  try {
    const answer = await client.ask({ method: 'POST', path: '/v1/keys', headers, json })
    return z.object({ id: z.string(), code: z.string() }).parse(JSON.parse(answer.text))
  } catch {
    return null
  }
}

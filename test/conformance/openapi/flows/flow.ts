// With openapi-typescript's types and openapi-fetch: profile, key, agent, list, revoke. Prints the agent and the key's state.
import createClient from 'openapi-fetch'
import type { paths } from './native.d.ts'

const { LATCHKEY_URL = '', LATCHKEY_LOGIN = '' } = process.env
const Authorization = `Basic ${Buffer.from(LATCHKEY_LOGIN).toString('base64')}`
const api = createClient<paths>({ baseUrl: LATCHKEY_URL, headers: { Authorization } })

function must<T>({ data, error }: { data?: T; error?: unknown }): T {
  if (data === undefined) throw new Error(JSON.stringify(error))
  return data
}

const profile = must(
  await api.POST('/v1/profiles', { body: { name: `openapi-fetch ${crypto.randomUUID()}` } }),
)
const key = must(await api.POST('/v1/keys', { body: { profile_id: profile.id, max_uses: 1 } }))
const enrolled = must(await api.POST('/v1/enroll', { body: { code: key.code, claim: crypto.randomUUID() } }))
if (!('agent' in enrolled)) throw new Error('no agent was made')
let listed: string[] = []
for (const end = Date.now() + 30_000; listed.length === 0 && Date.now() < end; ) {
  const { items } = must(await api.GET('/v1/agents', { params: { query: { key_id: key.id } } }))
  listed = items.map(({ id }) => id)
  // Without a pause it would be asked too often.
  if (listed.length === 0) await new Promise((resume) => setTimeout(resume, 100))
}
const revoked = must(await api.POST('/v1/keys/{key}/revoke', { params: { path: { key: key.id } } }))
console.log(listed.join() === enrolled.agent.id, revoked.state)

import { env, exports } from 'cloudflare:workers'
import { expect, test } from 'vitest'

test('bootstraps at once make one organization, one default profile, and a credential each', async () => {
  const init = {
    method: 'POST',
    headers: { Authorization: `Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}` },
    body: JSON.stringify({ organization: 'Rush', email: 'owner@rush.example' }),
  }
  const replies = await Promise.all(
    Array.from({ length: 6 }, () => exports.default.fetch('https://latchkey.example/v1/bootstrap', init)),
  )
  expect(replies.map((reply) => reply.status).sort()).toEqual([200, 200, 200, 200, 200, 201])
  type Reply = { illumio: { org_id: number; auth_username: string; secret: string } }
  const made = await Promise.all(replies.map((reply) => reply.json<Reply>()))
  expect(new Set(made.map(({ illumio }) => illumio.org_id)).size).toBe(1)
  expect(new Set(made.map(({ illumio }) => illumio.secret)).size).toBe(6)
  const [first] = made
  const { org_id, auth_username, secret } = first?.illumio ?? { org_id: 0, auth_username: '', secret: '' }
  const headers = { Authorization: `Basic ${btoa(`${auth_username}:${secret}`)}` }
  const listed = await exports.default.fetch(
    `https://latchkey.example/api/v2/orgs/${org_id}/pairing_profiles`,
    { headers },
  )
  expect(await listed.json()).toMatchObject([{ name: 'Default', is_default: true }])
})

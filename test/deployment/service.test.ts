import { exports } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { makeOrganization } from '../support/organization.ts'
import { API, expectStatus } from '../support/pairing.ts'

test('healthz says ready when the keyring opens and D1 answers', async () => {
  const reply = await exports.default.fetch('https://latchkey.example/healthz')
  expect(reply.status).toBe(200)
  expect(await reply.json()).toEqual({
    status: 'ready',
    oldest_outbox_seconds: null,
    dead_rows: 0,
    clock_ahead_seconds: null,
    database_bytes: expect.any(Number),
    reason: null,
  })
})

test('health is an array, and says normal', async () => {
  const { owner } = await makeOrganization()
  const answer = await owner.get(`${API}/health`)
  expect(expectStatus(answer, 200)).toEqual([
    {
      status: 'normal',
      type: 'standalone',
      fqdn: 'latchkey.example',
      notifications: [],
      listen_only_mode_enabled_at: null,
      nodes: [],
      network: { replication: [] },
      generated_at: expect.stringMatching(/Z$/),
    },
  ])
  expect(answer.headers.get('Content-Type')).toBe('application/json')
})

test('the OpenAPI document of all dialects is served, and names each operation once', async () => {
  const reply = await exports.default.fetch('https://latchkey.example/openapi.json')
  expect(reply.status).toBe(200)
  const document = (await reply.json()) as {
    openapi: string
    servers: unknown
    paths: Record<string, Record<string, { operationId: string }>>
  }
  expect(document.openapi).toBe('3.1.0')
  expect(document.servers).toEqual([{ url: 'https://latchkey.example' }])
  const ids = Object.values(document.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  )
  expect(ids).toContain('keys_revoke_agents')
  expect(new Set(ids).size).toBe(ids.length)
})

test('its path knows no other method, and answers like every other', async () => {
  const url = 'https://latchkey.example/openapi.json'
  const refused = await exports.default.fetch(url, { method: 'POST' })
  expect([refused.status, refused.headers.get('Allow')]).toEqual([405, 'GET, OPTIONS'])
  const [reply, again] = [await exports.default.fetch(url), await exports.default.fetch(url)]
  expect(reply.headers.get('Content-Type')).toBe('application/json')
  expect(reply.headers.get('X-Request-Id')).toBeTruthy()
  const text = await reply.text()
  expect(JSON.parse(text).paths).toHaveProperty('/openapi.json')
  expect(JSON.parse(text).paths).toHaveProperty('/api/v2/agents/activate')
  expect(await again.text()).toBe(text)
})

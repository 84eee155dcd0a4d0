import { exports } from 'cloudflare:workers'
import { expect, test } from 'vitest'

test('healthz says ready when the keyring opens and D1 answers', async () => {
  const reply = await exports.default.fetch('https://latchkey.example/healthz')
  expect(reply.status).toBe(200)
  expect(await reply.json()).toEqual({
    status: 'ready',
    oldest_outbox_seconds: null,
    dead_rows: 0,
    reason: null,
  })
})

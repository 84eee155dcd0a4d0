import { env } from 'cloudflare:workers'
import { expect, test, vi } from 'vitest'
import worker from '../../src/worker.ts'

const CONTEXT = {
  waitUntil: () => {},
  passThroughOnException: () => {},
  props: {},
} as unknown as ExecutionContext

function ask(path: string, settings: Record<string, string | undefined>, init?: RequestInit) {
  const request = new Request(`https://latchkey.example${path}`, init)
  return worker.fetch(request, { ...env, ...settings }, CONTEXT)
}

test('without a master key it serves nothing, says so in each dialect’s form, and healthz says what to set', async () => {
  const log = vi.spyOn(console, 'error').mockReturnValue()
  const settings = { LATCHKEY_MASTER_KEY: undefined }
  const health = await ask('/healthz', settings)
  expect(health.status).toBe(503)
  expect(await health.json()).toMatchObject({
    status: 'not_ready',
    reason: expect.stringContaining('LATCHKEY_MASTER_KEY'),
  })
  const code = `lk_${'A'.repeat(54)}`
  const enroll = await ask('/v1/enroll', settings, { method: 'POST', body: JSON.stringify({ code }) })
  expect(enroll.status).toBe(503)
  expect(enroll.headers.get('Retry-After')).toMatch(/^\d+$/)
  expect(enroll.headers.get('Content-Type')).toBe('application/problem+json')
  log.mockRestore()
})

test('a setting that makes no sense is named, whatever is asked', async () => {
  for (const setting of ['header:', 'header:bad name', 'proxy']) {
    const reply = await ask('/healthz', { LATCHKEY_CLIENT_ADDRESS: setting })
    expect(reply.status).toBe(503)
    expect(await reply.text()).toContain('LATCHKEY_CLIENT_ADDRESS')
  }
})

test('the bootstrap route exists only with a token of at least 32 bytes', async () => {
  const init = { method: 'POST', headers: { Authorization: `Bearer ${'x'.repeat(31)}` }, body: '{}' }
  for (const token of [undefined, '', 'x'.repeat(31)]) {
    const reply = await ask('/v1/bootstrap', { LATCHKEY_BOOTSTRAP_TOKEN: token }, init)
    expect(reply.status).toBe(404)
  }
  expect((await ask('/v1/bootstrap', { LATCHKEY_BOOTSTRAP_TOKEN: 'y'.repeat(32) }, init)).status).toBe(401)
})

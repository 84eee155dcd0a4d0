import { expect, test } from 'vitest'
import { openOperator } from '../support/illumio-operator.ts'
import { newClaim } from '../support/native-operator.ts'
import { startTestServer } from '../support/server.ts'

/** Four times as many as the largest budget of a minute. */
const AGENTS = 2_000

test(`${AGENTS} agents behind one address enroll at once, limits on, while another client there guesses codes`, {
  timeout: 180_000,
}, async () => {
  const server = await startTestServer({
    LATCHKEY_RATE_LIMITS: 'on',
    LATCHKEY_CLIENT_ADDRESS: 'header:X-Fleet',
  })
  const operator = openOperator(server, 64)
  const profile = await operator.createProfile('unlimited')
  const code = await operator.createKey(profile)
  const wrong = code.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
  const statuses = new Map<string, number>()
  const note = (who: string, status: number) => {
    const name = `${who} ${status}`
    statuses.set(name, (statuses.get(name) ?? 0) + 1)
  }
  const activate = (activation_code: string) =>
    operator.client.ask({
      method: 'POST',
      path: '/api/v2/agents/activate',
      headers: () => ({ 'X-Fleet': '203.0.113.7' }),
      json: { activation_code, hostname: 'host', claim: newClaim() },
    })
  await Promise.all(
    Array.from({ length: AGENTS }, async (_, i) => {
      note('agent', (await activate(code)).status)
      if (i % 4 === 0) note('guess', (await activate(wrong)).status)
    }),
  )
  expect(Object.fromEntries(statuses)).toEqual({ 'agent 201': AGENTS, 'guess 401': AGENTS / 4 })
  expect(await operator.usesOf(profile)).toBe(AGENTS)
  operator.client.close()
  await server.stop()
})

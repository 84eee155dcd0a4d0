/** Asynchronous collections and what happens to the process that makes them. */
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { basic } from '../../scripts/lib/http/credential.ts'
import { API, jsonOf, openOperator } from '../support/illumio-operator.ts'
import { eventually, startTestServer, type TestServer } from '../support/server.ts'

const MACHINES = 100
const JOBS = 5

type Workload = { readonly hostname: string }

function open(server: TestServer) {
  const operator = openOperator(server)
  const { org_id, auth_username, secret } = server.credentials.illumio
  const credential = basic(auth_username, secret)
  return {
    ...operator,
    async later(collection: string): Promise<string> {
      const answer = await operator.client.ask({
        method: 'GET',
        path: `${API}/orgs/${org_id}/${collection}`,
        headers: (body) => ({ ...credential(body), Prefer: 'respond-async' }),
      })
      expect(answer.status).toBe(202)
      return String(answer.headers.location)
    },
  }
}

test('SIGKILL while jobs are made: after a restart each of them ends, and is whole', async () => {
  const first = await startTestServer()
  const before = open(first)
  const code = await before.createKey(await before.createProfile('unlimited'))
  // Much enough for several pages.
  const interfaces = Array.from({ length: 80 }, (_, n) => ({ name: `eth${n}`, address: `10.0.${n}.1` }))
  const names = Array.from({ length: MACHINES }, (_, n) => `machine-${String(n).padStart(3, '0')}`)
  await Promise.all(
    names.map(async (hostname) => {
      const claim = randomBytes(24).toString('base64url')
      const answer = await before.client.ask({
        method: 'POST',
        path: `${API}/agents/activate`,
        json: { activation_code: code, hostname, claim, interfaces },
      })
      expect(answer.status).toBe(201)
    }),
  )
  await eventually(async () => {
    const { headers } = await before.call('GET', `${before.organization}/workloads?max_results=0`)
    return headers['x-total-count'] === String(MACHINES)
  })
  const jobs: string[] = []
  for (let n = 0; n < JOBS; n++) jobs.push(await before.later('workloads'))
  const killedAt = Date.now()
  await first.kill('group')
  before.client.close()

  const second = await startTestServer({ LATCHKEY_DATA: first.data })
  const after = open(second)
  let endedAt = 0
  for (const job of jobs) {
    await eventually(async () => jsonOf(await after.call('GET', job)).status === 'done', 40_000)
    const { result, terminated_at } = jsonOf(await after.call('GET', job))
    endedAt = Date.parse(terminated_at)
    const file: readonly Workload[] = jsonOf(await after.call('GET', result.href))
    expect(file.map(({ hostname }) => hostname).sort()).toEqual(names)
  }
  // The last one was not made before.
  expect(endedAt).toBeGreaterThan(killedAt)
  after.client.close()
  await second.stop()
})

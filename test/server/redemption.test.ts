/** The promises from outside: real HTTP, real processes, a state folder that outlives them. */
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { endProcess } from '../../scripts/lib/server/processes.ts'
import { openOperator, workloadOf } from '../support/illumio-operator.ts'
import { sharedServer, startTestServer } from '../support/server.ts'

const newClaim = () => randomBytes(24).toString('base64url')

test('1,000 concurrent redemptions of a 10-use key, each sent twice: 10 agents, count 10, each winner answered twice alike', async () => {
  const server = sharedServer()
  const operator = openOperator(server, 256)
  const profile = await operator.createProfile(10)
  const code = await operator.createKey(profile)
  const claims = Array.from({ length: 1_000 }, newClaim)
  const answers = await Promise.all(
    [...claims, ...claims].map(async (claim) => ({ claim, answer: await operator.activate(code, claim) })),
  )
  const won = answers.filter(({ answer }) => answer.status !== 401)
  expect(won.map(({ answer }) => answer.status).sort()).toEqual([
    ...Array(10).fill(200),
    ...Array(10).fill(201),
  ])
  const workloads = Map.groupBy(won, ({ claim }) => claim)
  expect(workloads.size).toBe(10)
  for (const pair of workloads.values()) {
    expect(pair).toHaveLength(2)
    expect(new Set(pair.map(({ answer }) => workloadOf(answer))).size).toBe(1)
  }
  expect(new Set(won.map(({ answer }) => workloadOf(answer))).size).toBe(10)
  expect(await operator.usesOf(profile)).toBe(10)
  operator.client.close()
})

test.each(['group', 'runner'] as const)(
  'SIGKILL of the %s in the midst of redemptions: what was acknowledged is there, nothing is spent twice, every retry is free',
  async (victim) => {
    const first = await startTestServer()
    const before = openOperator(first)
    const profile = await before.createProfile(400)
    const code = await before.createKey(profile)
    const claims = Array.from({ length: 400 }, newClaim)
    const acknowledged = new Map<string, string>()
    let killed: Promise<unknown> | null = null
    await Promise.allSettled(
      claims.map(async (claim) => {
        const answer = await before.activate(code, claim)
        expect(answer.status).toBe(201)
        acknowledged.set(claim, workloadOf(answer))
        if (acknowledged.size >= 60) killed ??= first.kill(victim)
        // A workerd that was left alone would go on answering.
        if (acknowledged.size >= 120 && victim === 'runner') await endProcess(first.workerd)
      }),
    )
    await killed
    before.client.close()
    expect(acknowledged.size).toBeGreaterThanOrEqual(60)

    const second = await startTestServer({ LATCHKEY_DATA: first.data })
    const after = openOperator(second)
    const spent = await after.usesOf(profile)
    expect(spent).toBeGreaterThanOrEqual(acknowledged.size)
    for (const [claim, workload] of acknowledged) {
      const again = await after.activate(code, claim)
      expect([again.status, workloadOf(again)]).toEqual([200, workload])
    }
    expect(await after.usesOf(profile)).toBe(spent)
    const all = await Promise.all(claims.map((claim) => after.activate(code, claim)))
    expect(new Set(all.map(workloadOf)).size).toBe(400)
    expect(await after.usesOf(profile)).toBe(400)
    expect((await after.activate(code, newClaim())).status).toBe(401)
    after.client.close()
    await second.stop()
  },
)

test('without a claim a retry spends another use', async () => {
  const server = sharedServer()
  const operator = openOperator(server)
  const profile = await operator.createProfile(2)
  const code = await operator.createKey(profile)
  const statuses = []
  for (let i = 0; i < 3; i++) statuses.push((await operator.activate(code, undefined)).status)
  expect(statuses).toEqual([201, 201, 401])
  expect(await operator.usesOf(profile)).toBe(2)
  operator.client.close()
})

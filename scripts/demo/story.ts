import { setTimeout as delay } from 'node:timers/promises'
import { type Client, openClient } from '../lib/http/agent-client.ts'
import { bearer } from '../lib/http/credential.ts'
import { readCredentials } from '../lib/state/credentials.ts'
import { BrokenPromise } from './broken-promise.ts'
import { type Identity, type Machine, makeMachines, redeem } from './fleet.ts'
import { type Operator, signIn } from './operator.ts'
import { openProgress } from './progress.ts'
import { openReport } from './report.ts'
import { runRush } from './rush.ts'
import type { Stage } from './stage.ts'
import { fetchKeys, verifyOffline } from './tokens.ts'

const MACHINES = 200
const USES = 25
// In the midst of the uses, and when half of the answers are in.
const CRASH_AT = [12, MACHINES / 2]
const TIMEOUT_MS = 10_000
const LIST_DEADLINE_MS = 10_000
const PATIENT = { onRetry: async () => {} }

export async function play(stage: Stage): Promise<void> {
  const report = openReport(console.log)
  console.log('Starting a server of its own …')
  const url = await stage.start()
  const client = openClient(url, MACHINES, TIMEOUT_MS)
  const operator = signInWith(stage, client)
  const profile = await operator.createProfile('demo', USES)
  const code = await operator.createKey(profile)

  console.log(
    `${MACHINES} machines redeem one key of ${USES} uses at once; the server gets kill -9 twice on the way.\n`,
  )
  const { redemptions, retries } = await runRush({
    client,
    code,
    machines: makeMachines(MACHINES),
    crashAt: CRASH_AT,
    crash: stage.crash,
    progress: openProgress(MACHINES),
  })
  const winners = [...redemptions].flatMap(([machine, redemption]) =>
    redemption.kind === 'enrolled' ? [{ machine, ...redemption }] : [],
  )
  // Committed, but the answer died with the server: the claim finds the agent again.
  const found = winners.filter(({ isNew }) => !isNew).length
  const foundAgain = found === 0 ? '' : `; ${found} of them had made an agent, which the retry found again`
  console.log(`\n${retries} requests got no answer${foundAgain}.\n`)
  report.check('agents made by a key of 25 uses', countOf(winners), USES)
  report.check('uses that the key counts', await operator.useCount(profile), USES)
  report.check('machines refused', MACHINES - winners.length, MACHINES - USES)

  const repeats = await Promise.all(winners.map(({ machine }) => again(client, code, machine)))
  const same = repeats.filter((repeat, index) => repeat === winners[index]?.identity.workload.href)
  report.check('retries that gave the same agent again', same.length, USES)
  report.check('uses after all those retries', await operator.useCount(profile), USES)
  report.check('workloads in the list', await listedCount(operator, USES), USES)

  const headers = bearer(winners[0]?.identity.access_token ?? '')
  const self = await client.ask({ method: 'GET', path: '/v1/agents/self', headers })
  report.check("an agent's own call, with its token", `answered ${self.status}`, 'answered 200')
  report.check(
    'a redemption after the profile was switched off',
    await redeemSwitchedOff(client, operator, profile),
    'refused',
  )

  const keys = await fetchKeys(client)
  client.close()
  await stage.stop()
  const verified = await Promise.all(
    winners.map(({ identity }) => verifyOffline(identity.access_token, keys, url)),
  )
  report.check('tokens verified with the server stopped', verified.filter(Boolean).length, USES)
  report.conclude()
}

function signInWith(stage: Stage, client: Client): Operator {
  const credentials = readCredentials(stage.data)
  if (credentials === null) throw new BrokenPromise('a server that is ready has written credentials.json')
  return signIn(client, credentials)
}

function countOf(winners: readonly { identity: Identity }[]): number {
  return new Set(winners.map(({ identity }) => identity.agent.href)).size
}

/** The workload that a repeated redemption names, when it was answered as a repeat. */
async function again(client: Client, code: string, machine: Machine): Promise<string | null> {
  const redemption = await redeem(client, code, machine, PATIENT)
  return redemption.kind === 'enrolled' && !redemption.isNew ? redemption.identity.workload.href : null
}

// Lists are projections, and redemptions reach them within a second.
async function listedCount(operator: Operator, wanted: number): Promise<number> {
  const deadline = Date.now() + LIST_DEADLINE_MS
  while (Date.now() < deadline) {
    const count = await operator.workloadCount()
    if (count === wanted) return count
    await delay(100)
  }
  return operator.workloadCount()
}

/** With a key that has uses left, and that worked a moment before: otherwise a refusal would show nothing. */
async function redeemSwitchedOff(client: Client, operator: Operator, profile: string): Promise<string> {
  const code = await operator.createKey(profile)
  const [before, after] = makeMachines(2)
  if (before === undefined || after === undefined) throw new Error('two machines were asked for')
  const first = await redeem(client, code, before, PATIENT)
  if (first.kind !== 'enrolled') throw new BrokenPromise('a new key of a profile that is on was refused')
  await operator.disable(profile)
  return (await redeem(client, code, after, PATIENT)).kind
}

/**
 * Held uses and approvals over real HTTP, while the runtime is killed and the clock jumps: no moment takes more than a key
 * allows, what lapses goes back, a denied claim never has an agent, and an approved one at most one.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Progress } from '../lib/cli/progress.ts'
import { openClient } from '../lib/http/agent-client.ts'
import { basic } from '../lib/http/credential.ts'
import { heldChecks } from './history/aftermath.ts'
import { type ApprovalsPlan, runApprovals } from './holds/approvals.ts'
import { jumpClocks } from './holds/clock.ts'
import { type CrowdPlan, runCrowd } from './holds/crowd.ts'
import { atLeast, none, type Part } from './report.ts'
import { readLedgers, type StoredKey } from './storage.ts'
import { startSubject } from './subject.ts'

export type HoldsPlan = {
  readonly crowd: CrowdPlan
  readonly approvals: ApprovalsPlan
  /** Times that the server is killed, each with a clock that jumps. */
  readonly kills: number
  /** Between one and the next, in milliseconds. */
  readonly killEvery: { readonly least: number; readonly most: number }
}

/** How far the clock jumps, in turn, in seconds: a hold lapses by the first, not by the others, and by none of them twice. */
const JUMPS = [700, -30, 5, 700, -45]

export async function proveHolds(plan: HoldsPlan, progress: Progress, signal: AbortSignal): Promise<Part> {
  await using undo = new AsyncDisposableStack()
  const subject = await startSubject(undo)
  const client = openClient(subject.url, plan.crowd.connections + plan.approvals.machines)
  undo.defer(() => client.close())
  const { auth_username: username, secret } = subject.credentials.illumio
  const scene = { client, headers: basic(username, secret), up: subject.up }

  const seen: StoredKey[] = []
  const look = () => seen.push(...readLedgers(subject.data).flatMap(({ keys }) => keys))
  const crash = (seconds: number) =>
    subject.crash('group', () => {
      look()
      jumpClocks(subject.data, seconds)
    })
  const working = new AbortController()
  const trouble = (async () => {
    for (let kill = 0; kill < plan.kills; kill++) {
      const { least, most } = plan.killEvery
      await delay(least + Math.random() * (most - least), undefined, { signal: working.signal }).catch(
        () => {},
      )
      if (working.signal.aborted || signal.aborted) return kill
      await crash(JUMPS[kill % JUMPS.length] ?? 0)
    }
    return plan.kills
  })()
  progress.begin('holds: machines that hold, and machines that wait for approval')
  const lapse = () => crash(plan.crowd.holdSeconds + 60)
  try {
    const [crowd, approvals] = await Promise.all([
      runCrowd(plan.crowd, scene, trouble, lapse, signal),
      runApprovals(plan.approvals, scene, signal),
    ])
    progress.step()
    await subject.stop()
    look()
    const kills = await trouble
    return {
      title: 'Holds',
      notes: [
        `${plan.crowd.holders} holders of ${plan.crowd.uses} uses: ${crowd.held} holds, at most ${crowd.most} uses and holds at a ` +
          `time in ${crowd.reads} reads. ${approvals.notes}`,
        `${kills + 1} SIGKILLs, each with a clock that jumps; ${seen.length} keys were read from the disk of a killed server.`,
      ],
      checks: [
        atLeast('SIGKILLs with a jump of the clock', kills + 1, plan.kills + 1),
        ...crowd.checks,
        ...approvals.checks,
        ...heldChecks(seen),
        none('agents that were not counted', seen.filter((key) => key.uses !== key.agents).map(nameOf)),
      ],
    }
  } finally {
    working.abort()
    await trouble
  }
}

function nameOf(key: StoredKey): string {
  return JSON.stringify(key)
}

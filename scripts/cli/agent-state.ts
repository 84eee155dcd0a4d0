/**
 * What a machine keeps of its enrollment, in a folder of its own: `claim`, written before the code is sent, so that a lost
 * answer spends nothing twice; and `agent.json` with its tokens. Both are readable by their owner only.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { Refusal } from '../lib/cli/refusal.ts'
import type { Json } from '../lib/http/answer.ts'
import { type Mutex, takeMutex } from '../lib/server/mutex.ts'
import { createPrivateFile, readFileIfThere, writePrivateFile } from '../lib/state/private-file.ts'
import { openApi } from './api.ts'
import type { Environment } from './contexts.ts'

const AgentState = z.object({
  url: z.string(),
  agent: z.looseObject({ id: z.string() }),
  access_token: z.string(),
  refresh_token: z.string(),
  /** Unix milliseconds. */
  refresh_at: z.number(),
})
export type AgentState = z.infer<typeof AgentState>

export function stateFolder(env: Environment, given?: string): string {
  return given ?? join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'latchkey')
}

export function readAgent(folder: string): AgentState | null {
  const path = agentPath(folder)
  const text = readFileIfThere(path)
  if (text === null) return null
  try {
    return AgentState.parse(JSON.parse(text))
  } catch {
    throw new Refusal(`${path} is no state of an agent: mend or remove it`)
  }
}

/** The claim of this machine: the same one at each attempt. */
export function keptClaim(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'claim')
  createPrivateFile(path, randomBytes(24).toString('base64url'))
  return (readFileIfThere(path) ?? '').trim()
}

export function keepAgent(folder: string, url: string, agent: AgentState['agent'], tokens: Json): AgentState {
  const state = {
    url,
    agent,
    access_token: tokens.access_token,
    refresh_token: tokens.refresh_token,
    // At two thirds of its life, so that one is always good for a while.
    refresh_at: Date.now() + (tokens.expires_in * 1_000 * 2) / 3,
  }
  writePrivateFile(agentPath(folder), `${JSON.stringify(state, null, 2)}\n`)
  return state
}

/** An access token that is good for at least a third of its life. One process at a time refreshes it. */
export async function freshAgent(folder: string): Promise<AgentState> {
  const kept = readAgent(folder)
  if (kept === null) throw new Refusal(`${folder} has no agent: latchkey enroll`, 4)
  if (Date.now() < kept.refresh_at) return kept
  const mutex = await waitForMutex(join(folder, 'lock'))
  try {
    const state = readAgent(folder) ?? kept
    if (Date.now() < state.refresh_at) return state
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: state.refresh_token })
    const answer = await openApi(state.url, null).send('POST', '/v1/token', form)
    if (answer.status === 400) {
      throw new Refusal(
        `the agent ${state.agent.id} may not go on: it was revoked, or its tokens were copied`,
        4,
      )
    }
    if (answer.status !== 200) throw new Refusal(`${state.url} answered ${answer.status}: try again`)
    return keepAgent(folder, state.url, state.agent, JSON.parse(answer.text))
  } finally {
    mutex.release()
  }
}

async function waitForMutex(path: string): Promise<Mutex> {
  for (let tries = 0; tries < 600; tries++) {
    const mutex = takeMutex(path)
    if (mutex !== null) return mutex
    await sleep(50)
  }
  throw new Refusal(`${path} is held by another process`)
}

function agentPath(folder: string): string {
  return join(folder, 'agent.json')
}

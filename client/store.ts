import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createPrivateFile, readFileIfThere, writePrivateFile } from '../scripts/lib/state/private-file.ts'
import { LatchkeyError } from './error.ts'
import type { components } from './native.ts'

export type AgentIdentity = components['schemas']['AgentIdentity']

export type AgentState = {
  readonly url: string
  readonly agent: AgentIdentity
  readonly access_token: string
  readonly refresh_token: string
  /** Unix milliseconds: two thirds of the access token's life. */
  readonly refresh_at: number
  /** Unix milliseconds. */
  readonly expires_at: number
}

/** Where an agent keeps what it must not lose. */
export type AgentStore = {
  /** The machine's claim: made and kept by the first call, the same ever after. */
  claim(): string
  /** null: nothing enrolled yet. */
  read(): AgentState | null
  write(state: AgentState): void
  /** Runs work that no other process may do on this state at the same time. */
  exclusively<T>(work: () => Promise<T>): Promise<T>
}

/**
 * Files in a folder that only its owner can read: `claim` and `agent.json`, each replaced at once, so that a crash leaves
 * the old one or the new one. Processes may share the folder: the server gives two of them that present the same refresh
 * token the same answer.
 */
export function fileStore(folder: string): AgentStore {
  const path = join(folder, 'agent.json')
  return {
    claim() {
      makeFolder(folder)
      createPrivateFile(join(folder, 'claim'), randomBytes(24).toString('base64url'))
      const claim = readFileIfThere(join(folder, 'claim'))?.trim()
      if (!claim) throw damaged(join(folder, 'claim'), 'is empty')
      return claim
    },
    read() {
      const text = readFileIfThere(path)
      return text === null ? null : parse(text, path)
    },
    write(state) {
      makeFolder(folder)
      writePrivateFile(path, `${JSON.stringify(state, null, 2)}\n`)
    },
    exclusively: (work) => work(),
  }
}

function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
}

function parse(text: string, path: string): AgentState {
  try {
    const state = JSON.parse(text)
    const isWhole =
      [state.url, state.agent.id, state.access_token, state.refresh_token].every(isText) &&
      typeof state.refresh_at === 'number'
    // Earlier versions wrote no `expires_at`.
    if (isWhole) return { expires_at: state.refresh_at, ...state }
  } catch {}
  throw damaged(path, 'is no state of an agent')
}

function damaged(path: string, what: string): LatchkeyError {
  return new LatchkeyError('state_damaged', `${path} ${what}: mend or remove it`)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

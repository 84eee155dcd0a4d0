import { hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createPrivateFile, readFileIfThere } from './private-file.ts'
import { Refusal } from './refusal.ts'
import { parseMasterKey } from './settings.ts'

/** The key in LATCHKEY_DATA, or null when none was made yet. */
export function readKeptMasterKey(data: string): Buffer | null {
  const path = keyPath(data)
  const text = readFileIfThere(path)
  return text === null ? null : parseMasterKey(text, path)
}

/** The kept key, made on the first start. */
export function keepMasterKey(data: string, state: string): Buffer {
  const kept = readKeptMasterKey(data)
  if (kept !== null) return kept
  // A new key would open nothing of the old state: better to stop than to make the loss look like a fresh start.
  if (existsSync(state) && readdirSync(state).length > 0) {
    throw new Refusal(`${keyPath(data)} is gone, but state is there: put it back or set LATCHKEY_MASTER_KEY`)
  }
  const key = randomBytes(32)
  createPrivateFile(keyPath(data), `${key.toString('base64')}\n`)
  return key
}

/**
 * One per start and never stored: whoever may read the master key and the lock can say it, and nobody else.
 * Returns 43 characters.
 */
export function deriveBootstrapToken(masterKey: Buffer, nonce: string): string {
  return Buffer.from(hkdfSync('sha256', masterKey, nonce, 'latchkey bootstrap', 32)).toString('base64url')
}

function keyPath(data: string): string {
  return join(data, 'master.key')
}

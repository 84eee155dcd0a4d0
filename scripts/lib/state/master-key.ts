import { hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { commandLine } from '../cli/project.ts'
import { Refusal } from '../cli/refusal.ts'
import { parseMasterKey } from '../server/settings.ts'
import { closeToOthers, createPrivateFile, readFileIfThere } from './private-file.ts'

/** The key in LATCHKEY_DATA, or null when none was made yet. */
export function readKeptMasterKey(data: string): Buffer | null {
  return readKeyFile(keyPath(data))
}

/** The key that is to replace it, while that is under way. */
export function readNextMasterKey(data: string): Buffer | null {
  return readKeyFile(nextKeyPath(data))
}

/** A random one, kept before anything is sealed with it; the one of before, when that was not finished. */
export function keepNextMasterKey(data: string): Buffer {
  return keepKeyFile(nextKeyPath(data))
}

/** From here on the next one is the kept one, and the old one is gone. */
export function replaceMasterKey(data: string): void {
  renameSync(nextKeyPath(data), keyPath(data))
}

/** The key in a file, which is made when it is not there. */
export function keepKeyFile(path: string): Buffer {
  createPrivateFile(path, `${randomBytes(32).toString('base64')}\n`)
  const key = readKeyFile(path)
  if (key === null) throw new Error('a key that was just kept is not there')
  return key
}

export function masterKeyBindings(masterKey: Buffer, next: Buffer | null): Readonly<Record<string, string>> {
  return {
    LATCHKEY_MASTER_KEY: masterKey.toString('base64'),
    ...(next && { LATCHKEY_MASTER_KEY_NEXT: next.toString('base64') }),
  }
}

function readKeyFile(path: string): Buffer | null {
  const text = readFileIfThere(path)
  if (text === null) return null
  keepPrivate(path)
  return parseMasterKey(text, path)
}

function keepPrivate(path: string): void {
  let mode: string | null
  try {
    mode = closeToOthers(path)
  } catch {
    throw new Refusal(`other users may read ${path}, and its mode cannot be changed: it must be 600`)
  }
  if (mode === null) return
  console.error(
    `latchkey: warning: other users could read ${path} (mode ${mode}); its mode is 600 now. If others use this machine, replace the key: ${commandLine('rotate', 'master')}`,
  )
}

/** The kept key, made on the first start. */
export function keepMasterKey(data: string, state: string): Buffer {
  const kept = readKeptMasterKey(data)
  if (kept !== null) return kept
  // A new key would open nothing of the old state: better to stop than to make the loss look like a fresh start.
  if (existsSync(state) && readdirSync(state).length > 0) {
    throw new Refusal(`${keyPath(data)} is gone, but state is there: put it back or set LATCHKEY_MASTER_KEY`)
  }
  return keepKeyFile(keyPath(data))
}

/**
 * One per start and never stored: only a process that may read the master key and the lock can compute it.
 * Returns 43 characters.
 */
export function deriveBootstrapToken(masterKey: Buffer, nonce: string): string {
  return Buffer.from(hkdfSync('sha256', masterKey, nonce, 'latchkey bootstrap', 32)).toString('base64url')
}

function keyPath(data: string): string {
  return join(data, 'master.key')
}

function nextKeyPath(data: string): string {
  return join(data, 'master.key.next')
}

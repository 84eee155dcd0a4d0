import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs'

const OWNER_ONLY = 0o600
const OTHERS = 0o077

/** Replaces a file at once: a reader, or a crash, sees the old text or the new one, and never a part. */
export function writePrivateFile(path: string, text: string): void {
  const draft = writeDraft(path, text)
  renameSync(draft, path)
}

/** Makes a file that must not exist yet; false when it does. Unlike O_EXCL alone, it never shows an empty file. */
export function createPrivateFile(path: string, text: string): boolean {
  const draft = writeDraft(path, text)
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  } finally {
    rmSync(draft)
  }
}

export function readFileIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null
    throw error
  }
}

/** Closes a file to other users; the mode that let them in, such as 644, or null where it was closed. */
export function closeToOthers(path: string): string | null {
  const stats = statSync(path)
  if ((stats.mode & OTHERS) === 0) return null
  chmodSync(path, OWNER_ONLY)
  return modeOf(stats)
}

/** As chmod writes it. */
export function modeOf({ mode }: Stats): string {
  return (mode & 0o7777).toString(8)
}

export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

function writeDraft(path: string, text: string): string {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const file = openSync(draft, 'wx', OWNER_ONLY)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return draft
}

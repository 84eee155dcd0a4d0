import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../cli/refusal.ts'
import { isErrno, modeOf } from './private-file.ts'

const OTHERS_MAY_WRITE = 0o022

/**
 * Makes LATCHKEY_DATA for this user alone, and from here on whatever this process and workerd write. A folder that other
 * users may write to is refused: they could put a state or a master key of their own there.
 */
export function openDataFolder(data: string): void {
  process.umask(0o077)
  makeFolder(data)
  for (const folder of [data, join(data, 'state')]) refuseWritableByOthers(folder)
}

function makeFolder(data: string): void {
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 })
  } catch (error) {
    if (!isErrno(error, 'EEXIST') && !isErrno(error, 'ENOTDIR')) throw error
    throw new Refusal(`LATCHKEY_DATA must be a folder, which ${data} is not`, 2)
  }
}

function refuseWritableByOthers(folder: string): void {
  const stats = statSync(folder, { throwIfNoEntry: false })
  if (!stats?.isDirectory() || (stats.mode & OTHERS_MAY_WRITE) === 0) return
  throw new Refusal(
    `other users may write to ${folder} (mode ${modeOf(stats)}): close it with chmod go-w ${folder}`,
  )
}

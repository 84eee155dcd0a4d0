import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, type TestContext } from 'vitest'
import { endServersOn } from './server.ts'

export type SmallDisk = {
  /** A folder on it, for LATCHKEY_DATA; not made yet. */
  readonly data: string
  /** Takes all of the space that is left. */
  fill(): void
  /** Gives that space back. */
  free(): void
  makeReadOnly(): void
}

/** Enough for a server that has just started. */
const SIZE = '24m'
const BLOCK = Buffer.alloc(4_096)

/** A file system of a test's own, which can be filled without harm to others. The test is skipped where none can be mounted. */
export function mountSmallDisk({ skip }: Pick<TestContext, 'skip'>): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=700`, 'tmpfs', folder], { stdio: 'pipe' })
  } catch {
    rmSync(folder, { recursive: true })
    skip('only root on Linux can mount the small disk of this test')
  }
  const data = join(folder, 'data')
  const filler = join(folder, 'filler')
  onTestFinished(async () => {
    await endServersOn(data)
    execFileSync('umount', [folder])
    rmSync(folder, { recursive: true })
  })
  return {
    data,
    fill() {
      const file = openSync(filler, 'w')
      try {
        for (;;) writeSync(file, BLOCK)
      } catch {
        // It is full.
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(filler),
    makeReadOnly: () => void execFileSync('mount', ['-o', 'remount,ro', folder]),
  }
}

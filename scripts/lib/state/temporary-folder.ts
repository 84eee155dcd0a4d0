import { mkdirSync, rmSync } from 'node:fs'

/** Miniflare's temporary files, too, are here: what a killed start left of them, the next one removes. */
export function useTemporaryFolder(path: string): void {
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path)
  process.env.TMPDIR = path
}

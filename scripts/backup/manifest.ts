import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { Refusal } from '../lib/cli/refusal.ts'
import { readFileIfThere } from '../lib/state/private-file.ts'

const manifest = z.object({
  format: z.literal(1),
  /** When it was begun: all that was acknowledged before is in it. */
  begun_at: z.iso.datetime(),
  /** Within the folder: a restore writes what it names. */
  files: z.array(
    z.object({ path: z.string().regex(/^([\w-]+\/)+[0-9a-f]{64}\.sqlite$/), sha256: z.string() }),
  ),
})
export type Manifest = z.infer<typeof manifest>

const NAME = 'manifest.json'

export function writeManifest(folder: string, begunAt: Date, paths: readonly string[]): Manifest {
  const files = paths.map((path) => ({ path, sha256: hashOf(join(folder, path)) }))
  const made: Manifest = { format: 1, begun_at: begunAt.toISOString(), files }
  writeFileSync(join(folder, NAME), `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 })
  return made
}

/** The manifest of a backup that is whole and unchanged. */
export function readManifest(folder: string): Manifest {
  const text = readFileIfThere(join(folder, NAME))
  if (text === null) throw new Refusal(`${folder} is no backup: it has no ${NAME}`)
  const read = manifest.safeParse(parsed(text))
  if (!read.success) throw new Refusal(`${join(folder, NAME)} is not of a backup that this version reads`)
  for (const { path, sha256 } of read.data.files) {
    const isThere = existsSync(join(folder, path))
    if (!isThere || hashOf(join(folder, path)) !== sha256)
      throw new Refusal(`${path} is not as it was backed up`)
  }
  return read.data
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

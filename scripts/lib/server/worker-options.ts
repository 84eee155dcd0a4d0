import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import wranglerPackage from '../../../node_modules/wrangler/package.json' with { type: 'json' }
import { BUNDLE_FOLDER, WRANGLER_CONFIG } from '../cli/project.ts'
import { readFileIfThere } from '../state/private-file.ts'

// wrangler's own type of what it returns is empty; this is the part that is changed, the rest passes through.
const options = z.looseObject({
  modulesRules: z
    .array(
      z.object({
        type: z.enum(['Text', 'Data', 'CompiledWasm', 'ESModule', 'CommonJS']),
        include: z.array(z.string()),
      }),
    )
    .default([]),
  compatibilityDate: z.string(),
  bindings: z.record(z.string(), z.json()).optional(),
  kvNamespaces: z.record(z.string(), z.unknown()).optional(),
})
export type WorkerOptions = z.infer<typeof options>

const kept = z.object({ key: z.string(), options })

/** What wrangler.toml says, for Miniflare. Kept beside the bundle: loading wrangler takes a third of a start. */
export async function readWorkerOptions(
  config = WRANGLER_CONFIG,
  file = join(BUNDLE_FOLDER, 'options.json'),
): Promise<WorkerOptions> {
  const key = createHash('sha256')
    .update(`${wranglerPackage.version}\0${readFileSync(config, 'utf8')}`)
    .digest('hex')
  const known = parseKept(readFileIfThere(file))
  if (known?.key === key) return known.options
  const { unstable_getMiniflareWorkerOptions, unstable_readConfig } = await import('wrangler')
  const { workerOptions } = unstable_getMiniflareWorkerOptions(config)
  // The variables of the file alone: wrangler adds those of a .dev.vars, which are secrets.
  const { vars: bindings } = unstable_readConfig({ config }, { hideWarnings: true })
  const { rootPath: _, ...rest } = options.parse({ ...workerOptions, bindings })
  keep(file, JSON.stringify({ key, options: rest }))
  return rest
}

function parseKept(text: string | null): z.infer<typeof kept> | null {
  try {
    return text === null ? null : kept.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** Where it cannot be kept, wrangler is asked again. */
function keep(file: string, text: string): void {
  const draft = `${file}.${process.pid}`
  try {
    writeFileSync(draft, text)
    renameSync(draft, file)
  } catch {}
}

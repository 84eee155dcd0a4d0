import { readdirSync, readFileSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { Refusal } from '../cli/refusal.ts'
import { withoutNewListeners } from '../cli/signals.ts'
import { D1_BINDING, type D1Kind, d1Options } from './d1/database.ts'
import { type Egress, egressNetwork } from './egress.ts'
import { readWorkerOptions, type WorkerOptions } from './worker-options.ts'

export type Worker = {
  /** Plain HTTP, straight to the Worker. */
  readonly direct: URL
  /** Resolves when workerd crashed and Miniflare could not start another. */
  readonly lost: Promise<void>
  /** The Worker's D1, for measurements. */
  database(): ReturnType<Miniflare['getD1Database']>
  dispose(): Promise<void>
}

export type WorkerPlan = {
  /** The folder that `npm run build` made. */
  readonly bundle: string
  readonly state: string
  readonly d1: D1Kind
  readonly socket: { readonly host: string; readonly port: number }
  readonly bindings: Readonly<Record<string, string>>
  /** Where outbound requests may lead; by default to public addresses alone. */
  readonly egress?: Egress
  readonly processEnvironment: Readonly<Record<string, string>>
  /** workerd crashed and Miniflare has started another. */
  onRestart(): void
}

type Bindings = Readonly<Record<typeof D1_BINDING, Awaited<ReturnType<Worker['database']>>>>

const NAME = 'latchkey'
/** V8 keeps 16 MiB and more for what each isolate made last. Half of it is as fast, and there are a dozen isolates. */
const V8_FLAGS = '--max-semi-space-size=8'
const WATCH_INTERVAL_MS = 1_000

/** Runs the built Worker with what wrangler.toml says, its state in a folder of ours. */
export async function startWorker(plan: WorkerPlan): Promise<Worker> {
  process.env.MINIFLARE_WORKERD_V8_FLAGS ??= V8_FLAGS
  const { modulesRules, ...options } = await readWorkerOptions()
  const worker = {
    ...options,
    name: NAME,
    modulesRoot: plan.bundle,
    modules: bundledModules(plan.bundle, modulesRules),
    // Here a commit takes the time of the thread that also answers requests.
    bindings: { ...options.bindings, LATCHKEY_COMMITS: 'gathered', ...plan.bindings },
    // Files are named after these ids, so a database_id that a deployment writes down must not move the local state.
    ...d1Options(plan.d1, plan.state, options.compatibilityDate),
    kvNamespaces: namedAfterBinding(options.kvNamespaces),
    serviceBindings: { EGRESS: egressNetwork(plan.egress ?? 'public') },
    unsafeDirectSockets: [plan.socket],
  }
  const miniflare = withoutNewListeners(
    () =>
      new Miniflare(
        convertV4MiniflareOptions({
          resourcePersistencePath: plan.state,
          unsafeRuntimeEnv: { ...plan.processEnvironment },
          unsafeHandleRuntimeRestart: plan.onRestart,
          // Otherwise it asks the network for a sample of request.cf, which nothing here reads.
          cf: false,
          // Miniflare's own front cannot be switched off: getBindings goes through it, with a secret of its own. It
          // is on a loopback port that is not published. It obeys MF-* headers, which is harmless here: they set
          // request.cf and the request's URL, and the Worker trusts neither.
          host: '127.0.0.1',
          port: 0,
          workers: [worker],
        }),
      ),
  )
  try {
    await miniflare.ready
    const direct = await miniflare.unsafeGetDirectURL(NAME)
    const watch = watchOver(miniflare)
    return {
      direct,
      lost: watch.lost,
      database: async () => (await miniflare.getBindings<Bindings>(NAME))[D1_BINDING],
      dispose() {
        watch.end()
        return miniflare.dispose()
      },
    }
  } catch (error) {
    await miniflare.dispose().catch(() => {})
    throw error
  }
}

/** Miniflare has no callback for a failed restart; from then on `ready` rejects. */
function watchOver(miniflare: Miniflare): { readonly lost: Promise<void>; end(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  const interval = setInterval(() => {
    miniflare.ready.catch(() => resolve())
  }, WATCH_INTERVAL_MS)
  return { lost: promise, end: () => clearInterval(interval) }
}

/** The bundle and the files beside it that it imports (a build leaves older ones behind). */
function bundledModules(bundle: string, rules: WorkerOptions['modulesRules']) {
  return [
    { type: 'ESModule' as const, path: join(bundle, 'worker.js') },
    ...importedFiles(bundle).map((file) => {
      const rule = rules.find(({ include }) => include.some((glob) => matchesGlob(file, glob)))
      if (rule === undefined) throw new Error(`no rule in wrangler.toml says what ${file} is`)
      return { type: rule.type, path: join(bundle, file) }
    }),
  ]
}

/** Names of the files that the bundle imports. */
export function importedFiles(bundle: string): readonly string[] {
  const source = readBundle(join(bundle, 'worker.js'))
  return readdirSync(bundle).filter((file) => source.includes(`"./${file}"`))
}

function readBundle(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new Refusal(`${path} is not there: npm run build makes it`)
  }
}

function namedAfterBinding(bindings: object | undefined): Record<string, string> {
  return Object.fromEntries(Object.keys(bindings ?? {}).map((binding) => [binding, binding]))
}

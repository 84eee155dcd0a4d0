/**
 * Makes the npm package: every program bundled with what it imports, the Worker as it is deployed, its migrations, and the
 * types of the client library. What the package depends on at run time stays outside of the bundles.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'
import { BUNDLE_FOLDER, MIGRATIONS_FOLDER, PROJECT_FOLDER, WRANGLER_CONFIG } from '../lib/cli/project.ts'
import { importedFiles } from '../lib/server/worker.ts'
import { readWorkerOptions } from '../lib/server/worker-options.ts'
import { licencesOf } from './licences.ts'
import { DEPENDENCIES, manifestOf, OPTIONAL_DEPENDENCIES } from './manifest.ts'

const PACKAGED = resolve(import.meta.dirname, 'packaged')
const SCRIPTS = ['latchkey', 'start', 'backup', 'restore', 'rotate', 'rebuild', 'bootstrap']

/** What the plugin of D1 reads as text, beside itself. */
const D1_MODULES = ['binding.mjs', 'object.mjs']

/** Modules that the package has in place of those of a checkout. */
const REPLACED: Readonly<Record<string, string>> = {
  'scripts/lib/cli/bundle.ts': 'bundle.ts',
  'scripts/lib/cli/project.ts': 'project.ts',
  'scripts/lib/server/worker-options.ts': 'worker-options.ts',
  'scripts/lib/deployment/deployment.ts': 'deployment.ts',
}

/** @param folder is replaced */
export async function buildPackage(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  const packages = new Set([...(await buildPrograms(folder)), ...(await copyWorker(folder))])
  copyMigrations(folder)
  writeTypes(folder)
  mkdirSync(join(folder, 'bin'))
  const bin = join(folder, 'bin', 'latchkey.js')
  cpSync(join(PACKAGED, 'launcher.mjs'), bin)
  chmodSync(bin, 0o755)
  for (const name of ['LICENSE', 'CHANGELOG.md']) cpSync(join(PROJECT_FOLDER, name), join(folder, name))
  cpSync(join(import.meta.dirname, 'README.md'), join(folder, 'README.md'))
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.md'), licencesOf(packages))
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifestOf(), null, 2)}\n`)
}

/** Returns the folders of the packages that are in the bundles. */
async function buildPrograms(folder: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: PROJECT_FOLDER,
    entryPoints: Object.fromEntries([
      ...SCRIPTS.map((name) => [name, `scripts/${name}.ts`]),
      ['client', 'client/index.ts'],
      ['d1/plugin', 'scripts/lib/server/d1/plugin.ts'],
    ]),
    outdir: join(folder, 'lib'),
    chunkNames: 'chunk-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.16',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    metafile: true,
    external: [...DEPENDENCIES, ...OPTIONAL_DEPENDENCIES],
    // Packages in CommonJS call it.
    banner: {
      js: "import{createRequire as __require}from'node:module';const require=__require(import.meta.url);",
    },
    plugins: [packagedModules],
  })
  for (const name of D1_MODULES) {
    cpSync(join(PROJECT_FOLDER, 'scripts/lib/server/d1', name), join(folder, 'lib/d1', name))
  }
  return packagesIn(metafile)
}

const packagedModules: Plugin = {
  name: 'packaged-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir, importer }) => {
      if (importer.startsWith(PACKAGED)) return
      const replacement = REPLACED[relative(PROJECT_FOLDER, resolve(resolveDir, path))]
      return replacement === undefined ? undefined : { path: join(PACKAGED, replacement) }
    })
    // Programs, and not the client library, which runs in other people's processes.
    onLoad({ filter: /\/scripts\/[a-z]+\.ts$/ }, ({ path }) => ({
      contents: `import ${JSON.stringify(join(PACKAGED, 'runtime.ts'))}\n${readFileSync(path, 'utf8')}`,
      loader: 'ts',
    }))
  },
}

async function copyWorker(folder: string): Promise<readonly string[]> {
  const target = join(folder, 'worker')
  mkdirSync(target)
  for (const name of ['worker.js', ...importedFiles(BUNDLE_FOLDER)]) {
    cpSync(join(BUNDLE_FOLDER, name), join(target, name))
  }
  await readWorkerOptions(WRANGLER_CONFIG, join(target, 'options.json'))
  // wrangler says nothing of what it bundled; this bundle of the same modules is thrown away.
  const { metafile } = await build({
    absWorkingDir: PROJECT_FOLDER,
    entryPoints: ['src/worker.ts'],
    bundle: true,
    format: 'esm',
    write: false,
    metafile: true,
    conditions: ['workerd', 'worker', 'browser'],
    loader: { '.sh': 'text', '.css': 'text' },
    plugins: [scriptsAsText],
    external: ['cloudflare:*', 'node:*'],
  })
  return packagesIn(metafile)
}

/** Scripts that the console's pages load (wrangler.toml: rules). */
const scriptsAsText: Plugin = {
  name: 'scripts-as-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.client\.js$|htmx\.min\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8'),
      loader: 'text',
    }))
  },
}

/** The statements and their order; not the snapshots, from which drizzle-kit makes the next one. */
function copyMigrations(folder: string): void {
  const files = readdirSync(MIGRATIONS_FOLDER).filter((name) => name.endsWith('.sql'))
  for (const name of [...files, 'meta/_journal.json']) {
    cpSync(join(MIGRATIONS_FOLDER, name), join(folder, 'migrations', name))
  }
}

function writeTypes(folder: string): void {
  const draft = join(folder, 'types-draft')
  const options = ['--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--outDir', draft]
  const project = join(PROJECT_FOLDER, 'client', 'tsconfig.json')
  const tsc = join(PROJECT_FOLDER, 'node_modules', '.bin', 'tsc')
  execFileSync(tsc, [
    '-p',
    project,
    ...options,
    '--rootDir',
    PROJECT_FOLDER,
    '--rewriteRelativeImportExtensions',
  ])
  cpSync(join(draft, 'client'), join(folder, 'types'), { recursive: true })
  rmSync(draft, { recursive: true })
}

/** The package folder of each module that was bundled. */
function packagesIn({ inputs }: Metafile): readonly string[] {
  return Object.keys(inputs).flatMap(
    (path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(resolve(PROJECT_FOLDER, path))?.[1] ?? [],
  )
}

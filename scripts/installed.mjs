// Runs before all else, on whatever Node there is (20 or newer), and so is plain JavaScript without a dependency.
// Its arguments: folders with a package.json of their own, whose packages only some scripts need; --built, for scripts that
// run the Worker.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = new URL('..', import.meta.url)

// npm runs this on the Node that node_modules brings, which takes TypeScript as it is; an older one cannot go on.
if (!isInstalled(root, existsIn) || !process.features.typescript) fail('run npm ci first')

const { values, positionals } = parseArgs({
  options: { built: { type: 'boolean' } },
  allowPositionals: true,
})

for (const folder of positionals) {
  const home = new URL(`${folder}/`, root)
  if (isInstalled(home, isPinnedIn)) continue
  console.error(`latchkey: installing the packages of ${folder}, once`)
  const npm = spawnSync('npm', ['ci', '--prefix', fileURLToPath(home)], {
    cwd: root,
    // The tables of the bench are its standard output.
    stdio: ['ignore', process.stderr, 'inherit'],
  })
  if (npm.status !== 0) fail(`the packages of ${folder} cannot be installed: see above`)
}

if (values.built) {
  // Only here: an older Node cannot read TypeScript.
  const [{ ensureBundle }, { exitBecause }] = await Promise.all([
    import('./lib/cli/bundle.ts'),
    import('./lib/cli/refusal.ts'),
  ])
  await ensureBundle().catch(exitBecause)
}

function isInstalled(home, check) {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(new URL('package.json', home), 'utf8'))
  return Object.entries({ ...dependencies, ...devDependencies }).every(([name, version]) =>
    check(new URL(`node_modules/${name}/package.json`, home), version),
  )
}

function existsIn(manifest) {
  return existsSync(manifest)
}

/** An upgrade of the project installs them again. */
function isPinnedIn(manifest, version) {
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version
}

function fail(message) {
  console.error(`latchkey: ${message}`)
  process.exit(1)
}

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { command } from './lib/cli/command.ts'
import { PROJECT_FOLDER } from './lib/cli/project.ts'
import { Refusal } from './lib/cli/refusal.ts'
import { buildPackage } from './package/build.ts'
import { readProject } from './package/manifest.ts'
import { releaseFaults } from './package/release.ts'

const HELP = `Makes the npm package in dist/package; then \`npm pack ./dist/package\` makes the file that npm installs.

  npm run package

  --out FOLDER   another folder, which is replaced
  --release      refuses unless version, CHANGELOG.md and tag agree, and all is committed
  --help`

const OPTIONS = {
  out: { type: 'string', default: 'dist/package' },
  release: { type: 'boolean', default: false },
} as const

await command({ help: HELP, options: OPTIONS }, async ({ values: { out, release } }) => {
  if (release) refuseUnlessReady()
  const folder = resolve(out)
  await buildPackage(folder)
  console.log(folder)
})

function refuseUnlessReady(): void {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: PROJECT_FOLDER, encoding: 'utf8' })
  const faults = releaseFaults({
    version: readProject().version,
    changelog: readFileSync(join(PROJECT_FOLDER, 'CHANGELOG.md'), 'utf8'),
    tags: git('tag', '--points-at', 'HEAD').split('\n'),
    isDirty: git('status', '--porcelain') !== '',
  })
  if (faults.length > 0) throw new Refusal(faults.join('\nlatchkey: '))
}

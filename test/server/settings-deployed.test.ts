import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { shortcomingsOf } from '../../scripts/deploy/shortcomings.ts'
import { readDeployment } from '../../scripts/lib/deployment/deployment.ts'
import { deployWorker } from '../support/deployed-worker.ts'
import { runScript } from '../support/script.ts'
import { temporaryData } from '../support/server.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const PLACEHOLDER = '00000000-0000-0000-0000-000000000000'
const DATABASE = '6a2f8f0e-0d39-4a7c-9c1b-2f1f0a3c5d7e'
const NAMESPACE = '0f2ac74b498b48028cb68387c421e279'
const NO_NAMESPACE = PLACEHOLDER.replaceAll('-', '')

const UNFILLED = { url: 'http://127.0.0.1:8787', database: PLACEHOLDER, namespace: NO_NAMESPACE }
const FILLED_IN = { url: 'https://keys.example', database: DATABASE, namespace: NAMESPACE }

describe('npm run deploy', () => {
  test('hands its arguments to wrangler once wrangler.toml is filled in', async () => {
    const { run, commands } = await deploy(FILLED_IN, ['--minify'])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(commands).toEqual([expect.stringMatching(/^deploy -c .*wrangler\.toml --minify$/)])
  })

  test.each([
    ['database_id', { ...FILLED_IN, database: PLACEHOLDER }],
    ['the id of PAGES', { ...FILLED_IN, namespace: NO_NAMESPACE }],
    ['LATCHKEY_PUBLIC_URL', { ...FILLED_IN, url: 'http://keys.example' }],
    ['LATCHKEY_PUBLIC_URL', { ...FILLED_IN, url: 'https://localhost' }],
  ])('finds that %s is not filled in: %o', (name, config) => {
    const path = join(temporaryData(), 'wrangler.toml')
    writeFileSync(path, wranglerToml(config))
    expect(shortcomingsOf(readDeployment(path, null))).toEqual([
      expect.stringMatching(new RegExp(`^${name} in wrangler\\.toml `)),
    ])
  })

  test('refuses what is not filled in, in a line for each, and runs no wrangler', async () => {
    const { run, commands } = await deploy(UNFILLED, [])
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toMatch(
      /^(latchkey: (database_id|the id of PAGES|LATCHKEY_PUBLIC_URL) in wrangler\.toml .*\n){3}$/,
    )
    expect(commands).toEqual([])
  })

  test('--dry-run of what it would refuse: a warning for each, and it passes', async () => {
    const { run, commands } = await deploy(UNFILLED, ['--dry-run'])
    expect(run.code).toBe(0)
    expect(run.stderr).toMatch(/^(latchkey: WARNING: npm run deploy would refuse this\. .*\n){3}$/)
    expect(commands).toEqual([expect.stringMatching(/ --dry-run$/)])
  })
})

describe('without npm ci', () => {
  test.each(['start', 'demo', 'bootstrap', 'deploy', 'bench', 'check'] as const)(
    'npm run %s says so in one line',
    (script) => {
      const run = spawnSync('sh', ['-c', packageJson.scripts[script]], {
        cwd: copyProject(),
        encoding: 'utf8',
      })
      expect(run).toMatchObject({ status: 1, stdout: '', stderr: 'latchkey: run npm ci first\n' })
    },
  )
})

describe('a script with packages of its own', () => {
  test('installs them once, and says so in one line', async () => {
    const project = copyProject()
    symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'))
    const commands = join(project, 'commands')
    const bin = join(project, 'bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'npm'), `#!/bin/sh\necho "$*" >> ${commands}\nexit \${NPM_EXIT:-0}\n`, {
      mode: 0o700,
    })
    const run = (env: Record<string, string>) =>
      spawnSync(process.execPath, ['scripts/installed.mjs', 'scripts/bench'], {
        cwd: project,
        env: { PATH: `${bin}:${process.env.PATH}`, ...env },
        encoding: 'utf8',
      })
    const line = 'latchkey: installing the packages of scripts/bench, once\n'

    expect(run({ NPM_EXIT: '1' })).toMatchObject({
      status: 1,
      stderr: `${line}latchkey: the packages of scripts/bench cannot be installed: see above\n`,
    })
    expect(run({})).toMatchObject({ status: 0, stdout: '', stderr: line })
    const ci = `ci --prefix ${join(project, 'scripts/bench')}/`
    expect(readFileSync(commands, 'utf8')).toBe(`${ci}\n${ci}\n`)

    const { dependencies } = JSON.parse(readFileSync(join(project, 'scripts/bench/package.json'), 'utf8'))
    const install = (name: string, version: unknown) => {
      const folder = join(project, 'scripts/bench/node_modules', name)
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ version }))
    }
    for (const [name, version] of Object.entries(dependencies)) install(name, version)
    expect(run({}), 'all are there').toMatchObject({ status: 0, stderr: '' })
    install('pg', '1.0.0')
    expect(run({}), 'one is of an earlier release').toMatchObject({ status: 0, stderr: line })
  })
})

type Config = { readonly url: string; readonly database: string; readonly namespace: string }

/** This project's, with other values. */
function wranglerToml({ url, database, namespace }: Config): string {
  return readFileSync(join(ROOT, 'wrangler.toml'), 'utf8')
    .replace(/^database_id = .*$/m, `database_id = "${database}"`)
    .replace(/^id = .*$/m, `id = "${namespace}"`)
    .replace(/^LATCHKEY_PUBLIC_URL = .*$/m, `LATCHKEY_PUBLIC_URL = "${url}"`)
}

async function deploy(config: Config, args: readonly string[]) {
  const project = copyProject()
  symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'))
  writeFileSync(join(project, 'wrangler.toml'), wranglerToml(config))
  const worker = await deployWorker(temporaryData(), async () => ({ status: 404, text: '' }))
  const { PATH = '', FAKE_CLOUDFLARE = '' } = worker.env
  const run = await runScript(join(project, 'scripts/deploy.ts'), args, { PATH, FAKE_CLOUDFLARE })
  return { run, commands: worker.commands() }
}

function copyProject(): string {
  const folder = temporaryData()
  const filter = (path: string) => !path.endsWith('/node_modules')
  for (const path of ['scripts', 'package.json'])
    cpSync(join(ROOT, path), join(folder, path), { recursive: true, filter })
  return folder
}

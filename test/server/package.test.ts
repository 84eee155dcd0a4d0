/** The npm package, as it is built: what is in it, and that its programs work on a state that a checkout has made. */
import { spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PROJECT_FOLDER } from '../../scripts/lib/cli/project.ts'
import { buildPackage } from '../../scripts/package/build.ts'
import { licencesOf } from '../../scripts/package/licences.ts'
import { manifestOf, readProject } from '../../scripts/package/manifest.ts'
import { eventually, sharedServer, stoppedData } from '../support/server.ts'

// Inside the project, whose node_modules have what the package depends on.
const home = join(PROJECT_FOLDER, 'dist', `package-test-${process.pid}`)
const folder = join(home, 'latchkey')
const bin = join(folder, 'bin', 'latchkey.js')

beforeAll(() => buildPackage(folder))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const files = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))

function latchkey(args: readonly string[], input = '', env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    env: { ...process.env, XDG_CONFIG_HOME: join(home, 'config'), ...env },
    input,
    encoding: 'utf8',
  })
  return { code: status, stdout: stdout.trimEnd(), stderr }
}

function done(...line: Parameters<typeof latchkey>): string {
  const run = latchkey(...line)
  expect([run.code, run.stderr]).toEqual([0, run.stderr])
  return run.stdout
}

test('it has the programs, the Worker, the migrations, the types, and no file besides', () => {
  const expected = [
    /^(README|CHANGELOG|THIRD-PARTY-LICENSES)\.md$/,
    /^LICENSE$/,
    /^package\.json$/,
    /^bin\/latchkey\.js$/,
    /^lib\/(latchkey|start|backup|restore|rotate|rebuild|bootstrap|client|chunk-[A-Z0-9]{8})\.js$/,
    /^lib\/d1\/(plugin\.js|binding\.mjs|object\.mjs)$/,
    /^migrations\/[0-9]{4}_\w+\.sql$/,
    /^migrations\/meta\/_journal\.json$/,
    /^types\/(index|agent|client|error|native|store|verify)\.d\.ts$/,
    /^worker\/(worker\.js|options\.json|[0-9a-f]{40}-([\w-]+\.sh|console\.css|console\.client\.js|htmx\.min\.js))$/,
  ]
  const all = files()
  expect(all.filter((name) => !expected.some((pattern) => pattern.test(name)))).toEqual([])
  expect(expected.filter((pattern) => !all.some((name) => pattern.test(name)))).toEqual([])
  expect(all.filter((name) => name.endsWith('.sh')).length).toBe(
    new Set(readFileSync(join(folder, 'worker/worker.js'), 'utf8').match(/[0-9a-f]{40}-[\w-]+\.sh/g)).size,
  )
})

test('no file names a folder of this machine', () => {
  const naming = files().filter((name) => readFileSync(join(folder, name), 'utf8').includes(PROJECT_FOLDER))
  expect(naming).toEqual([])
})

test('it depends on the client library’s packages and the runtime, in the versions that the project has', () => {
  const { dependencies, optionalDependencies, ...manifest } = manifestOf()
  expect(Object.keys({ ...dependencies, ...optionalDependencies })).toEqual([
    'jose',
    'openapi-fetch',
    'miniflare',
  ])
  for (const [name, version] of Object.entries({ ...dependencies, ...optionalDependencies })) {
    const installed = join(PROJECT_FOLDER, 'node_modules', name, 'package.json')
    expect(JSON.parse(readFileSync(installed, 'utf8')).version).toBe(version)
  }
  expect(manifest).toMatchObject({ name: 'latchkey', version: readProject().version, license: 'MIT' })
  expect(manifest).not.toHaveProperty('private')
})

test('the licence of each bundled package is with it, and another licence is refused', () => {
  const licences = readFileSync(join(folder, 'THIRD-PARTY-LICENSES.md'), 'utf8')
  for (const name of [
    'hono',
    'zod',
    'commander',
    '@clack/prompts',
    'drizzle-orm',
    '@peculiar/x509',
    'jose',
  ]) {
    expect(licences).toMatch(new RegExp(`^## ${name} [0-9.]+ \\([A-Z]`, 'm'))
  }
  const other = mkdtempSync(join(tmpdir(), 'latchkey-licence-'))
  writeFileSync(join(other, 'package.json'), '{"name":"other","version":"1.0.0","license":"AGPL-3.0"}')
  expect(() => licencesOf([other])).toThrow('other 1.0.0 has the licence AGPL-3.0')
  rmSync(other, { recursive: true })
})

test('it serves a state that a checkout made: key, machine, token, verification, and a clean stop', async () => {
  const data = stoppedData()
  const server = spawn(process.execPath, [bin, 'start'], {
    env: { ...process.env, PORT: '0', LATCHKEY_DATA: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  server.stdout.on('data', (chunk) => {
    printed += chunk
  })
  const complaints = text(server.stderr)
  await eventually(() => printed.includes('Latchkey ready on') || server.exitCode !== null)
  done(['login', '--data', data])
  const code = done(['keys', 'create', '--name', 'packaged', '-q'])
  const state = join(data, 'agent')
  const agent = done(['enroll', '--code-file', '-', '--state', state, '-q'], code)
  const token = done(['token', '--state', state])
  expect(done(['verify', 'token', '-q'], token)).toBe(agent)
  server.kill('SIGTERM')
  await eventually(() => server.exitCode !== null)
  expect([server.exitCode, await complaints]).toEqual([0, ''])
})

test('its texts name its own commands, and what needs a checkout says so', () => {
  expect(done(['admin', 'rotate', '--help'])).toContain('  latchkey admin rotate status ')
  expect(done(['admin', 'backup', '--help'])).not.toContain('npm ')
  expect(latchkey(['admin', 'rebuild', '--remote'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--remote works in a checkout of the project'),
  })
})

test('a TypeScript project compiles against its types, and runs', () => {
  const { url, credentials } = sharedServer()
  const project = join(home, 'example')
  cpSync(join(PROJECT_FOLDER, 'client', 'example'), project, { recursive: true })
  mkdirSync(join(project, 'node_modules'))
  symlinkSync(folder, join(project, 'node_modules', 'latchkey'))
  const tsc = resolve(PROJECT_FOLDER, 'node_modules/.bin/tsc')
  const compiled = spawnSync(tsc, ['-p', project], { encoding: 'utf8' })
  expect([compiled.status, compiled.stdout]).toEqual([0, ''])
  const { auth_username, secret } = credentials.illumio
  const run = spawnSync(process.execPath, ['dist/main.js'], {
    cwd: project,
    env: { ...process.env, LATCHKEY_URL: url, LATCHKEY_API_KEY: `${auth_username}:${secret}` },
    encoding: 'utf8',
  })
  expect([run.stdout, run.stderr]).toEqual(['true false true 200 401\n', ''])
})

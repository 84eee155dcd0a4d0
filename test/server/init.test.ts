/** `latchkey init` with a stand-in for wrangler: what it runs, what it keeps, and how it goes on after a failure. */
import { cpSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { filledIn } from '../../scripts/cli/init/wrangler-toml.ts'
import { deployWorker } from '../support/deployed-worker.ts'
import { runScript } from '../support/script.ts'
import { temporaryData } from '../support/server.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const URL_OF_WORKER = 'https://latchkey.example.workers.dev'

/** A checkout of its own, since wrangler.toml is written. */
async function checkout() {
  const project = temporaryData()
  const filter = (path: string) => !path.endsWith('/node_modules')
  for (const path of ['scripts', 'package.json', 'wrangler.toml'])
    cpSync(join(ROOT, path), join(project, path), { recursive: true, filter })
  for (const path of ['node_modules', 'src', 'client']) symlinkSync(join(ROOT, path), join(project, path))
  const worker = await deployWorker(temporaryData(), async () => ({ status: 404, text: '' }))
  const { PATH = '', FAKE_CLOUDFLARE = '' } = worker.env
  const masterKey = join(project, 'master.key')
  let seen = 0
  return {
    worker,
    masterKey,
    toml: () => readFileSync(join(project, 'wrangler.toml'), 'utf8'),
    /** Its commands are the new ones, without the path of the configuration. */
    async init(...args: string[]) {
      const line = ['init', ...args, '--master-key', masterKey]
      const run = await runScript(join(project, 'scripts/latchkey.ts'), line, { PATH, FAKE_CLOUDFLARE })
      const all = worker.commands()
      const commands = all.slice(seen).map((one) => one.replace(` -c ${project}/wrangler.toml`, ''))
      seen = all.length
      return { ...run, commands }
    },
  }
}

test('makes what a deployment needs, says each step, and changes nothing when it is run again', async () => {
  const { init, toml, worker, masterKey } = await checkout()
  const first = await init(URL_OF_WORKER, '--yes')
  expect(first).toMatchObject({ code: 0, stdout: '' })
  expect(first.commands).toEqual([
    'whoami --json',
    'd1 list --json',
    'd1 create latchkey',
    'd1 list --json',
    'kv namespace list',
    'kv namespace create latchkey-pages',
    'kv namespace list',
    'd1 migrations apply latchkey --remote',
    'deploy',
    'secret list',
    'secret put LATCHKEY_MASTER_KEY',
  ])
  expect(first.stderr.match(/^[1-7]\/7 .+$/gm)).toHaveLength(7)
  const written = toml()
  const values = {
    url: URL_OF_WORKER,
    databaseId: '6a2f8f0e-0d39-4a7c-9c1b-2f1f0a3c5d7e',
    namespaceId: '0f2ac74b498b48028cb68387c421e279',
  }
  expect(written).toBe(filledIn(readFileSync(join(ROOT, 'wrangler.toml'), 'utf8'), values))
  const key = readFileSync(masterKey, 'utf8').trim()
  expect(Buffer.from(key, 'base64')).toHaveLength(32)
  expect(statSync(masterKey).mode & 0o777).toBe(0o600)
  expect(worker.secret('LATCHKEY_MASTER_KEY')).toBe(key)
  expect(first.stderr + first.commands.join()).not.toContain(key)

  const again = await init('--yes')
  expect(again.code).toBe(0)
  expect(again.commands).toEqual([
    'whoami --json',
    'd1 migrations apply latchkey --remote',
    'deploy',
    'secret list',
  ])
  expect(toml()).toBe(written)
  expect(worker.secret('LATCHKEY_MASTER_KEY')).toBe(key)
})

test('a step that fails is one line, and the next run goes on with it', async () => {
  const { init, toml, worker, masterKey } = await checkout()
  worker.failAt('kv namespace')
  const failed = await init(URL_OF_WORKER, '--yes')
  expect(failed.code).toBe(1)
  expect(failed.stderr).toMatch(/\nlatchkey: wrangler could not list the namespaces \(not now\)\n$/)
  expect(toml()).toBe(readFileSync(join(ROOT, 'wrangler.toml'), 'utf8'))
  worker.failAt('secret put')
  const later = await init(URL_OF_WORKER, '--yes')
  expect(later.stderr).toContain('D1 database "latchkey" is there')
  expect(later.code).toBe(1)
  expect(later.commands).not.toContain('d1 create latchkey')
  const key = readFileSync(masterKey, 'utf8').trim()
  worker.failAt(null)
  expect((await init('--yes')).code).toBe(0)
  expect(worker.secret('LATCHKEY_MASTER_KEY')).toBe(key)
})

test('nothing is done without an address, without a yes, or while wrangler is not signed in', async () => {
  const { init, toml, worker, masterKey } = await checkout()
  const before = toml()
  for (const [args, said] of [
    [['--yes'], 'name the https address'],
    [['http://keys.example', '--yes'], 'name the https address'],
    [[URL_OF_WORKER], 'give --yes'],
  ] as const) {
    const run = await init(...args)
    expect([run.code, run.commands]).toEqual([2, []])
    expect(run.stderr).toContain(said)
  }
  worker.logOut()
  const run = await init(URL_OF_WORKER, '--yes')
  expect([run.code, run.commands]).toEqual([4, ['whoami --json']])
  expect(run.stderr).toContain('npx wrangler login')
  expect([toml(), existsSync(masterKey)]).toEqual([before, false])
})

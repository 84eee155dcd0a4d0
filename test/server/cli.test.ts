/** The command line against a server that runs: what it prints, where, and how it ends. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { latchkeyCommand } from '../../scripts/cli/program.ts'
import { commandReference } from '../../scripts/cli/reference.ts'
import { credentialsPath } from '../../scripts/lib/state/credentials.ts'
import { sharedServer } from '../support/server.ts'

const LATCHKEY = resolve(import.meta.dirname, '../../scripts/latchkey.ts')
const server = sharedServer()
const home = mkdtempSync(join(tmpdir(), 'latchkey-cli-'))
const env = { XDG_CONFIG_HOME: join(home, 'config'), XDG_STATE_HOME: join(home, 'state') }

type Run = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

function latchkey(line: string, { input = '', ...more }: Record<string, string> = {}): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [LATCHKEY, ...line.split(' ')], {
    env: { ...process.env, NO_COLOR: '1', ...env, ...more },
    input,
    encoding: 'utf8',
  })
  return { code: status, stdout, stderr }
}

function done(line: string, more?: Record<string, string>): string {
  const run = latchkey(line, more)
  expect([line, run.code, run.stderr]).toEqual([line, 0, run.stderr])
  return run.stdout.trimEnd()
}

afterAll(() => rmSync(home, { recursive: true, force: true }))

beforeAll(() => {
  done(`login --data ${server.data}`)
})

test('a new user: profile, key, machine, token, list, and the machine is revoked with its key', async () => {
  const profile = done('profiles create first-minutes -q')
  const code = done(`keys create -p ${profile} -n first -u 2 -e 1h -q`)
  expect(code).toMatch(/^lk_[\w-]{54}$/)
  const agent = done(`enroll ${server.url} --code-file - --hostname first-01 -q`, { input: code })
  expect(done(`enroll ${server.url} --code-file - -q`, { input: code })).toBe(agent)
  expect(done('enroll --if-needed -q')).toBe(agent)
  const token = done('token')
  const claims = JSON.parse(done('verify token --json', { input: token }))
  expect(claims).toMatchObject({ sub: agent, iss: server.url })
  expect(latchkey('verify token', { input: `${token.slice(0, -6)}AAAAAA` })).toMatchObject({
    code: 3,
    stdout: '',
  })
  expect(JSON.parse(done('keys get first --json'))).toMatchObject({ uses: 1, max_uses: 2, state: 'active' })
  expect(done('keys get first')).toMatch(/^uses +1 of 2$/m)
  expect(done('agents get first-01 -q')).toBe(agent)
  expect(done('agents ls --key first --json')).toContain(agent)
  expect(JSON.parse(done('whoami --json'))).toMatchObject({ credential: { kind: 'api_key' } })
  const second = latchkey(`enroll ${server.url} --code-file - --state ${join(home, 'second')} -q`, {
    input: code,
  })
  expect(second.code).toBe(0)
  const third = latchkey(`enroll ${server.url} --code-file - --state ${join(home, 'third')} -q`, {
    input: code,
  })
  expect(third.code).toBe(3)
  const request = /request ([0-9a-f-]{36})/.exec(third.stderr)?.[1]
  expect(done(`keys explain --request ${request} -q`)).toBe('key_spent')
  expect(done('keys explain first')).toMatch(/^ {2}> key_spent$/m)
  await expect.poll(() => done('events --key first --refused --json')).toContain(request)
  expect(latchkey('keys revoke first --agents --dry-run').stderr).toContain('2 agents would be revoked')
  expect(done('keys get first --field state')).toBe('spent')
  expect(latchkey('keys revoke first --agents')).toMatchObject({ code: 0, stderr: '2 agents are revoked\n' })
  expect(done(`agents get ${agent} --field state`)).toBe('revoked')
})

test('where there is no profile yet, the first key makes one, with one use and seven days', () => {
  const run = latchkey('keys create --json')
  // The organization of the demo has others by the time that this runs.
  if (run.code === 2) expect(run.stderr).toMatch(/^latchkey: name a profile with -p: /)
  else expect(JSON.parse(run.stdout)).toMatchObject({ max_uses: 1, expires_at: expect.any(String) })
})

test('what has no limit or no end is made, extended and preset by its word', () => {
  const profile = JSON.parse(
    done('profiles create endless --default-uses unlimited --default-expires never --json'),
  )
  expect(profile).toMatchObject({ default_max_uses: null, default_key_lifetime_seconds: null })
  const made = JSON.parse(done(`keys create -p ${profile.id} -n endless -u unlimited -e never --json`))
  expect(made).toMatchObject({ max_uses: null, expires_at: null })
  const bounded = JSON.parse(done(`keys create -p ${profile.id} -n bounded --json`))
  expect(bounded).toMatchObject({ max_uses: 1, expires_at: expect.any(String) })
  const extended = JSON.parse(done('keys extend bounded -u unlimited -e never --json'))
  expect(extended).toMatchObject({ max_uses: null, expires_at: null })
})

describe('secrets', () => {
  test('its files are their owner’s only, and no list of contexts shows a secret', () => {
    const { secret } = server.credentials.illumio
    expect(statSync(join(env.XDG_CONFIG_HOME, 'latchkey', 'config.json')).mode & 0o777).toBe(0o600)
    expect(done('context ls --json')).not.toContain(secret)
  })

  test('many codes go to a new file of their owner’s, and an old file is not touched', () => {
    const out = join(home, 'codes.csv')
    done(`profiles create in-bulk -q`)
    done(`keys create -p in-bulk --count 3 --out ${out}`)
    const [head, ...rows] = readFileSync(out, 'utf8').trimEnd().split('\n')
    expect([head, rows.length, new Set(rows).size]).toEqual(['id,code,expires_at', 3, 3])
    expect(statSync(out).mode & 0o777).toBe(0o600)
    expect(latchkey(`keys create -p in-bulk --count 3 --out ${out}`).code).toBe(2)
    expect(readFileSync(out, 'utf8').trimEnd().split('\n').length).toBe(4)
  })
})

describe('how it ends', () => {
  const nowhere = { LATCHKEY_URL: 'http://127.0.0.1:9', LATCHKEY_API_KEY: 'api_1aaaaaaaaaaaaaaaa:secret' }
  const wrong = { ...nowhere, LATCHKEY_URL: server.url }
  test.each([
    ['keys', {}, 2, 'Usage: latchkey keys'],
    ['keys create --uses 0', {}, 2, 'Give a whole number from 1'],
    ['keys get key_1', {}, 3, 'not_found'],
    ['keys ls', { XDG_CONFIG_HOME: join(home, 'empty') }, 4, 'not signed in'],
    ['keys ls', wrong, 4, 'latchkey login'],
    ['keys ls', nowhere, 5, 'cannot reach http://127.0.0.1:9'],
    ['keys ls', { LATCHKEY_URL: nowhere.LATCHKEY_URL }, 4, 'no credential for http://127.0.0.1:9'],
    ['keys ls', { LATCHKEY_API_KEY: nowhere.LATCHKEY_API_KEY }, 2, 'LATCHKEY_API_KEY needs LATCHKEY_URL'],
    ['login http://127.0.0.1:9 --no-input', {}, 2, 'give --email'],
    ['login --api-key-file any', {}, 2, 'name the server'],
    ['login http://127.0.0.1:9 --data any', {}, 2, '--data'],
    ['status http://127.0.0.1:1', {}, 5, 'cannot reach http://127.0.0.1:1: bad port'],
    [
      `enroll ${server.url} --state ${join(home, 'other')}`,
      { LATCHKEY_CODE: `lk_${'A'.repeat(54)}` },
      3,
      'unauthorized',
    ],
  ])('%s', (line, more, code, said) => {
    const run = latchkey(line, more)
    expect([run.code, run.stdout]).toEqual([code, ''])
    expect(run.stderr).toContain(said)
    expect(run.stderr).not.toMatch(/^\s+at /m)
  })
})

test('the reference has every command as it is', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/reference/cli.md'), 'utf8')
  expect(commandReference(latchkeyCommand())).toBe(page)
})

test('an agent is listed as soon as it has enrolled', () => {
  const code = done(`keys create -p ${done('profiles create listed -q')} -n listed -q`)
  const agent = done(`enroll ${server.url} --code-file - --state ${join(home, 'listed')} -q`, { input: code })
  expect(done('agents ls --key listed -q')).toBe(agent)
})

test('completion: bash offers what follows', () => {
  const script = join(home, 'completion.bash')
  writeFileSync(script, done('completion bash'))
  const ask = `source ${script}; COMP_WORDS=(latchkey keys cr); COMP_CWORD=2; _latchkey; echo "\${COMPREPLY[@]}"`
  expect(spawnSync('bash', ['-c', ask], { encoding: 'utf8' }).stdout).toBe('create\n')
  expect(existsSync(credentialsPath(server.data))).toBe(true)
})

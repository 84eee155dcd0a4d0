/** The pairing script. What it never shows. Contract: illumio.md §3.2, §3.3, and the head of the script. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  CODE,
  claims,
  OTHER_CODE,
  pair,
  server,
  usePairServer,
  venDirectory,
  withDirectory,
} from '../../support/pair-run.ts'
import { makeDirectory, makeLoggingToolbox, runPairScript } from '../../support/pair-script.ts'

usePairServer()

describe('secrets', () => {
  test('are in no argument list of any program, in no output, and the code in no file', async () => {
    const log = join(makeDirectory(), 'argv')
    const env = withDirectory({
      PATH: makeLoggingToolbox(log).directory,
      VEN_MANAGEMENT_SERVER: server.url,
      VEN_ACTIVATION_CODE: CODE,
    })
    server.answerNext({ status: 503, headers: { 'Retry-After': '0' } }, { lost: true })
    const first = await runPairScript([], env, { shell: ['sh', '-x'] })
    const second = await runPairScript([], env)
    server.answerNext({ status: 400, body: '{"error":"invalid_grant"}' })
    const third = await runPairScript(['--activation-code', OTHER_CODE], env)
    expect([first.status, second.status, third.status]).toEqual([0, 0, 7])
    const shown =
      [first, second, third].map((run) => run.stdout + run.stderr).join('') + readFileSync(log, 'utf8')
    expect(shown).toContain('curl -q')
    const claim = claims()[0] ?? ''
    for (const secret of [CODE, OTHER_CODE, claim, 'access-1', 'refresh-1'])
      expect(shown).not.toContain(secret)
    for (const name of readdirSync(venDirectory)) {
      expect(name).not.toContain(CODE)
      expect(readFileSync(join(venDirectory, name), 'utf8')).not.toContain(CODE)
    }
  })

  test('are not given away by a ~/.curlrc', async () => {
    const home = makeDirectory()
    const trace = join(home, 'trace')
    writeFileSync(join(home, '.curlrc'), `trace-ascii = "${trace}"\n`)
    expect((await pair([], { HOME: home })).status).toBe(0)
    expect(existsSync(trace)).toBe(false)
  })
})

import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { makeMachines } from '../../scripts/demo/fleet.ts'
import { runRush } from '../../scripts/demo/rush.ts'
import type { Client } from '../../scripts/lib/http/agent-client.ts'
import type { Answer } from '../../scripts/lib/http/answer.ts'
import { runScript } from '../support/script.ts'
import { temporaryData } from '../support/server.ts'

describe('npm run demo', () => {
  test('keeps every promise that it shows, within a minute, and leaves nothing behind', async () => {
    const folder = temporaryData()
    const run = await runScript('demo.ts', [], { TMPDIR: folder })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toMatch(/✓ agents made by a key of 25 uses +25\n/)
    expect(run.stdout).toMatch(/✓ an agent's own call, with its token +answered 200\n/)
    expect(run.stdout).not.toContain('✗')
    expect(run.stdout).toMatch(/npm start.*"A first key" in README\.md\n$/)
    expect(readdirSync(folder)).toEqual([])
  })

  test('a server that does not start: one line that says why, and no stack', async () => {
    const [folder, temporary] = [temporaryData(), temporaryData()]
    const preload = join(folder, 'preload.cjs')
    writeFileSync(
      preload,
      `if (process.argv[1]?.endsWith('start.ts')) {
         console.error('some noise\\nlatchkey: no room today\\nmore noise')
         process.exit(1)
       }`,
    )
    const run = await runScript('demo.ts', [], { TMPDIR: temporary, NODE_OPTIONS: `--require ${preload}` })
    expect(run).toMatchObject({
      code: 1,
      stderr: 'latchkey: the server did not start (exit 1): no room today\n',
    })
    expect(readdirSync(temporary)).toEqual([])
  })
})

describe('the rush', () => {
  test('answers that pass two thresholds at once make two crashes, one after the other', async () => {
    const machines = makeMachines(10)
    let [crashes, underWay, most] = [0, 0, 0]
    const { redemptions } = await runRush({
      client: answering({ status: 401, headers: {}, text: '' }),
      code: 'any',
      machines,
      crashAt: [3, 4],
      progress: { show() {}, end() {} },
      async crash() {
        crashes += 1
        underWay += 1
        most = Math.max(most, underWay)
        for (let turns = 0; turns < 20; turns += 1) await turn()
        underWay -= 1
      },
    })
    expect(redemptions.size).toBe(machines.length)
    expect({ crashes, most, underWay }).toEqual({ crashes: 2, most: 1, underWay: 0 })
  })

  test('a crash that the server does not come back from ends it, with that reason', async () => {
    const rush = runRush({
      client: answering({ status: 401, headers: {}, text: '' }),
      code: 'any',
      machines: makeMachines(10),
      crashAt: [3, 4],
      progress: { show() {}, end() {} },
      crash: () => Promise.reject(new Error('it stays away')),
    })
    await expect(rush).rejects.toThrow('it stays away')
  })
})

function answering(answer: Answer): Client {
  return { ask: async () => answer, close() {} }
}

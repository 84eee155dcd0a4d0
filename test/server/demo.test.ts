import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { runScript } from '../support/script.ts'
import { temporaryData } from '../support/server.ts'

describe('npm run demo', () => {
  test('keeps every promise that it shows, within a minute, and leaves nothing behind', async () => {
    const folder = temporaryData()
    const run = await runScript('demo.ts', [], { TMPDIR: folder })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toMatch(/✓ agents made by a key of 25 uses +25\n/)
    expect(run.stdout).not.toContain('✗')
    expect(readdirSync(folder)).toEqual([])
  }, 60_000)
})

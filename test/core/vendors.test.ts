/** What a vendor lays down stands in its dialect: the core, the stores and what all edges share name none. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const SOURCE = resolve(import.meta.dirname, '../../src')
const VENDORS = /illumio|zpa|zscaler|datonis/i

/** Where a rule of all dialects has its source, a comment may say so. */
const LINK = /docs\/dialects\/[\w.#-]+/g

/** The lines that may. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  // The dialects themselves, which stand in rows.
  'core/kernel/cause.ts': [
    "export const DIALECTS = { native: 'plain', illumio: 'filtered', zpa: 'searched' } as const",
  ],
  // A partial index, whose condition is a literal.
  'stores/d1/schema/ledgers.ts': [
    "index('agents_of_profile').on(t.ledger, t.profile, t.n).where(sql`dialect = 'zpa' AND state = 'active'`),",
  ],
}

function linesThatName(folder: string): string[] {
  return readdirSync(join(SOURCE, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(SOURCE, folder, name))
    .flatMap((file) => {
      const name = relative(SOURCE, file)
      const lines = readFileSync(file, 'utf8').replaceAll(LINK, '').split('\n')
      return lines.flatMap((line) => {
        const isNamed = VENDORS.test(line) && !ALLOWED[name]?.includes(line.trim())
        return isNamed ? [`${name}: ${line.trim()}`] : []
      })
    })
}

test.each(['core', 'stores', 'http'])('%s names no vendor', (folder) => {
  expect(linesThatName(folder)).toEqual([])
})

test('what is allowed is there', () => {
  for (const [name, lines] of Object.entries(ALLOWED)) {
    const text = readFileSync(join(SOURCE, name), 'utf8')
    for (const line of lines) expect(text).toContain(line)
  }
})

test('the check sees the names in the dialects', () => {
  expect(linesThatName('dialects').length).toBeGreaterThan(50)
})

/**
 * The pages of docs/ that list what the source declares. A declaration is found by its text, wherever its file is: most of
 * them are types, of which nothing is left when the code runs.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')

const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(ROOT, 'src', name))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }))

/** The one source that has this text. */
function sourceWith(text: string): (typeof sources)[number] {
  const [found, ...more] = sources.filter((source) => source.text.includes(text))
  if (!found || more.length > 0) throw new Error(`"${text}" has to be in one source, and no other`)
  return found
}

/** The declaration that begins so, up to the next blank line. */
function declaration(beginning: string): string {
  const { text } = sourceWith(beginning)
  return text.slice(text.indexOf(beginning)).split('\n\n', 1)[0] ?? ''
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name).sort()
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort()
}

function page(name: string): string {
  return readFileSync(join(ROOT, 'docs', name), 'utf8')
}

/** The part of a page that a heading of the second level begins. */
function section(text: string, heading: string): string {
  return text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
}

type Problem = { readonly status: number; readonly json: { readonly code: string; readonly type: string } }
const ABOUT = { requestId: '', publicUrl: 'https://latchkey.example' }

/** Members that some faults have and others do without. */
const MEMBERS = {
  ...{ noun: 'key', what: 'key', reference: '', id: '', key: '', reason: '', source: 'form', limit: 1 },
  ...{
    limitBytes: 1,
    retryAfterSeconds: 1,
    by: '',
    at: 0,
    comparison: null,
    allowed: [],
    problems: [],
    until: null,
  },
}

const KIND = /\bkind: '(\w+)'/g

/** What routes of the native API can be refused for: what any route can, and what their own type names. */
function nativeFaults(): string[] {
  return [
    ...namesIn(declaration('export type Fault ='), KIND),
    ...namesIn(declaration('export type NativeFault ='), /'(\w+)'/g),
  ]
}

/** What only routes of vendors' dialects can be refused for. */
function vendorFaults(): string[] {
  const native = nativeFaults()
  return namesIn(declaration('export type SpecialFault ='), KIND).filter((kind) => !native.includes(kind))
}

/** What the native API answers to every fault of its routes. */
async function nativeProblems(): Promise<Problem[]> {
  const { path } = sourceWith('export function problem(')
  const { problem, failure } = (await import(pathToFileURL(path).href)) as {
    readonly problem: (fault: object, about: object) => Problem
    readonly failure: (about: object) => Problem
  }
  // Some refusals of a redemption have codes of their own.
  const refused = refusalReasons().map((reason) => ({ ...MEMBERS, kind: 'redemption_refused', reason }))
  const faults = [...nativeFaults().map((kind) => ({ ...MEMBERS, kind })), ...refused]
  return [...faults.map((fault) => problem(fault, ABOUT)), failure(ABOUT)]
}

/** Their codes, and the status of each. */
async function nativeCodes(): Promise<ReadonlyMap<string, number>> {
  return new Map((await nativeProblems()).map(({ status, json }) => [json.code, status]))
}

function refusalReasons(): string[] {
  const ofRedemptions = namesIn(declaration('export const REFUSAL_REASONS ='), /^ {2}'(\w+)'/gm)
  const ofFaults = namesIn(declaration('export type SpecialFault ='), /reason: RefusalReason \| '(\w+)'/g)
  return distinct([...ofRedemptions, ...ofFaults])
}

describe('The page of errors', () => {
  const errors = page('reference/errors.md')
  const entries = (heading: string) => namesIn(section(errors, heading), /^### (\w+)$/gm)

  test('has a heading for every code of the native API, and for no other', async () => {
    const codes = [...(await nativeCodes()).keys()].sort()
    expect(codes.length).toBeGreaterThan(20)
    expect(entries('Codes')).toEqual(codes)
  })

  test('has a heading for every fault that only vendors’ dialects have, and for no other', () => {
    expect(vendorFaults().length).toBeGreaterThan(5)
    expect(entries('Faults of vendor dialects')).toEqual(vendorFaults())
  })

  test('says the status that the native API answers with', async () => {
    const written = [...section(errors, 'Codes').matchAll(/^### (\w+)\n\n(\d{3})\b/gm)]
    const statuses = new Map(written.map(([, code = '', status]) => [code, Number(status)]))
    expect(Object.fromEntries(statuses)).toEqual(Object.fromEntries(await nativeCodes()))
  })

  test('has each code once in its table of statuses', async () => {
    const rows = [...errors.matchAll(/^\| (\d{3})(?:, (\d{3}))? \| (\[`.*) \|$/gm)]
    const listed = rows.flatMap(([, first, second, codes = '']) =>
      namesIn(codes, /\[`(\w+)`\]/g).map((code) => ({ code, statuses: [first, second].map(Number) })),
    )
    const codes = await nativeCodes()
    expect(listed.map(({ code }) => code).sort()).toEqual([...codes.keys()].sort())
    for (const { code, statuses } of listed)
      expect([code, statuses]).toEqual([code, expect.arrayContaining([codes.get(code)])])
  })

  test('has a heading for every reason of a refused redemption, and for no other', async () => {
    const reasons = refusalReasons()
    expect(reasons.length).toBeGreaterThan(10)
    // A reason that is also a code has one heading for both.
    const codes = await nativeCodes()
    expect(entries('Refusal reasons')).toEqual(reasons.filter((reason) => !codes.has(reason)))
  })
})

describe('The page that the server has of errors', () => {
  const FOLDER = 'src/dialects/native/errors'

  /** The third-level headings of a section with their text, without links. */
  function entriesOf(heading: string) {
    const [, ...parts] = section(page('reference/errors.md'), heading).split(/^### /m)
    return parts.map((part) => {
      const [name = '', ...lines] = part.trim().split('\n')
      const text = lines.join(' ').trim()
      return { name, text: text.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1') }
    })
  }

  test('has the entries of docs/reference/errors.md', async () => {
    const sections = ['Codes', 'Refusal reasons', 'Faults of vendor dialects'].map((heading) => ({
      heading,
      entries: entriesOf(heading),
    }))
    expect(sections.every(({ entries }) => entries.length > 5)).toBe(true)
    await expect(`${JSON.stringify(sections, null, 2)}\n`).toMatchFileSnapshot(
      join(ROOT, FOLDER, 'error-entries.json'),
    )
  })

  test('has an anchor for the type of every problem', async () => {
    const { errorPage } = (await import(pathToFileURL(join(ROOT, FOLDER, 'error-page.ts')).href)) as {
      readonly errorPage: () => string
    }
    const anchors = namesIn(errorPage(), /<h3 id="(\w+)">/g)
    const types = (await nativeProblems()).map(({ json }) => new URL(json.type))
    expect(types.length).toBeGreaterThan(20)
    for (const { origin, pathname, hash } of types) {
      expect([origin, pathname]).toEqual([ABOUT.publicUrl, '/docs/errors'])
      expect(anchors).toContain(hash.slice(1))
    }
    expect(errorPage()).not.toMatch(/\]\(|<script|<style/)
  })
})

describe('The page of events', () => {
  test('has a row for every type of event, and for no other', () => {
    const types = namesIn(declaration('export const EVENT_TYPES ='), /'([\w.]+)'/g)
    expect(types.length).toBeGreaterThan(50)
    expect(namesIn(page('reference/events.md'), /^\| `(\w+\.\w+)` \|/gm)).toEqual(types)
  })
})

describe('The page on storage', () => {
  const storage = page('storage.md')

  /** The tables that its sections name in their first column. */
  const tablesIn = (heading: string) =>
    namesIn(namesIn(section(storage, heading), /^\| (`[^|]*) \|/gm).join(' '), /`(\w+)`/g)

  test.each([
    ['D1', () => [/\bsqliteTable\(\s*'(\w+)'/g, /\btable: '(\w+_terms)'/g].flatMap(namesInSources)],
    ['Ledger', () => tablesOf('LEDGER_STEPS')],
    ['Device inbox', () => tablesOf('INBOX_STEPS')],
  ])('has a row for every table of %s, and for no other', (heading, tables) => {
    expect(tables().length).toBeGreaterThan(5)
    expect(tablesIn(heading)).toEqual(distinct(tables()))
  })

  function namesInSources(pattern: RegExp): string[] {
    return namesIn(sources.map(({ text }) => text).join('\n'), pattern)
  }

  function tablesOf(steps: string): string[] {
    const shared = declaration('export const CLOCK_STEP') + sourceWith('INTO schema_steps').text
    return namesIn(
      sourceWith(`export const ${steps}`).text + shared,
      /CREATE TABLE (?:IF NOT EXISTS )?(\w+)/g,
    )
  }
})

describe('The page of limits', () => {
  test('has every budget of wrangler.toml with its numbers', () => {
    const written = page('reference/limits-and-cost.md').matchAll(
      /^\|[^|]*\| (\d+) in (\d+) s \|.*`(LIMIT_\w+)` \|$/gm,
    )
    const configured = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8').matchAll(
      /^name = "(LIMIT_\w+)"\n.*\nsimple = \{ limit = (\d+), period = (\d+) \}$/gm,
    )
    const budgets = [...configured].map(([, name, limit, period]) => `${name}: ${limit} in ${period} s`)
    expect(budgets.length).toBeGreaterThan(0)
    expect(
      distinct([...written].map(([, limit, period, name]) => `${name}: ${limit} in ${period} s`)),
    ).toEqual(budgets.sort())
  })
})

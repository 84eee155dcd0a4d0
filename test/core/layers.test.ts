import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const SOURCE = resolve(import.meta.dirname, '../../src')

/** What each layer may import, besides itself. `npm` is everything from the registry. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: ['npm:ipaddr.js'],
  http: ['core', 'npm'],
  stores: ['core', 'env', 'npm', 'platform'],
  'dialects/datonis': ['core', 'http', 'npm'],
  'dialects/illumio': ['core', 'http', 'npm'],
  'dialects/native': ['core', 'http', 'npm'],
  'dialects/zpa': ['core', 'http', 'npm'],
  env: ['stores'],
  worker: ['compose', 'core', 'stores', 'env'],
  compose: [
    'core',
    'http',
    'stores',
    'dialects/datonis',
    'dialects/illumio',
    'dialects/native',
    'dialects/zpa',
    'env',
    'npm',
  ],
}

function layerOf(file: string): string {
  const [first = '', second = ''] = relative(SOURCE, file).split('/')
  return first === 'dialects' ? `dialects/${second}` : first.replace(/\.ts$/, '')
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name))
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/(?:from|import)\s+'([^']+)'|import\('([^']+)'\)/g)].map((m) => m[1] ?? m[2] ?? '')
}

/** Every import that its layer may not make, as `file → import`. */
function violations(files: readonly string[], read: (file: string) => string[]): string[] {
  return files.flatMap((file) => {
    const from = layerOf(file)
    const allowed = MAY_IMPORT[from] ?? []
    return read(file)
      .filter((name) => {
        if (name.startsWith('cloudflare:')) return !allowed.includes('platform')
        if (!name.startsWith('.')) return !allowed.includes('npm') && !allowed.includes(`npm:${name}`)
        const to = layerOf(resolve(dirname(file), name))
        return to !== from && !allowed.includes(to)
      })
      .map((name) => `${relative(SOURCE, file)} → ${name}`)
  })
}

test('imports run downwards only, and dialects do not know each other', () => {
  const files = filesBelow(SOURCE)
  expect(files.length).toBeGreaterThan(50)
  expect(violations(files, importsOf)).toEqual([])
})

test('the check sees an import that runs upwards or sideways', () => {
  const core = join(SOURCE, 'core/keys/redeem.ts')
  const dialect = join(SOURCE, 'dialects/native/wire.ts')
  const bad: Record<string, string[]> = {
    [core]: ['../../stores/d1/schema.ts', 'zod', 'cloudflare:workers', './mint.ts'],
    [dialect]: ['../illumio/dialect.ts', '../../env.ts', '../../core/ids.ts', 'hono'],
  }
  expect(violations([core, dialect], (file) => bad[file] ?? [])).toEqual([
    'core/keys/redeem.ts → ../../stores/d1/schema.ts',
    'core/keys/redeem.ts → zod',
    'core/keys/redeem.ts → cloudflare:workers',
    'dialects/native/wire.ts → ../illumio/dialect.ts',
    'dialects/native/wire.ts → ../../env.ts',
  ])
})

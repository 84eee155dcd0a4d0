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
  console: ['core', 'http', 'npm'],
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
    'console',
    'env',
    'npm',
  ],
}

/**
 * What each area of the core may use of the others. Types may be named across areas, except by the kernel; `ports.ts` is a
 * type, and `core.ts` joins all.
 */
const AREAS: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  access: ['kernel'],
  events: ['kernel', 'access'],
  labels: ['kernel', 'access'],
  issuers: ['kernel', 'access'],
  jobs: ['kernel', 'access'],
  devices: ['kernel', 'access'],
  enrollment: ['kernel', 'access', 'issuers'],
  deployment: ['kernel', 'access', 'issuers', 'devices', 'enrollment', 'webhooks'],
  overview: ['kernel', 'access', 'enrollment'],
  exports: ['kernel', 'access', 'enrollment'],
  search: ['kernel'],
  webhooks: ['kernel', 'access'],
  outbound: ['kernel'],
}

/** Ask the ports for it: a test sets the clock and the ids, and an isolate's memory is made where it is composed. */
const PLATFORM: readonly (readonly [string, RegExp])[] = [
  ['the clock', /\bDate\.now\b|new Date\(\)|performance\.now/],
  ['randomness', /crypto\.(randomUUID|getRandomValues)|Math\.random/],
  ['a timer', /\b(setTimeout|setInterval)\(/],
  ['the log', /\bconsole\.(log|error|warn|info|debug)\b/],
  ['memory of its own', /^(let \w|(export )?const \w+(: [^=]+)? = new (Map|Set|WeakMap)\(\))/m],
]

/** Ids of events are ordered within an isolate, whether core, objects or stores make them. */
const MAY_ASK_THE_PLATFORM = ['core/kernel/time/event-id.ts']

function layerOf(file: string): string {
  const [first = '', second = ''] = relative(SOURCE, file).split('/')
  return first === 'dialects' ? `dialects/${second}` : first.replace(/\.tsx?$/, '')
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
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

/** Every import of a value between areas of the core that its area may not make. */
function areaViolations(files: readonly string[], read: (file: string) => string): string[] {
  return files.flatMap((file) => {
    const from = areaOf(file)
    const allowed = AREAS[from]
    if (!allowed) return [`${relative(SOURCE, file)} is in no known area`]
    return [...read(file).matchAll(/^(import|export)\b(\s+type\b)?[^'"]*?from '(\.[^']+)'/gm)]
      .map(([, , type, name = '']) => ({
        isType: type !== undefined,
        to: areaOf(resolve(dirname(file), name)),
      }))
      .filter(({ to }) => to !== from && !allowed.includes(to))
      .filter(({ isType, to }) => from === 'kernel' || !isType || !(to in AREAS || to === 'ports.ts'))
      .map(({ to }) => `${relative(SOURCE, file)} → ${to}`)
  })
}

function areaOf(file: string): string {
  return relative(join(SOURCE, 'core'), file).split('/')[0] ?? ''
}

/** The files of each circle of imports. */
function cycles(files: readonly string[]): string[][] {
  const imports = new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => resolve(dirname(file), name)),
    ]),
  )
  const reachable = (start: string) => {
    const seen = new Set<string>()
    const open = [...(imports.get(start) ?? [])]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue
      seen.add(next)
      open.push(...(imports.get(next) ?? []))
    }
    return seen
  }
  const reach = new Map(files.map((file) => [file, reachable(file)]))
  const inCircles = files.filter((file) => reach.get(file)?.has(file))
  const circles = inCircles.map((file) =>
    inCircles.filter((other) => reach.get(file)?.has(other) && reach.get(other)?.has(file)),
  )
  return [...new Map(circles.map((circle) => [circle.join(), circle])).values()]
}

test('the areas of the core use each other downwards only', () => {
  const files = filesBelow(join(SOURCE, 'core')).filter((file) => !/core\/(core|ports)\.ts$/.test(file))
  expect(areaViolations(files, (file) => readFileSync(file, 'utf8'))).toEqual([])
  const bad = join(SOURCE, 'core/kernel/ids.ts')
  expect(areaViolations([bad], () => "import type { Actor } from '../access/actor.ts'")).toEqual([
    'core/kernel/ids.ts → access',
  ])
})

test('no import runs in a circle', () => {
  expect(cycles(filesBelow(SOURCE)).map((circle) => circle.map((file) => relative(SOURCE, file)))).toEqual([])
})

test('neither core nor edges ask the platform for time, randomness or memory of their own', () => {
  const files = ['core', 'dialects', 'console'].flatMap((layer) => filesBelow(join(SOURCE, layer)))
  const found = files.flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    return PLATFORM.filter(([, pattern]) => pattern.test(text)).map(
      ([what]) => `${relative(SOURCE, file)}: ${what}`,
    )
  })
  expect(found.filter((one) => !MAY_ASK_THE_PLATFORM.includes(one.split(':')[0] ?? ''))).toEqual([])
})

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

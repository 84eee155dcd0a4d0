import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_FOLDER } from '../lib/cli/project.ts'

/** What the client library imports, and the types of it. */
export const DEPENDENCIES = ['jose', 'openapi-fetch'] as const
/** The Workers runtime, nine tenths of the package's size: a program that is only a client can leave it out. */
export const OPTIONAL_DEPENDENCIES = ['miniflare'] as const

/** The newest feature that is used: FTS5 in `node:sqlite` (22.16), with which D1 is migrated before workerd starts. */
const NODE = '>=22.16'

type Project = {
  readonly version: string
  readonly description: string
  readonly license: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

export function readProject(): Project {
  return JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8'))
}

/** The package's own package.json: versions are those with which the project is tested. */
export function manifestOf({ version, description, license, ...project } = readProject()) {
  const versions = { ...project.devDependencies, ...project.dependencies }
  const pinned = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, versions[name] ?? missing(name)]))
  return {
    name: 'latchkey',
    version,
    description,
    license,
    keywords: [
      'enrollment',
      'provisioning',
      'keys',
      'agents',
      'cloudflare-workers',
      'oauth',
      'illumio',
      'zpa',
      'datonis',
    ],
    type: 'module',
    bin: { latchkey: 'bin/latchkey.js' },
    exports: {
      '.': { types: './types/index.d.ts', default: './lib/client.js' },
      './package.json': './package.json',
    },
    files: ['bin', 'lib', 'types', 'worker', 'migrations', 'CHANGELOG.md', 'THIRD-PARTY-LICENSES.md'],
    engines: { node: NODE },
    dependencies: pinned(DEPENDENCIES),
    optionalDependencies: pinned(OPTIONAL_DEPENDENCIES),
  }
}

function missing(name: string): never {
  throw new Error(`package.json has no ${name}`)
}

/**
 * What a deployment on Cloudflare needs, step by step. Each looks first whether it was done: run again, they go on where they
 * stopped, and change nothing that is there.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { isPlaceholder } from '../../deploy/shortcomings.ts'
import { WRANGLER_CONFIG } from '../../lib/cli/project.ts'
import { Refusal } from '../../lib/cli/refusal.ts'
import { putWorkerSecret } from '../../lib/deployment/worker-secret.ts'
import { mustRunWrangler, runWrangler } from '../../lib/deployment/wrangler.ts'
import type { Json } from '../../lib/http/answer.ts'
import { createPrivateFile } from '../../lib/state/private-file.ts'
import { filledIn, type valuesIn } from './wrangler-toml.ts'

export type Init = {
  /** The https origin that the Worker will have. */
  readonly url: string
  /** What wrangler.toml says before. */
  readonly before: ReturnType<typeof valuesIn>
  /** The file that has, or gets, the master key. */
  readonly masterKey: string
}

type Step = {
  readonly title: string
  /** What was done, or that it was there. */
  readonly run: () => Promise<string>
}

const NAMESPACE = 'latchkey-pages'
const MASTER_KEY_BYTES = 32

export function stepsOf({ url, before, masterKey }: Init): readonly Step[] {
  const database = before.databaseName
  let databaseId = ''
  let namespaceId = ''
  return [
    {
      title: 'sign-in of wrangler',
      run: async () => {
        const { code, reason } = await runWrangler(['whoami', '--json'])
        if (code !== 0) throw new Refusal(`wrangler is not signed in (${reason}): npx wrangler login`, 4)
        return 'is there'
      },
    },
    {
      title: `D1 database "${database}"`,
      run: async () => {
        const list = async () =>
          databaseIn(await listed(['d1', 'list', '--json'], 'list the databases'), database)
        const made = await ensured(before.databaseId, list, ['d1', 'create', database])
        databaseId = made.id
        return made.said
      },
    },
    {
      title: `KV namespace "${NAMESPACE}"`,
      run: async () => {
        const list = async () => namespaceIn(await listed(['kv', 'namespace', 'list'], 'list the namespaces'))
        const made = await ensured(before.namespaceId, list, ['kv', 'namespace', 'create', NAMESPACE])
        namespaceId = made.id
        return made.said
      },
    },
    {
      title: 'wrangler.toml',
      run: async () => {
        const toml = readFileSync(WRANGLER_CONFIG, 'utf8')
        const text = filledIn(toml, { url, databaseId, namespaceId })
        if (text === toml) return 'has them'
        writeFileSync(WRANGLER_CONFIG, text)
        return `has the two ids and ${url}`
      },
    },
    {
      title: 'tables of D1',
      run: async () => {
        await mustRunWrangler(['d1', 'migrations', 'apply', database, '--remote'], 'migrate D1')
        return 'are of this release'
      },
    },
    {
      title: 'Worker',
      run: async () => {
        await mustRunWrangler(['deploy'], 'deploy')
        return `is deployed; its address is ${url}`
      },
    },
    {
      title: 'master key',
      run: async () => {
        const secrets = await listed(['secret', 'list'], 'list the secrets')
        if (secrets.some(({ name }) => name === 'LATCHKEY_MASTER_KEY')) return 'is set'
        const isNew = createPrivateFile(masterKey, `${randomBytes(MASTER_KEY_BYTES).toString('base64')}\n`)
        await putWorkerSecret('LATCHKEY_MASTER_KEY', readFileSync(masterKey, 'utf8').trim())
        return `is set, ${isNew ? 'new, and kept' : 'as it is'} in ${masterKey}: Cloudflare never shows it again, store that file`
      },
    },
  ]
}

/** What is named in wrangler.toml, else what is there of that name, else a new one. */
async function ensured(
  named: string,
  find: () => Promise<string | null>,
  create: readonly string[],
): Promise<{ readonly id: string; readonly said: string }> {
  if (named !== '' && !isPlaceholder(named)) return { id: named, said: 'is named in wrangler.toml' }
  const found = await find()
  if (found !== null) return { id: found, said: `is there: ${found}` }
  await mustRunWrangler(create, create.join(' '))
  const id = await find()
  if (id === null) throw new Refusal(`wrangler ${create.join(' ')} made nothing that it lists`)
  return { id, said: `is made: ${id}` }
}

/** wrangler prints JSON, behind a banner where it thinks that a person reads. */
async function listed(args: readonly string[], what: string): Promise<readonly Json[]> {
  const text = await mustRunWrangler(args, what)
  try {
    return JSON.parse(text.slice(text.indexOf('['), text.lastIndexOf(']') + 1))
  } catch {
    throw new Refusal(`wrangler ${args.join(' ')} printed no list`)
  }
}

function databaseIn(databases: readonly Json[], wanted: string): string | null {
  return databases.find(({ name }) => name === wanted)?.uuid ?? null
}

function namespaceIn(namespaces: readonly Json[]): string | null {
  return namespaces.find(({ title }) => title === NAMESPACE)?.id ?? null
}

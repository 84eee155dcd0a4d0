/** `latchkey keys create`: one key, or many codes for a production line. */
import { appendFileSync } from 'node:fs'
import { RECIPES } from '../../../src/core/enrollment/codes/recipes.ts'
import { Refusal } from '../../lib/cli/refusal.ts'
import type { Json } from '../../lib/http/answer.ts'
import { createPrivateFile } from '../../lib/state/private-file.ts'
import type { Api } from '../api.ts'
import { note, type OutputOptions, printItem } from '../output.ts'
import { findProfile } from '../shared.ts'
import { identitiesIn, identityOf } from './identity.ts'
import { KEY_VIEW } from './views.ts'

export type NewKey = OutputOptions & {
  readonly profile?: string
  readonly name?: string
  readonly uses: number | null
  readonly expires: number | null
  readonly from?: readonly string[]
  readonly label?: readonly string[]
  readonly hold?: 'allowed' | 'required'
  readonly approval?: true
  readonly identity?: readonly string[]
  readonly identityFile?: string
  readonly as?: keyof typeof RECIPES
  readonly count?: number
  readonly out?: string
}

const DEFAULT_PROFILE = 'default'

export async function createKeys(api: Api, options: NewKey): Promise<void> {
  const { count, out, as: form } = options
  if ((count === undefined) !== (out === undefined)) throw new Refusal('--count and --out go together', 2)
  const profile = await profileOf(api, options.profile)
  const body = {
    profile_id: profile.id,
    name: options.name ?? '',
    max_uses: options.uses,
    ...(options.expires === null ? { expires_at: null } : { lifetime_seconds: options.expires }),
    ...(options.from && { allowed_addresses: options.from }),
    ...(options.label && { labels: labelsOf(options.label) }),
    ...(options.hold && { hold: options.hold }),
    ...(options.approval && { approval: {} }),
    ...identityMember(options),
  }
  if (count !== undefined && out !== undefined) return createMany(api, body, count, out)
  const key = await api.ask('POST', '/v1/keys', body)
  if (form !== undefined) {
    process.stdout.write(RECIPES[form]({ url: api.url, code: key.code }))
    return
  }
  const view = { columns: [...KEY_VIEW.columns, CODE], quiet: ({ code }: Json) => code }
  printItem(key, view, options)
  if (!options.json && !options.quiet && options.field === undefined) {
    if (key.identity.length > 0) note(`\nThe audience of its tokens: ${api.url}/keys/${key.id}`)
    note('\nThe code is shown once. A machine enrolls with it by, for example:')
    note(RECIPES.shell({ url: api.url, code: '$CODE' }).trimEnd())
  }
}

function identityMember({ identity = [], identityFile }: NewKey) {
  const rules = [
    ...identity.map(identityOf),
    ...(identityFile === undefined ? [] : identitiesIn(identityFile)),
  ]
  return rules.length > 0 && { identity: rules }
}

const CODE = ['code', ({ code }: Json) => code] as const

/** The file is made before the first key: no code is lost for want of a place. */
async function createMany(api: Api, body: object, count: number, out: string): Promise<void> {
  if (!createPrivateFile(out, '')) throw new Refusal(`${out} exists: name a new file`, 2)
  appendFileSync(out, 'id,code,expires_at\n')
  for (let made = 0; made < count; made++) {
    const { id, code, expires_at } = await api.ask('POST', '/v1/keys', body)
    appendFileSync(out, `${id},${code},${expires_at ?? ''}\n`)
  }
  note(`${count} keys are made; their codes are in ${out}`)
}

/** The named profile, or the only one. An organization without one gets its first. */
async function profileOf(api: Api, named: string | undefined): Promise<Json> {
  if (named !== undefined) return findProfile(api, named)
  const { items } = await api.list('/v1/profiles')
  const native = items.filter(({ dialect }) => dialect === 'native')
  if (native.length > 1) {
    throw new Refusal(`name a profile with -p: ${native.map(({ name }) => name).join(', ')}`, 2)
  }
  if (native[0]) return native[0]
  note(`no profile yet: making "${DEFAULT_PROFILE}"`)
  return api.ask('POST', '/v1/profiles', { name: DEFAULT_PROFILE })
}

function labelsOf(labels: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    labels.map((label) => {
      const [key = '', ...value] = label.split('=')
      if (key === '' || value.length === 0) throw new Refusal(`--label wants key=value, not "${label}"`, 2)
      return [key, value.join('=')]
    }),
  )
}

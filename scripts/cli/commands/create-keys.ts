/** `latchkey keys create`: one key, or many codes for a production line. */
import { appendFileSync, truncateSync } from 'node:fs'
import { RECIPES } from '../../../src/core/enrollment/codes/recipes.ts'
import { Refusal } from '../../lib/cli/refusal.ts'
import type { Json } from '../../lib/http/answer.ts'
import { createPrivateFile, readFileIfThere } from '../../lib/state/private-file.ts'
import type { Api } from '../api.ts'
import { csvLine } from '../csv.ts'
import { type Limit, limitOf } from '../input.ts'
import { note, type OutputOptions, printItem } from '../output.ts'
import { qrText } from '../qr.ts'
import { findProfile } from '../shared.ts'
import { identitiesIn, identityOf } from './identity.ts'
import { KEY_VIEW } from './views.ts'

type Form = keyof typeof PRINTED

/** How a key is handed on: as the console's recipes do, or as its QR code. */
const PRINTED = {
  ...RECIPES,
  qr: (key: Parameters<typeof RECIPES.env>[0]) => qrText(RECIPES.env(key)),
}

export const FORMS = Object.keys(PRINTED) as Form[]

export type NewKey = OutputOptions & {
  readonly profile?: string
  readonly name?: string
  readonly uses: Limit
  readonly expires: Limit
  readonly from?: readonly string[]
  readonly label?: readonly string[]
  readonly hold?: 'allowed' | 'required'
  readonly approval?: true
  readonly identity?: readonly string[]
  readonly identityFile?: string
  readonly onlyExpected?: true
  readonly as?: Form
  readonly count?: number
  readonly out?: string
  readonly resume?: true
}

const DEFAULT_PROFILE = 'default'

export async function createKeys(api: Api, options: NewKey): Promise<void> {
  const { count, out, resume, as: form } = options
  if ((count === undefined) !== (out === undefined)) throw new Refusal('--count and --out go together', 2)
  if (resume && out === undefined) throw new Refusal('--resume goes with --count and --out', 2)
  const profile = await profileOf(api, options.profile)
  const body = {
    profile_id: profile.id,
    name: options.name ?? '',
    max_uses: limitOf(options.uses),
    ...(options.expires === 'none' ? { expires_at: null } : { lifetime_seconds: options.expires }),
    ...(options.from && { allowed_addresses: options.from }),
    ...(options.label && { labels: labelsOf(options.label) }),
    ...(options.hold && { hold: options.hold }),
    ...(options.approval && { approval: {} }),
    ...identityMember(options),
    ...(options.onlyExpected && { only_expected: true }),
  }
  if (count !== undefined && out !== undefined) {
    return createMany(api, body, { count, out, isResumed: resume === true })
  }
  const key = await api.ask('POST', '/v1/keys', body)
  if (form !== undefined) {
    process.stdout.write(PRINTED[form]({ url: api.url, code: key.code }))
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

const HEAD = csvLine(['id', 'code', 'expires_at'])

/**
 * The file is there before the first key: no code is lost for want of a place. A key whose answer did not come has a code that
 * was never shown, and can make no agent.
 */
async function createMany(
  api: Api,
  body: { readonly profile_id: string },
  { count, out, isResumed }: { readonly count: number; readonly out: string; readonly isResumed: boolean },
): Promise<void> {
  if (count > MAX_COUNT) throw new Refusal(`--count is at most ${MAX_COUNT}`, 2)
  if (!isResumed && !createPrivateFile(out, HEAD)) {
    throw new Refusal(`${out} exists: name a new file, or --resume to go on with it`, 2)
  }
  const before = isResumed ? await madeBefore(api, out, body.profile_id) : 0
  let made = before
  try {
    for (; made < count; made++) {
      const { id, code, expires_at } = await api.ask('POST', '/v1/keys', body)
      appendFileSync(out, csvLine([id, code, expires_at]))
      if ((made + 1) % PROGRESS === 0) note(`${made + 1} of ${count}`)
    }
  } catch (error) {
    if (error instanceof Refusal) note(`${made} of ${count} keys are made: go on with --resume`)
    throw error
  }
  note(`${made - before} keys are made; ${out} has the codes of ${made}`)
}

const MAX_COUNT = 100_000
const PROGRESS = 500

/** How many keys a file has already, which must be of the same profile. A line that was cut off is removed. */
async function madeBefore(api: Api, out: string, profile: string): Promise<number> {
  const text = readFileIfThere(out)
  if (text === null) throw new Refusal(`${out} does not exist: leave --resume out`, 2)
  if (!text.startsWith(HEAD)) throw new Refusal(`${out} has no codes of keys create`, 2)
  const end = text.lastIndexOf('\n') + 1
  truncateSync(out, Buffer.byteLength(text.slice(0, end)))
  const [last, ...others] = text.slice(HEAD.length, end).trimEnd().split('\n').reverse()
  if (!last) return 0
  const { profile_id } = await api.get(`/v1/keys/${last.split(',')[0]}`)
  if (profile_id !== profile) throw new Refusal(`${out} has codes of another profile, ${profile_id}`, 2)
  return others.length + 1
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

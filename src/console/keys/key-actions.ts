/** What a button does to a key at once. Each can be taken back, or says that it cannot. */
import * as z from 'zod'
import type { EnrollmentKey } from '../../core/enrollment/ledger/key.ts'
import { type Outcome, ok } from '../../core/kernel/outcome.ts'
import { AddressRange, Timestamp } from '../../http/words/wire.ts'
import { durationOf, momentOf } from '../components/figure/time.tsx'
import type { ConsoleFault } from '../edge/fault.ts'
import { checkForm } from '../edge/form.ts'
import type { Notice } from '../edge/notice.ts'
import { action } from '../edge/page.ts'
import type { Done, Visit } from '../edge/visit.ts'
import { KeyParams } from './one/key-head.tsx'
import { nameOfKey, pathOfKey } from './shared.ts'

type KeyVisit = Visit<z.output<typeof KeyParams>>
type Changed = Promise<Outcome<EnrollmentKey, ConsoleFault>>

const DAY_SECONDS = 86_400

function verb(name: string, run: (visit: KeyVisit) => Changed, say: (key: EnrollmentKey) => Notice) {
  return action({
    path: `/console/keys/:key/${name}`,
    access: 'keys.write',
    id: `console_keys_${name}`,
    params: KeyParams,
    subject: 'key',
    act: async (visit): Promise<Outcome<Done, ConsoleFault>> => {
      const changed = await run(visit)
      return changed.ok ? ok({ to: pathOfKey(changed.value), notice: say(changed.value) }) : changed
    },
  })
}

function undoBy(key: EnrollmentKey, name: string, fields: Readonly<Record<string, string>> = {}) {
  return { action: pathOfKey(key, `/${name}`), fields }
}

const disable = verb(
  'disable',
  ({ core, operation, params }) => core.keys.changeKey(operation, params.key, { isEnabled: false }),
  (key) => ({
    text: `Disabled “${nameOfKey(key)}”. No new machine gets in. Its agents go on.`,
    undo: undoBy(key, 'enable'),
  }),
)

const enable = verb(
  'enable',
  ({ core, operation, params }) => core.keys.changeKey(operation, params.key, { isEnabled: true }),
  (key) => ({ text: `Enabled “${nameOfKey(key)}”.`, undo: undoBy(key, 'disable') }),
)

const resume = verb(
  'resume',
  ({ core, operation, params }) => core.keys.resumeKey(operation, params.key),
  (key) => ({ text: `Resumed “${nameOfKey(key)}”. New machines get in again.` }),
)

const release = verb(
  'release',
  ({ core, operation, params }) => core.keys.releaseKey(operation, params.key),
  (key) => ({ text: `Released “${nameOfKey(key)}”. It can be redeemed again, and its agents refresh.` }),
)

/** By days, from now where it has ended; or until an instant, which takes that back. */
const Extension = z.union([
  z.object({ days: z.coerce.number().int().min(1).max(3_650) }),
  z.object({ until: Timestamp }),
])

/** @returns null: it never ends */
export function extended(key: EnrollmentKey, days: number, now: number): number | null {
  return key.expiresAt === null ? null : Math.max(key.expiresAt, now) + days * DAY_SECONDS * 1_000
}

const extend = action({
  path: '/console/keys/:key/extend',
  access: 'keys.write',
  id: 'console_keys_extend',
  params: KeyParams,
  subject: 'key',
  act: async (visit, fields): Promise<Outcome<Done, ConsoleFault>> => {
    const { core, operation, params, now } = visit
    const checked = checkForm(Extension, fields)
    const input = checked.ok ? checked.value : { days: 7 }
    const key = await core.keys.getKey(operation, params.key)
    if (!key.ok) return key
    const { expiresAt: before } = key.value
    const to = pathOfKey(params.key)
    const name = nameOfKey(key.value)
    if (before === null) return ok({ to, notice: { text: `“${name}” never ends: nothing was changed.` } })
    const end = 'until' in input ? input.until : (extended(key.value, input.days, now) ?? before)
    const changed = await core.keys.changeKey(operation, params.key, { expiresAt: end })
    if (!changed.ok) return changed
    const ends = `It now ends on ${momentOf(end, now)} UTC.`
    const by = 'days' in input ? `Extended “${name}” by ${durationOf(input.days * DAY_SECONDS)}. ` : ''
    return ok({
      to,
      notice: {
        text: by + ends,
        ...('days' in input && {
          undo: undoBy(key.value, 'extend', { until: new Date(before).toISOString() }),
        }),
      },
    })
  },
})

/** What an explanation offers: one address more. */
const allow = action({
  path: '/console/keys/:key/allow',
  access: 'keys.write',
  id: 'console_keys_allow',
  params: KeyParams,
  subject: 'key',
  act: async (visit, fields): Promise<Outcome<Done, ConsoleFault>> => {
    const { core, operation, params } = visit
    const to = pathOfKey(params.key, '/settings')
    const checked = checkForm(z.object({ address: AddressRange }), fields)
    if (!checked.ok) return ok({ to, notice: { text: 'Nothing was changed: that is not an address.' } })
    const { address } = checked.value
    const key = await core.keys.getKey(operation, params.key)
    if (!key.ok) return key
    const allowedAddresses = [...new Set([...key.value.allowedAddresses, address])]
    const changed = await core.keys.changeKey(operation, params.key, { allowedAddresses })
    if (!changed.ok) return changed
    return ok({ to, notice: { text: `Allowed ${address} on “${nameOfKey(changed.value)}”.` } })
  },
})

export const actionRoutes = [disable, enable, resume, release, extend, allow]

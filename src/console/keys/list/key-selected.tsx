/** What is done to the keys that are selected in the list. Each is a change of its own: what fails is named. */
import * as z from 'zod'
import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import { type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { formatKeyId, KeyId } from '../../../http/words/wire.ts'
import { count, number } from '../../components/figure/number.ts'
import { clockOf } from '../../components/figure/time.tsx'
import { Button } from '../../components/form/button.tsx'
import { Dialog, DryRun, Effects } from '../../components/form/dialog.tsx'
import { Head } from '../../components/page/head.tsx'
import type { ConsoleFault } from '../../edge/fault.ts'
import { checkForm, type FieldErrors, listOf } from '../../edge/form.ts'
import { action } from '../../edge/page.ts'
import { confirmPassword, PasswordField } from '../../edge/step-up.tsx'
import type { Done, View, Visit } from '../../edge/visit.ts'
import { wordsOf } from '../../edge/words.ts'
import { extended } from '../key-actions.ts'
import { nameOfKey } from '../shared.ts'

const LIST = '/console/keys'
const EXTENSION_DAYS = 7
const Selected = z.object({
  do: z.enum(['extend', 'disable', 'revoke']),
  key: listOf(KeyId),
})

type Change = (visit: Visit, key: EnrollmentKey) => Promise<Outcome<EnrollmentKey, ConsoleFault>>

/** Those that can be read, in the order in which they were selected. */
export async function keysOf({ core, operation }: Visit, ids: z.output<typeof Selected>['key']) {
  const found = await Promise.all(ids.map((id) => core.keys.getKey(operation, id)))
  return found.flatMap((one) => (one.ok ? [one.value] : []))
}

/** One after the other: a ledger writes for all of its callers at once, and a page is no flood. */
async function changeEach(
  visit: Visit,
  keys: readonly EnrollmentKey[],
  verb: string,
  change: Change,
): Promise<Done> {
  const failed: string[] = []
  for (const key of keys) {
    const changed = await change(visit, key)
    if (!changed.ok) failed.push(`“${nameOfKey(key)}”: ${wordsOf(changed.fault).title.toLowerCase()}`)
  }
  const done = `${verb} ${count(keys.length - failed.length, 'key')}.`
  return {
    to: LIST,
    notice: { text: failed.length === 0 ? done : `${done} Not changed: ${failed.join('; ')}.` },
  }
}

const selected = action({
  path: '/console/keys/selected',
  access: 'keys.read',
  id: 'console_keys_selected',
  act: async (visit, fields): Promise<Outcome<Done | View, ConsoleFault>> => {
    const checked = checkForm(Selected, fields)
    if (!checked.ok || checked.value.key.length === 0) {
      return ok({ to: LIST, notice: { text: 'Nothing was changed: no key is selected.' } })
    }
    const needed = checked.value.do === 'revoke' ? 'keys.revoke' : 'keys.write'
    if (!visit.operation.actor.permissions.has(needed)) {
      visit.core.access.auditDenial(visit.operation, 'permission_missing')
      return refuse({ kind: 'permission_missing' })
    }
    const keys = await keysOf(visit, checked.value.key)
    switch (checked.value.do) {
      case 'disable':
        return ok(
          await changeEach(visit, keys, 'Disabled', ({ core, operation }, key) =>
            core.keys.changeKey(operation, key, { isEnabled: false }),
          ),
        )
      case 'extend':
        return ok(
          await changeEach(
            visit,
            keys,
            `Extended by ${EXTENSION_DAYS} days:`,
            ({ core, operation, now }, key) =>
              core.keys.changeKey(operation, key, { expiresAt: extended(key, EXTENSION_DAYS, now) }),
          ),
        )
      case 'revoke':
        return ok(revokeView(visit, keys, {}))
    }
  },
})

const revokeSelected = action({
  path: '/console/keys/revoke',
  access: 'keys.revoke',
  id: 'console_keys_revoke_selected',
  act: async (visit, fields): Promise<Outcome<Done | View, ConsoleFault>> => {
    const checked = checkForm(Selected.omit({ do: true }), fields)
    const keys = checked.ok ? await keysOf(visit, checked.value.key) : []
    if (keys.length === 0)
      return ok({ to: LIST, notice: { text: 'Nothing was changed: no key is selected.' } })
    const password = await confirmPassword(visit, fields)
    if (!password.ok) return password
    if (password.value) return ok(revokeView(visit, keys, password.value))
    return ok(
      await changeEach(visit, keys, 'Revoked', ({ core, operation }, key) =>
        core.keys.revokeKey(operation, key),
      ),
    )
  },
})

function revokeView(visit: Visit, keys: readonly EnrollmentKey[], errors: FieldErrors): View {
  const agents = keys.reduce((sum, { uses }) => sum + uses, 0)
  const many = count(keys.length, 'key')
  return {
    title: `Revoke ${many}`,
    section: 'keys',
    status: Object.keys(errors).length > 0 ? 422 : 200,
    content: <Head title="Keys" />,
    overlay: (
      <Dialog
        id="revoke"
        title={`Revoke ${many}`}
        action="/console/keys/revoke"
        cancel={LIST}
        submit={
          <Button type="submit" tone="final">
            Revoke {many}
          </Button>
        }
      >
        <div>
          <Effects
            ends={['No new machine can enroll with them. This cannot be undone.']}
            stays={[
              agents > 0
                ? `${number(agents)} ${agents === 1 ? 'agent that they made goes' : 'agents that they made go'} on. Revoke those on the page of each key.`
                : 'They made no agents: nothing else ends.',
            ]}
          />
          <DryRun
            title={many}
            about={`Counted at ${clockOf(visit.now)} UTC`}
            rows={keys.map(
              (key) => [nameOfKey(key), count(key.uses, 'agent'), visit.core.keys.stateOfKey(key)] as const,
            )}
          />
          {keys.map((key) => (
            <input type="hidden" name="key" value={formatKeyId(key)} />
          ))}
        </div>
        <div>
          <PasswordField errors={errors} />
        </div>
      </Dialog>
    ),
  }
}

export const selectedRoutes = [selected, revokeSelected]

import type { EnrollmentKey } from '../../../core/enrollment/ledger/key.ts'
import { type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { KeyPatch, toKeyChange } from '../../../http/words/key-wire.ts'
import { Button } from '../../components/form/button.tsx'
import { Note, NothingChanged } from '../../components/page/message.tsx'
import type { ConsoleFault } from '../../edge/fault.ts'
import type { FieldErrors } from '../../edge/form.ts'
import { action, page } from '../../edge/page.ts'
import type { Done, View, Visit } from '../../edge/visit.ts'
import { KeyFields } from '../form/key-fields.tsx'
import { bodyOfChange, checkKey, errorsOfFault, formOf, formOfKey, type KeyForm } from '../form/key-form.ts'
import { nameOfKey, pathOfKey } from '../shared.ts'
import { KeyParams, keyView } from './key-head.tsx'

const PATH = '/console/keys/:key/settings'

const show = page({
  path: PATH,
  access: 'keys.write',
  id: 'console_keys_settings',
  params: KeyParams,
  subject: 'key',
  show: async (visit) => {
    const key = await visit.core.keys.getKey(visit.operation, visit.params.key)
    return key.ok ? ok(await settingsView(visit, key.value, formOfKey(key.value), {})) : key
  },
})

const change = action({
  path: PATH,
  access: 'keys.write',
  id: 'console_keys_change',
  params: KeyParams,
  subject: 'key',
  act: async (visit, fields): Promise<Outcome<Done | View, ConsoleFault>> => {
    const { core, operation, params } = visit
    const key = await core.keys.getKey(operation, params.key)
    if (!key.ok) return key
    const typed = formOf(fields)
    const again = async (errors: FieldErrors) => ok(await settingsView(visit, key.value, typed, errors))
    const checked = checkKey(KeyPatch, bodyOfChange(typed, key.value), typed, key.value.maxUses === null)
    if (!checked.ok) return again(checked.errors)
    const { approval, ...rest } = checked.value
    // Who may not approve may not name approval, either: what stays as it is is left out.
    const isSame = (approval ?? null) === null && !key.value.rules?.approval
    const changed = await core.keys.changeKey(
      operation,
      params.key,
      toKeyChange(isSame ? rest : { ...rest, approval: approval ?? null }),
    )
    if (!changed.ok) {
      const errors = errorsOfFault(changed.fault, typed)
      return errors ? again(errors) : changed
    }
    return ok({
      to: pathOfKey(params.key, '/settings'),
      notice: { text: `Changed “${nameOfKey(changed.value)}”. Agents that it made keep what they have.` },
    })
  },
})

async function settingsView(
  visit: Visit,
  key: EnrollmentKey,
  typed: KeyForm,
  errors: FieldErrors,
): Promise<View> {
  const { core, operation, now } = visit
  const may = operation.actor.permissions
  const profile = await core.profiles.getProfile(operation, { ledger: key.ledger, n: key.profile })
  const isRefused = Object.keys(errors).length > 0
  const isRevoked = core.keys.stateOfKey(key) === 'revoked'
  return keyView({ ...visit, now }, key, {
    tab: '/settings',
    status: isRefused ? 422 : 200,
    content: isRevoked ? (
      <Note tone="bad" icon="cross">
        <p>The key is revoked, and that is final: nothing of it can be changed.</p>
      </Note>
    ) : (
      <form class="form" method="post" action={pathOfKey(key, '/settings')}>
        {isRefused && <NothingChanged>what is not right stands beside its field.</NothingChanged>}
        <KeyFields
          form={typed}
          errors={errors}
          profile={profile.ok ? profile.value : null}
          profiles={[]}
          isNew={false}
          mayApprove={may.has('agents.approve')}
        />
        <div class="row">
          <Button type="submit" tone="go">
            Save changes
          </Button>
        </div>
      </form>
    ),
  })
}

export const settingsRoutes = [show, change]

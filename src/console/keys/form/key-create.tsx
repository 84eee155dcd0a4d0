import type { Profile } from '../../../core/enrollment/ledger/profile.ts'
import { type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { firstValues } from '../../../http/fields.ts'
import { KeyInput, toMintInput } from '../../../http/words/key-wire.ts'
import { CODES, formatCode, formatProfileId } from '../../../http/words/wire.ts'
import { Button, LinkButton } from '../../components/form/button.tsx'
import { Empty } from '../../components/page/empty.tsx'
import { Head } from '../../components/page/head.tsx'
import { NothingChanged } from '../../components/page/message.tsx'
import type { ConsoleFault } from '../../edge/fault.ts'
import type { FieldErrors } from '../../edge/form.ts'
import { action, page } from '../../edge/page.ts'
import type { View, Visit } from '../../edge/visit.ts'
import { listProfilesOf } from '../shared.ts'
import { createdView } from './key-created.tsx'
import { KeyFields } from './key-fields.tsx'
import { bodyOfNewKey, checkKey, errorsOfFault, formOf, type KeyForm, NEW_KEY } from './key-form.ts'
import { Meaning } from './meaning.tsx'

const CRUMB = { href: '/console/keys', label: 'Keys' }

/** The form; to htmx, what it would make. */
const form = page({
  path: '/console/keys/new',
  access: 'keys.mint',
  id: 'console_keys_new',
  show: async (visit) => {
    const fields = visit.raw.query()
    const asked = fields.ok ? firstValues(fields.value) : {}
    return ok(formView(visit, { ...NEW_KEY, ...asked }, await listProfilesOf(visit), {}))
  },
})

const create = action({
  path: '/console/keys',
  access: 'keys.mint',
  id: 'console_keys_create',
  act: async (visit, fields): Promise<Outcome<View, ConsoleFault>> => {
    const typed = formOf(fields)
    const again = async (errors: FieldErrors) =>
      ok(formView(visit, typed, await listProfilesOf(visit), errors))
    const checked = checkKey(KeyInput, bodyOfNewKey(typed), typed)
    if (!checked.ok) return again(checked.errors)
    const { profile_id: profile } = checked.value
    const { core, operation } = visit
    const made = await core.keys.mintKey(operation, profile, CODES, toMintInput(checked.value), null)
    if (!made.ok) {
      const errors = errorsOfFault(made.fault, typed)
      return errors ? again(errors) : made
    }
    return ok(await createdView(visit, made.value.key, formatCode(made.value.code)))
  },
})

function formView(visit: Visit, typed: KeyForm, profiles: readonly Profile[], errors: FieldErrors): View {
  const profile = profiles.find((one) => formatProfileId(one) === typed.profile_id) ?? profiles[0]
  const isRefused = Object.keys(errors).length > 0
  const meaning = <Meaning form={typed} profile={profile} now={visit.now} />
  const may = visit.operation.actor.permissions
  return {
    title: 'Create key',
    section: 'keys',
    status: isRefused ? 422 : 200,
    region: meaning,
    content: (
      <>
        <Head title="Create key" crumb={CRUMB} />
        {isRefused && (
          <NothingChanged>
            {Object.keys(errors).length === 1 ? 'one field is not right.' : 'some fields are not right.'}
          </NothingChanged>
        )}
        {profiles.length === 0 ? (
          <Empty
            title="There is no profile yet"
            way={
              may.has('profiles.write')
                ? { href: '/console/profiles/new', label: 'Create profile' }
                : undefined
            }
          >
            A key belongs to a profile, which says what its machines become.
          </Empty>
        ) : (
          <div class="cols">
            <form
              class="form"
              method="post"
              action="/console/keys"
              hx-get="/console/keys/new"
              hx-target="#means"
              hx-trigger="input delay:300ms"
              hx-swap="outerHTML"
            >
              <KeyFields
                form={typed}
                errors={errors}
                profile={null}
                profiles={profiles}
                mayApprove={may.has('agents.approve')}
              />
              <div class="row">
                <Button type="submit" tone="go">
                  Create key
                </Button>
                <LinkButton href="/console/keys" tone="bare">
                  Cancel
                </LinkButton>
              </div>
            </form>
            {meaning}
          </div>
        )}
      </>
    ),
  }
}

export const createRoutes = [form, create]

/** People of the organization and their roles (docs/dialects/native.md#people-and-programs). */
import * as z from 'zod'
import { type Outcome, ok } from '../../core/kernel/outcome.ts'
import { Button, LinkButton } from '../components/form/button.tsx'
import { Dialog, Effects } from '../components/form/dialog.tsx'
import { Secret } from '../components/form/secret.tsx'
import type { ConsoleFault } from '../edge/fault.ts'
import { checkForm, errorsOf, type FieldErrors, textOf } from '../edge/form.ts'
import { action, page } from '../edge/page.ts'
import { confirmPassword, PasswordField } from '../edge/step-up.tsx'
import type { Done, View, Visit } from '../edge/visit.ts'
import { settingsView } from './frame.tsx'
import { listPeople, PEOPLE } from './people-list.tsx'

const KINDS = ['user'] as const
const OneUser = z.object({ user: z.uuid().toLowerCase() })

const Invitation = z.object({
  email: z.email('An e-mail address, such as ines@example.org').max(255),
  full_name: z.string().max(255).default(''),
  role: z.string('Choose a role').max(64),
})

const show = page({
  path: PEOPLE,
  access: 'access.read',
  id: 'console_people',
  show: (visit) => listPeople(visit),
})

const add = action({
  path: PEOPLE,
  access: 'access.write',
  id: 'console_people_add',
  act: async (visit, form): Promise<Outcome<View, ConsoleFault>> => {
    const { core, operation } = visit
    const typed = {
      email: textOf(form, 'email'),
      full_name: textOf(form, 'full_name'),
      role: textOf(form, 'role'),
    }
    const input = checkForm(Invitation, form)
    if (!input.ok) return listPeople(visit, { typed, errors: input.errors })
    const { email, full_name: fullName, role } = input.value
    const user = { email, fullName, timeZone: 'UTC' }
    const made = await core.users.inviteUser(operation, user, [{ of: null, role, scope: [] }])
    if (!made.ok) {
      const { fault } = made
      const taken =
        fault.kind === 'name_taken' ? { email: 'A person with this address is here already' } : null
      const errors =
        errorsOf(fault) ?? taken ?? (fault.kind === 'reference_unknown' ? { role: 'No such role' } : null)
      return errors ? listPeople(visit, { typed, errors }) : { ok: false, fault }
    }
    return ok(passwordView(visit, email, made.value.initialPassword))
  },
})

/** In this answer alone: it is in no address and in no cookie. */
function passwordView({ operation, publicUrl }: Visit, email: string, password: string): View {
  const content = (
    <section class="panel" aria-labelledby="once">
      <div>
        <h2 id="once">The first password of {email}, shown once</h2>
        <p class="muted">Pass it on. With it they choose their own, and until then it opens nothing:</p>
        <pre class="small mono" tabindex={0}>
          curl {publicUrl}/v1/password --json @-
        </pre>
        <Secret text={password} />
      </div>
      <div class="row">
        <LinkButton href={PEOPLE}>I have stored it</LinkButton>
      </div>
    </section>
  )
  return settingsView('people', operation.actor.permissions, content)
}

const enable = switched('enable', true)
const disable = switched('disable', false)

function switched(verb: 'enable' | 'disable', isEnabled: boolean) {
  return action({
    path: `${PEOPLE}/:user/${verb}`,
    access: 'access.write',
    id: `console_people_${verb}`,
    params: OneUser,
    subject: 'user',
    act: async ({ core, operation, params: { user } }): Promise<Outcome<Done, ConsoleFault>> => {
      const found = await core.users.getOrganizationUser(operation, user)
      if (!found.ok) return found
      const changed = await core.principals.changePrincipal(operation, user, KINDS, { isEnabled })
      if (!changed.ok) return changed
      const { name } = found.value.principal
      const text = isEnabled
        ? `Enabled “${name}”. Their password, sessions and API keys are good again.`
        : `Disabled “${name}”. Their sessions and API keys are refused here. The keys and agents they made go on.`
      const undo = { action: `${PEOPLE}/${user}/${isEnabled ? 'disable' : 'enable'}`, fields: {} }
      return ok({ to: PEOPLE, notice: { text, undo } })
    },
  })
}

async function removal(
  visit: Visit<z.output<typeof OneUser>, undefined>,
  errors: FieldErrors = {},
): Promise<Outcome<View, ConsoleFault>> {
  const { core, operation, params } = visit
  const found = await core.users.getOrganizationUser(operation, params.user)
  if (!found.ok) return found
  const behind = await listPeople(visit)
  if (!behind.ok) return behind
  const { name } = found.value.principal
  const overlay = (
    <Dialog
      id="remove"
      title={`Remove ${name}`}
      action={`${PEOPLE}/${params.user}/remove`}
      cancel={PEOPLE}
      submit={
        <Button tone="final" type="submit">
          Remove 1 person
        </Button>
      }
    >
      <Effects
        ends={['Their sessions, API keys and roles end, and cannot be brought back.']}
        stays={[
          'The keys that they made stay.',
          'Agents and their tokens go on.',
          'The audit keeps what they did.',
        ]}
      />
      <PasswordField errors={errors} />
    </Dialog>
  )
  const status = Object.keys(errors).length > 0 ? 422 : 200
  return ok({ ...behind.value, title: `Remove ${name}`, overlay, status })
}

const confirmRemoval = page({
  path: `${PEOPLE}/:user/remove`,
  access: 'access.write',
  id: 'console_people_removal',
  params: OneUser,
  subject: 'user',
  show: (visit) => removal(visit),
})

const remove = action({
  path: `${PEOPLE}/:user/remove`,
  access: 'access.write',
  id: 'console_people_remove',
  params: OneUser,
  subject: 'user',
  act: async (visit, form): Promise<Outcome<Done | View, ConsoleFault>> => {
    const { core, operation, params } = visit
    const found = await core.users.getOrganizationUser(operation, params.user)
    if (!found.ok) return found
    const confirmed = await confirmPassword(visit, form)
    if (!confirmed.ok) return confirmed
    if (confirmed.value) return removal(visit, confirmed.value)
    const removed = await core.principals.deletePrincipal(operation, params.user, KINDS)
    if (!removed.ok) return removed
    const text = `Removed “${found.value.principal.name}”. The keys that they made stay.`
    return ok({ to: PEOPLE, notice: { text } })
  },
})

export const peopleRoutes = [show, add, enable, disable, confirmRemoval, remove]

/** People of the organization and their roles (docs/dialects/native.md#people-and-programs). */
import * as z from 'zod'
import type { AssignableRole } from '../../core/access/assignable-roles.ts'
import type { OrganizationUser } from '../../core/access/users/members.ts'
import { type Outcome, ok } from '../../core/kernel/outcome.ts'
import { Time } from '../components/figure/time.tsx'
import { Act, Button, LinkButton } from '../components/form/button.tsx'
import { Dialog, Effects } from '../components/form/dialog.tsx'
import { SelectField, TextField } from '../components/form/field.tsx'
import { Secret } from '../components/form/secret.tsx'
import { State, Tag } from '../components/list/state.tsx'
import { Table } from '../components/list/table.tsx'
import { NothingChanged } from '../components/page/message.tsx'
import type { ConsoleFault } from '../edge/fault.ts'
import { checkForm, errorsOf, type FieldErrors, textOf } from '../edge/form.ts'
import { action, page } from '../edge/page.ts'
import { confirmPassword, PasswordField } from '../edge/step-up.tsx'
import type { Done, View, Visit } from '../edge/visit.ts'
import { settingsView } from './frame.tsx'
import { roleName } from './role-name.ts'

const PATH = '/console/settings/people'
const KINDS = ['user'] as const
const MAX_SHOWN = 200
const OneUser = z.object({ user: z.uuid().toLowerCase() })

const Invitation = z.object({
  email: z.email('An e-mail address, such as ines@example.org').max(255),
  full_name: z.string().max(255).default(''),
  role: z.string('Choose a role').max(64),
})

type Typed = { readonly email: string; readonly full_name: string; readonly role: string }
const NOTHING_TYPED: Typed = { email: '', full_name: '', role: '' }

async function listed(
  visit: Visit,
  { typed = NOTHING_TYPED, errors = {} }: { readonly typed?: Typed; readonly errors?: FieldErrors } = {},
): Promise<Outcome<View>> {
  const { core, operation, now } = visit
  const mayWrite = operation.actor.permissions.has('access.write')
  const [users, roles] = await Promise.all([
    core.users.listOrganizationUsers(operation, {}, { after: null, limit: MAX_SHOWN }),
    core.access.listAssignableRoles(operation),
  ])
  if (!users.ok) return users
  if (!roles.ok) return roles
  const content = (
    <>
      <section aria-labelledby="people">
        <h2 id="people">People</h2>
        <p class="sub">Who may sign in here, and what their roles permit.</p>
        <div class="sp">
          <Table
            caption="People"
            columns={[
              { label: 'Name' },
              { label: 'Roles' },
              { label: 'State' },
              { label: 'Signed in' },
              { class: 'r', label: <span class="sr">Actions</span> },
            ]}
            rows={users.value.map((one) => rowOf(one, now, mayWrite))}
          />
        </div>
        {users.value.length === MAX_SHOWN && (
          <p class="hint">The first {MAX_SHOWN}. `GET /v1/users` has all.</p>
        )}
      </section>
      {mayWrite && <Invite roles={roles.value} typed={typed} errors={errors} />}
    </>
  )
  const status = Object.keys(errors).length > 0 ? { status: 422 } : {}
  return ok(settingsView('people', operation.actor.permissions, content, status))
}

function rowOf({ principal, user }: OrganizationUser, now: number, mayWrite: boolean) {
  const isOff = principal.disabledAt !== null
  const path = `${PATH}/${principal.uuid}`
  return {
    isDead: isOff,
    cells: [
      {
        class: 'name',
        content: (
          <>
            <span title={principal.name}>{user?.fullName || principal.displayName || principal.name}</span>
            <small>{principal.name}</small>
          </>
        ),
      },
      { content: principal.grants.map(({ role }) => <Tag>{roleName(role)}</Tag>) },
      { class: 'nw', content: <State of={isOff ? 'disabled' : 'active'} /> },
      {
        class: 'nw me-r',
        content: user?.signedInAt ? (
          <Time at={user.signedInAt} now={now} />
        ) : (
          <span class="muted">never signed in</span>
        ),
      },
      {
        class: 'r',
        content: mayWrite && (
          <span class="row">
            <Act action={`${path}/${isOff ? 'enable' : 'disable'}`} isSmall>
              {isOff ? 'Enable' : 'Disable'}
              <span class="sr"> {principal.name}</span>
            </Act>
            <LinkButton href={`${path}/remove`} tone="risk" isSmall>
              Remove<span class="sr"> {principal.name}</span>
            </LinkButton>
          </span>
        ),
      },
    ],
  }
}

function Invite({
  roles,
  typed,
  errors,
}: {
  readonly roles: readonly AssignableRole[]
  readonly typed: Typed
  readonly errors: FieldErrors
}) {
  const isRefused = Object.keys(errors).length > 0
  return (
    <section aria-labelledby="invite">
      <h2 id="invite">Add a person</h2>
      <p class="sub">
        They get a password from you, which is good for nothing but for choosing their own. There is no mail.
      </p>
      <form class="form sp" method="post" action={PATH}>
        {isRefused && <NothingChanged>{errors[''] ?? 'see the fields below.'}</NothingChanged>}
        <TextField
          id="email"
          name="email"
          label="Email"
          value={typed.email}
          type="email"
          error={errors.email}
          isRequired
        />
        <TextField
          id="full_name"
          name="full_name"
          label="Name"
          note="optional"
          value={typed.full_name}
          error={errors.full_name}
        />
        <SelectField
          id="role"
          name="role"
          label="Role"
          value={typed.role}
          choices={[
            { value: '', label: 'Choose a role' },
            ...roles.map(({ role }) => ({ value: role, label: roleName(role) })),
          ]}
          error={errors.role}
        />
        <div class="row">
          <Button tone="go" type="submit">
            Add person
          </Button>
        </div>
      </form>
    </section>
  )
}

const show = page({ path: PATH, access: 'access.read', id: 'console_people', show: (visit) => listed(visit) })

const add = action({
  path: PATH,
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
    if (!input.ok) return listed(visit, { typed, errors: input.errors })
    const { email, full_name: fullName, role } = input.value
    const user = { email, fullName, timeZone: 'UTC' }
    const made = await core.users.inviteUser(operation, user, [{ of: null, role, scope: [] }])
    if (!made.ok) {
      const { fault } = made
      const taken =
        fault.kind === 'name_taken' ? { email: 'A person with this address is here already' } : null
      const errors =
        errorsOf(fault) ?? taken ?? (fault.kind === 'reference_unknown' ? { role: 'No such role' } : null)
      return errors ? listed(visit, { typed, errors }) : { ok: false, fault }
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
        <LinkButton href={PATH}>I have stored it</LinkButton>
      </div>
    </section>
  )
  return settingsView('people', operation.actor.permissions, content)
}

const enable = switched('enable', true)
const disable = switched('disable', false)

function switched(verb: 'enable' | 'disable', isEnabled: boolean) {
  return action({
    path: `${PATH}/:user/${verb}`,
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
      const undo = { action: `${PATH}/${user}/${isEnabled ? 'disable' : 'enable'}`, fields: {} }
      return ok({ to: PATH, notice: { text, undo } })
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
  const behind = await listed(visit)
  if (!behind.ok) return behind
  const { name } = found.value.principal
  const overlay = (
    <Dialog
      id="remove"
      title={`Remove ${name}`}
      action={`${PATH}/${params.user}/remove`}
      cancel={PATH}
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
  path: `${PATH}/:user/remove`,
  access: 'access.write',
  id: 'console_people_removal',
  params: OneUser,
  subject: 'user',
  show: (visit) => removal(visit),
})

const remove = action({
  path: `${PATH}/:user/remove`,
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
    return ok({ to: PATH, notice: { text } })
  },
})

export const peopleRoutes = [show, add, enable, disable, confirmRemoval, remove]

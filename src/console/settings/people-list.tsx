import type { AssignableRole } from '../../core/access/assignable-roles.ts'
import type { OrganizationUser } from '../../core/access/users/members.ts'
import { type Outcome, ok } from '../../core/kernel/outcome.ts'
import { Time } from '../components/figure/time.tsx'
import { Act, Button, LinkButton } from '../components/form/button.tsx'
import { SelectField, TextField } from '../components/form/field.tsx'
import { State, Tag } from '../components/list/state.tsx'
import { Table } from '../components/list/table.tsx'
import { NothingChanged } from '../components/page/message.tsx'
import type { FieldErrors } from '../edge/form.ts'
import type { View, Visit } from '../edge/visit.ts'
import { settingsView } from './frame.tsx'
import { roleName } from './role-name.ts'

export const PEOPLE = '/console/settings/people'
const MAX_SHOWN = 200
type Typed = { readonly email: string; readonly full_name: string; readonly role: string }
const NOTHING_TYPED: Typed = { email: '', full_name: '', role: '' }

export async function listPeople(
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
  const path = `${PEOPLE}/${principal.uuid}`
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
          <>
            <span class="m">signed in</span> <Time at={user.signedInAt} now={now} />
          </>
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
      <form class="form sp" method="post" action={PEOPLE}>
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

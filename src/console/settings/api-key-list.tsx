import { type ApiKey, apiKeyState } from '../../core/access/api-keys/port.ts'
import type { AssignableRole } from '../../core/access/assignable-roles.ts'
import { type Outcome, ok } from '../../core/kernel/outcome.ts'
import { Time } from '../components/figure/time.tsx'
import { Button, LinkButton } from '../components/form/button.tsx'
import { Segments, SelectField, TextField } from '../components/form/field.tsx'
import { Tag } from '../components/list/state.tsx'
import { Table } from '../components/list/table.tsx'
import { Empty } from '../components/page/empty.tsx'
import { NothingChanged } from '../components/page/message.tsx'
import type { FieldErrors } from '../edge/form.ts'
import type { View, Visit } from '../edge/visit.ts'
import { settingsView } from './frame.tsx'
import { roleName } from './role-name.ts'

export const API_KEYS = '/console/settings/api-keys'
const MAX_SHOWN = 200
/** Everything that the person may, as a key of theirs has it. */
export const OWN = 'own'
const LIFETIMES = { 7: '7 days', 30: '30 days', 90: '90 days', never: 'never' } as const
type Shown = {
  readonly key: ApiKey
  readonly owner: string
  readonly roles: readonly string[]
  readonly isOwn: boolean
}
type Again = {
  readonly name: string
  readonly role: string
  readonly ends: string
  readonly errors: FieldErrors
}
const FRESH: Again = { name: '', role: OWN, ends: '90', errors: {} }

/** All of the organization for who may read them, and otherwise one's own. */
async function keysOf({ core, operation }: Visit): Promise<Outcome<readonly Shown[]>> {
  const { actor } = operation
  if (actor.permissions.has('access.read')) {
    const all = await core.apiKeys.listApiKeys(operation, {}, { after: null, limit: MAX_SHOWN })
    if (!all.ok) return all
    return ok(
      all.value.map(({ key, principal }) => ({
        key,
        owner: principal.name,
        roles: principal.grants.map(({ role }) => role),
        isOwn: principal.id === actor.principal,
      })),
    )
  }
  const own = await core.apiKeys.listOwnApiKeys(operation)
  if (!own.ok) return own
  return ok(own.value.map((key) => ({ key, owner: actor.name, roles: actor.roles, isOwn: true })))
}

export async function listApiKeys(visit: Visit, again: Again = FRESH): Promise<Outcome<View>> {
  const { core, operation, now } = visit
  const { permissions } = operation.actor
  const [keys, roles] = await Promise.all([
    keysOf(visit),
    permissions.has('access.write') ? core.access.listAssignableRoles(operation) : ok([]),
  ])
  if (!keys.ok) return keys
  if (!roles.ok) return roles
  const content = (
    <>
      <section aria-labelledby="api-keys">
        <h2 id="api-keys">API keys</h2>
        <p class="sub">For programs. A key has the roles of its owner, and no more.</p>
        {keys.value.length === 0 ? (
          <Empty title="No API key yet">A program signs each request with one, as a person signs in.</Empty>
        ) : (
          <div class="sp">
            <Table
              caption="API keys"
              columns={[
                { label: 'Name' },
                { label: 'May' },
                { label: 'Last used' },
                { label: 'Expires' },
                { class: 'r', label: <span class="sr">Actions</span> },
              ]}
              rows={keys.value.map((one) => rowOf(one, now, one.isOwn || permissions.has('access.write')))}
            />
          </div>
        )}
      </section>
      <NewKeyForm roles={roles.value} again={again} />
    </>
  )
  const status = Object.keys(again.errors).length > 0 ? { status: 422 } : {}
  return ok(settingsView('api-keys', permissions, content, status))
}

function rowOf({ key, owner, roles, isOwn }: Shown, now: number, mayRevoke: boolean) {
  const never = <span class="muted">never</span>
  return {
    isDead: apiKeyState(key, now) === 'expired',
    cells: [
      {
        class: 'name',
        content: (
          <>
            <span title={key.name}>{key.name || owner}</span>
            <small class="mono">api_{key.id}</small>
          </>
        ),
      },
      {
        class: 'me-r',
        content: isOwn ? <Tag>Everything of {owner}</Tag> : roles.map((role) => <Tag>{roleName(role)}</Tag>),
      },
      {
        class: 'nw',
        content: (
          <>
            <span class="m">used</span> {key.usedAt === null ? never : <Time at={key.usedAt} now={now} />}
          </>
        ),
      },
      {
        class: 'nw me-r',
        content: (
          <>
            <span class="m">ends</span>{' '}
            {key.expiresAt === null ? never : <Time at={key.expiresAt} now={now} />}
          </>
        ),
      },
      {
        class: 'r',
        content: mayRevoke && (
          <LinkButton href={`${API_KEYS}/api_${key.id}/delete`} tone="risk" isSmall>
            Delete<span class="sr"> {key.name || owner}</span>
          </LinkButton>
        ),
      },
    ],
  }
}

function NewKeyForm({ roles, again }: { readonly roles: readonly AssignableRole[]; readonly again: Again }) {
  const { errors } = again
  return (
    <section aria-labelledby="new">
      <h2 id="new">New API key</h2>
      <form class="form sp" method="post" action={API_KEYS}>
        {Object.keys(errors).length > 0 && (
          <NothingChanged>{errors[''] ?? 'see the fields below.'}</NothingChanged>
        )}
        <TextField
          id="name"
          name="name"
          label="Name"
          placeholder="What will use it"
          value={again.name}
          error={errors.name}
          isRequired
        />
        {roles.length > 0 && (
          <SelectField
            id="role"
            name="role"
            label="It may"
            hint="A pipeline that only creates keys needs “Latchkey: minter”. Another role than your own makes a service account."
            value={again.role}
            choices={[
              { value: OWN, label: 'Everything that you may' },
              ...roles.map(({ role }) => ({ value: role, label: roleName(role) })),
            ]}
            error={errors.role}
          />
        )}
        <Segments
          legend="Ends in"
          name="ends"
          value={again.ends}
          choices={Object.entries(LIFETIMES).map(([value, label]) => ({ value, label }))}
          error={errors.ends ?? errors.expiresAt}
        />
        <div class="row">
          <Button tone="go" type="submit">
            Create API key
          </Button>
        </div>
      </form>
    </section>
  )
}

/** API keys for programs: a key of one's own, or a service account with one role and its key (docs/dialects/native.md#api-keys). */
import * as z from 'zod'
import { type ApiKey, apiKeyState } from '../../core/access/api-keys/port.ts'
import type { AssignableRole } from '../../core/access/assignable-roles.ts'
import { map, type Outcome, ok } from '../../core/kernel/outcome.ts'
import { Time } from '../components/figure/time.tsx'
import { Button, LinkButton } from '../components/form/button.tsx'
import { Dialog, Effects } from '../components/form/dialog.tsx'
import { Segments, SelectField, TextField } from '../components/form/field.tsx'
import { Secret } from '../components/form/secret.tsx'
import { Tag } from '../components/list/state.tsx'
import { Table } from '../components/list/table.tsx'
import { Empty } from '../components/page/empty.tsx'
import { NothingChanged } from '../components/page/message.tsx'
import type { ConsoleFault } from '../edge/fault.ts'
import { checkForm, errorsOf, type FieldErrors, textOf } from '../edge/form.ts'
import { action, page } from '../edge/page.ts'
import type { Done, View, Visit } from '../edge/visit.ts'
import { settingsView } from './frame.tsx'
import { roleName } from './role-name.ts'

const PATH = '/console/settings/api-keys'
const DAY_MILLISECONDS = 24 * 3_600_000
const MAX_SHOWN = 200
const MAX_ACCOUNTS = 2_000
const OneKey = z.object({ credential: z.string().regex(/^api_1[0-9a-f]{16}$/) })

/** Everything that the person may, as a key of theirs has it. */
const OWN = 'own'
const LIFETIMES = { 7: '7 days', 30: '30 days', 90: '90 days', never: 'never' } as const
const NewKey = z.object({
  name: z.string('A name is needed').max(255),
  role: z.string().max(64).default(OWN),
  ends: z.enum(['7', '30', '90', 'never']),
})

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

async function listed(visit: Visit, again: Again = FRESH): Promise<Outcome<View>> {
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
          <LinkButton href={`${PATH}/api_${key.id}/delete`} tone="risk" isSmall>
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
      <form class="form sp" method="post" action={PATH}>
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

const show = page({ path: PATH, access: 'member', id: 'console_api_keys', show: (visit) => listed(visit) })

const create = action({
  path: PATH,
  access: 'member',
  id: 'console_api_keys_create',
  act: async (visit, form): Promise<Outcome<View, ConsoleFault>> => {
    const { core, operation, now } = visit
    const typed = {
      name: textOf(form, 'name'),
      role: textOf(form, 'role') || OWN,
      ends: textOf(form, 'ends'),
    }
    const input = checkForm(NewKey, form)
    if (!input.ok) return listed(visit, { ...typed, errors: input.errors })
    const { name, role, ends } = input.value
    const expiresAt = ends === 'never' ? null : now + Number(ends) * DAY_MILLISECONDS
    const made =
      role === OWN
        ? map(
            await core.apiKeys.createOwnApiKey(operation, { name, description: '', expiresAt }),
            ({ key: { id }, secret }) => ({ id, secret }),
          )
        : await createAccountKey(visit, name, role, expiresAt)
    if (made.ok) return ok(createdView(visit, name, made.value.id, made.value.secret))
    const { fault } = made
    const errors =
      errorsOf(fault) ??
      (fault.kind === 'name_taken' ? { name: 'A service account with this name is here already' } : null) ??
      (fault.kind === 'reference_unknown' ? { role: 'No such role' } : null)
    return errors ? listed(visit, { ...typed, errors }) : { ok: false, fault }
  },
})

type Made = { readonly id: string; readonly secret: string }

/** A service account of that name, with one role, and its key. */
async function createAccountKey(
  { core, operation }: Visit,
  name: string,
  role: string,
  expiresAt: number | null,
): Promise<Outcome<Made, ConsoleFault>> {
  const account = {
    ...({ kind: 'service_account', name, displayName: '', description: '', restriction: null } as const),
    grants: [{ of: null, role, scope: [] }],
    key: { lifetime: expiresAt === null ? null : { at: expiresAt } },
  }
  const made = await core.principals.createPrincipal(operation, account, MAX_ACCOUNTS)
  if (!made.ok) return made
  if (!made.value.key) throw new Error('an account was to get a key')
  return ok(made.value.key)
}

/** In this answer alone: it is in no address and in no cookie. */
function createdView({ operation, publicUrl }: Visit, name: string, id: string, secret: string): View {
  const content = (
    <section class="panel" aria-labelledby="once" data-once>
      <div>
        <h2 id="once">The API key “{name}”, shown once</h2>
        <p class="muted">
          Its user name is <code>api_{id}</code>, and this is its secret. Latchkey keeps a hash of it only.
        </p>
        <Secret text={`api_${id}:${secret}`} />
      </div>
      <div>
        <h2>Try it</h2>
        <pre class="small mono" tabindex={0}>
          curl -u api_{id} {publicUrl}/v1/me
        </pre>
      </div>
      <div class="row">
        <LinkButton href={PATH} more={{ 'data-stored': true }}>
          I have stored it
        </LinkButton>
      </div>
    </section>
  )
  return settingsView('api-keys', operation.actor.permissions, content)
}

/** One's own, or with the permission any of the organization's. */
async function findKey({
  core,
  operation,
  params,
}: Visit<z.output<typeof OneKey>, undefined>): Promise<
  Outcome<{ readonly key: ApiKey; readonly isOwn: boolean }>
> {
  const id = params.credential.slice('api_'.length)
  const own = await core.apiKeys.getOwnApiKey(operation, id)
  if (own.ok) return ok({ key: own.value, isOwn: true })
  if (!operation.actor.permissions.has('access.write')) return own
  const any = await core.apiKeys.getApiKey(operation, id)
  return any.ok ? ok({ key: any.value.key, isOwn: false }) : any
}

const confirmDeletion = page({
  path: `${PATH}/:credential/delete`,
  access: 'member',
  id: 'console_api_keys_deletion',
  params: OneKey,
  subject: 'api_key',
  show: async (visit) => {
    const found = await findKey(visit)
    if (!found.ok) return found
    const behind = await listed(visit)
    if (!behind.ok) return behind
    const { key } = found.value
    const title = `Delete API key “${key.name || `api_${key.id}`}”`
    const overlay = (
      <Dialog
        id="delete"
        title={title}
        action={`${PATH}/api_${key.id}/delete`}
        cancel={PATH}
        submit={
          <Button tone="final" type="submit">
            Delete 1 API key
          </Button>
        }
      >
        <Effects
          ends={['Programs that use it are refused from now on. This cannot be undone.']}
          stays={['Its owner and roles stay.', 'Enrollment keys and agents that it made go on.']}
        />
      </Dialog>
    )
    return ok({ ...behind.value, title, overlay })
  },
})

const remove = action({
  path: `${PATH}/:credential/delete`,
  access: 'member',
  id: 'console_api_keys_delete',
  params: OneKey,
  subject: 'api_key',
  act: async (visit): Promise<Outcome<Done, ConsoleFault>> => {
    const { core, operation } = visit
    const found = await findKey(visit)
    if (!found.ok) return found
    const { key, isOwn } = found.value
    const removed = await (isOwn
      ? core.apiKeys.deleteOwnApiKey(operation, key.id)
      : core.apiKeys.deleteApiKey(operation, key.id, null))
    if (!removed.ok) return removed
    const text = `Deleted “${key.name || `api_${key.id}`}”. What it made goes on.`
    return ok({ to: PATH, notice: { text } })
  },
})

export const apiKeyRoutes = [show, create, confirmDeletion, remove]

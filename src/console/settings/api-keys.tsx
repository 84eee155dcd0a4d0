/** API keys for programs: a key of one's own, or a service account with one role and its key (docs/dialects/native.md#api-keys). */
import * as z from 'zod'
import type { ApiKey } from '../../core/access/api-keys/port.ts'
import { map, type Outcome, ok } from '../../core/kernel/outcome.ts'
import { Button, LinkButton } from '../components/form/button.tsx'
import { Dialog, Effects } from '../components/form/dialog.tsx'
import { Secret } from '../components/form/secret.tsx'
import type { ConsoleFault } from '../edge/fault.ts'
import { checkForm, errorsOf, textOf } from '../edge/form.ts'
import { action, page } from '../edge/page.ts'
import type { Done, View, Visit } from '../edge/visit.ts'
import { API_KEYS, listApiKeys, OWN } from './api-key-list.tsx'
import { settingsView } from './frame.tsx'

const DAY_MILLISECONDS = 24 * 3_600_000
const MAX_ACCOUNTS = 2_000
const OneKey = z.object({ credential: z.string().regex(/^api_1[0-9a-f]{16}$/) })
const NewKey = z.object({
  name: z.string('A name is needed').max(255),
  role: z.string().max(64).default(OWN),
  ends: z.enum(['7', '30', '90', 'never']),
})

const show = page({
  path: API_KEYS,
  access: 'member',
  id: 'console_api_keys',
  show: (visit) => listApiKeys(visit),
})

const create = action({
  path: API_KEYS,
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
    if (!input.ok) return listApiKeys(visit, { ...typed, errors: input.errors })
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
    return errors ? listApiKeys(visit, { ...typed, errors }) : { ok: false, fault }
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
        <LinkButton href={API_KEYS} more={{ 'data-stored': true }}>
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
  path: `${API_KEYS}/:credential/delete`,
  access: 'member',
  id: 'console_api_keys_deletion',
  params: OneKey,
  subject: 'api_key',
  show: async (visit) => {
    const found = await findKey(visit)
    if (!found.ok) return found
    const behind = await listApiKeys(visit)
    if (!behind.ok) return behind
    const { key } = found.value
    const title = `Delete API key “${key.name || `api_${key.id}`}”`
    const overlay = (
      <Dialog
        id="delete"
        title={title}
        action={`${API_KEYS}/api_${key.id}/delete`}
        cancel={API_KEYS}
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
  path: `${API_KEYS}/:credential/delete`,
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
    return ok({ to: API_KEYS, notice: { text } })
  },
})

export const apiKeyRoutes = [show, create, confirmDeletion, remove]

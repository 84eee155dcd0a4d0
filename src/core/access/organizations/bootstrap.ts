import type { AuditEvent } from '../../events/event.ts'
import type { Cause } from '../../kernel/cause.ts'
import { type Outcome, ok } from '../../kernel/outcome.ts'
import { fold } from '../../kernel/text.ts'
import { eventId } from '../../kernel/time/event-id.ts'
import type { Ports } from '../../ports.ts'
import { type MadeApiClient, makeApiClient } from '../api-clients/manage.ts'
import { mintApiKey } from '../api-key.ts'
import { openCase } from '../cases/open-case.ts'
import { makeBuiltInRoles } from '../roles/built-in.ts'
import { knowsSecret } from '../shared-secret.ts'
import { hashPassword, newPassword } from '../users/password.ts'
import { newOrganization } from './make.ts'
import type { Organization, Owner } from './port.ts'

export type Bootstrapped = {
  readonly organization: Organization
  readonly isNew: boolean
  readonly owner: {
    readonly email: string
    /** null: they had one before, and keep it. */
    readonly password: string | null
  }
  readonly apiKey: { readonly id: string; readonly secret: string }
  /** By dialect. */
  readonly apiClients: Readonly<Record<string, MadeApiClient>>
}

/** Whether that token lets one bootstrap. Without a token of at least 32 bytes in the secrets this does not exist. */
export const authorizeBootstrap = openCase(
  async (ports, token: string | null): Promise<Outcome<null>> => knowsSecret(ports.bootstrapToken, token),
)

/** Makes an organization and its owner, or finds them, and mints the owner an API key. An owner without a password gets one. */
export const bootstrapOrganization = openCase(
  async (
    ports,
    token: string | null,
    input: { readonly name: string; readonly email: string; readonly isPasswordReset: boolean },
    request: Cause['request'],
  ): Promise<Outcome<Bootstrapped>> => {
    const permitted = await authorizeBootstrap(ports, token)
    if (!permitted.ok) return permitted
    const now = ports.now()
    const { organization, isNew } = await ports.organizations.ensure(newOrganization(ports, input.name))
    const { id, name } = organization
    const event = (type: AuditEvent['type'], subject: AuditEvent['subject'], at: number): AuditEvent => ({
      id: eventId(at),
      organization: id,
      at,
      type,
      isSuccess: true,
      cause: { actor: { kind: 'system' }, request },
      subject,
      detail: {},
    })
    const made = event('organization.create', { kind: 'organization', id: String(id), name }, now)
    await makeBuiltInRoles(ports, organization.id)
    await makeDefaultProfiles(ports, organization.id, { actor: { kind: 'system' }, request })
    const ensured = await ensureOwner(ports, organization.id, input, now)
    if (!ensured.ok) return ensured
    const { owner, password } = ensured.value
    const key = await mintApiKey(await ports.keyring(), ports.random)
    const minted = event('api_key.create', { kind: 'api_key', id: key.id, name: 'bootstrap' }, ports.now())
    const events = isNew ? [made, minted] : [minted]
    await ports.organizations.addApiKey(id, owner, 'bootstrap', key, now, events)
    return ok({
      organization,
      isNew,
      owner: { email: owner.name, password },
      apiKey: { id: key.id, secret: key.secret },
      apiClients: await makeApiClients(ports, organization, { actor: { kind: 'system' }, request }),
    })
  },
)

/** Of bootstraps at once, one gives the password. */
async function ensureOwner(
  ports: Ports,
  organization: number,
  { email, isPasswordReset }: { readonly email: string; readonly isPasswordReset: boolean },
  now: number,
): Promise<Outcome<{ readonly owner: Owner; readonly password: string | null }>> {
  const wanted = { email, roles: ports.ownerRoles, password: null, isPasswordReset: false }
  const owner = await ports.organizations.ensureOwner(organization, wanted, now)
  const known = await ports.users.find(owner.user)
  if (known?.password && !isPasswordReset) return ok({ owner, password: null })
  const password = newPassword(ports.random)
  const salt = await ports.users.saltOf(fold(email))
  const stored = await hashPassword(ports, 'deployment', password, salt)
  if (!stored.ok) return stored
  const given = { ...wanted, password: stored.value, isPasswordReset }
  const { isPasswordSet } = await ports.organizations.ensureOwner(organization, given, now)
  ports.passwords.endTries(fold(email))
  return ok({ owner, password: isPasswordSet ? password : null })
}

async function makeApiClients(ports: Ports, organization: Organization, cause: Cause) {
  const made: Record<string, MadeApiClient> = {}
  for (const clientOf of ports.defaultApiClients) {
    const client = clientOf(organization, ports.uuid())
    made[client.dialect] = await makeApiClient(ports, organization.id, client, cause)
  }
  return made
}

/** Also after a bootstrap that broke off. Of those at once, and of those before, one ledger is the default's. */
async function makeDefaultProfiles(ports: Ports, organization: number, cause: Cause): Promise<void> {
  for (const profile of ports.defaultProfiles) {
    const allotted = await ports.ledgerDirectory.allot(organization)
    const scope = `${profile.dialect}:default`
    const reservation = { organization, scope, value: '', ledger: allotted }
    const { ledger } = await ports.ledgerDirectory.reserve(reservation, ports.now())
    await ports.ledgers.createProfile(ledger, { ...profile, organization, isDefault: true }, cause)
  }
}

import { mintApiKey } from '../access/api-key.ts'
import { equalBytes, utf8 } from '../encoding.ts'
import type { AuditEvent } from '../events/event.ts'
import type { Cause } from '../ledger/records.ts'
import { notFound, type Outcome, ok, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import { makeBuiltInRoles } from '../roles/built-in.ts'
import { newOrganization } from './make.ts'
import type { Organization } from './port.ts'

const MIN_TOKEN_BYTES = 32
const OWNER_ROLE = 'illumio:owner'

export type Bootstrapped = {
  readonly organization: Organization
  readonly isNew: boolean
  readonly owner: string
  readonly apiKey: { readonly id: string; readonly secret: string }
}

/** Whether that token lets one bootstrap. Without a token of at least 32 bytes in the secrets this does not exist. */
export async function mayBootstrap(ports: Ports, token: string | null): Promise<Outcome<null>> {
  const expected = ports.bootstrapToken
  if (expected === null || utf8(expected).length < MIN_TOKEN_BYTES) return notFound('route')
  if (token === null) return refuse({ kind: 'credential_missing' })
  return equalBytes(utf8(token), utf8(expected)) ? ok(null) : refuse({ kind: 'credential_invalid' })
}

/** Makes an organization and its owner, or finds them, and mints the owner an API key. */
export async function bootstrap(
  ports: Ports,
  token: string | null,
  input: { readonly name: string; readonly email: string },
  request: Cause['request'],
): Promise<Outcome<Bootstrapped>> {
  const permitted = await mayBootstrap(ports, token)
  if (!permitted.ok) return permitted
  const now = ports.now()
  const { organization, isNew } = await ports.organizations.ensure(newOrganization(ports, input.name))
  await makeBuiltInRoles(ports, organization.id)
  await makeDefaultProfiles(ports, organization.id, { actor: { kind: 'system' }, request })
  const owner = await ports.organizations.ensureOwner(organization.id, input.email, OWNER_ROLE, now)
  const key = await mintApiKey(await ports.keyring(), ports.random)
  const { id, name } = organization
  const event = (type: AuditEvent['type'], subject: AuditEvent['subject']): AuditEvent => ({
    id: crypto.randomUUID(),
    organization: id,
    at: now,
    type,
    isSuccess: true,
    cause: { actor: { kind: 'system' }, request },
    subject,
    detail: {},
  })
  const events = [event('api_key.create', { kind: 'api_key', id: key.id, name: 'bootstrap' })]
  if (isNew) events.unshift(event('organization.create', { kind: 'organization', id: String(id), name }))
  await ports.organizations.addApiKey(id, owner, 'bootstrap', key, now, events)
  return ok({
    organization,
    isNew,
    owner: owner.name,
    apiKey: { id: key.id, secret: key.secret },
  })
}

/** Also after a bootstrap that broke off. Of those at once, and of those before, one ledger is the default's. */
async function makeDefaultProfiles(ports: Ports, organization: number, cause: Cause): Promise<void> {
  for (const profile of ports.defaultProfiles) {
    const allotted = await ports.ledgers.allot(organization)
    const scope = `${profile.dialect}:default`
    const reservation = { organization, scope, value: '', ledger: allotted }
    const { ledger } = await ports.ledgers.reserve(reservation, ports.now())
    await ports.ledgers.open(ledger).create({ ...profile, organization, isDefault: true }, ledger, cause)
  }
}

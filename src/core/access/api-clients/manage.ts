import type { Cause, Dialect } from '../../kernel/cause.ts'
import type { SizedPage } from '../../kernel/fairness/list-slices.ts'
import { type Faults, notFound, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { SearchQuery } from '../../search/search.ts'
import { causeOf, operatorCase } from '../cases/operator-case.ts'
import { clientEvent } from './event.ts'
import type { ApiClient, ApiClientRecord, KeepOne, NewApiClient } from './port.ts'
import { mintSecret } from './secret.ts'

export const MAX_TOKEN_LIFETIME_SECONDS = 3_600

const SECRET_BYTES = 24
export type MadeApiClient = {
  readonly client: ApiClient
  /** Shown once. */
  readonly secret: string
}

export const createApiClient = operatorCase(
  'api_clients.write',
  async (ports, operation, inputOf: (uuid: string) => NewApiClient): Promise<Outcome<MadeApiClient>> =>
    ok(await makeApiClient(ports, operation.actor.organization, inputOf(ports.uuid()), causeOf(operation))),
)

/** Without asking whether one may: for what an organization starts with. */
export async function makeApiClient(
  ports: Ports,
  organization: number,
  input: NewApiClient,
  cause: Cause,
): Promise<MadeApiClient> {
  const ring = await ports.keyring()
  const { secret, stored } = await mintSecret(ring, input.clientId, ports.random(SECRET_BYTES))
  const now = ports.now()
  const by = { createdAt: now, createdBy: cause.actor, updatedAt: now, updatedBy: cause.actor }
  const record = { ...input, organization, ...by }
  const client = await ports.apiClients.add(
    record,
    stored,
    clientEvent('api_client.create', record, now, cause),
  )
  return { client, secret }
}

export const searchApiClients = operatorCase(
  'api_clients.read',
  async (
    ports,
    operation,
    query: Omit<SearchQuery, 'organization'>,
  ): Promise<Outcome<SizedPage<ApiClient>>> =>
    ok(await ports.search('apiClients', { ...query, organization: operation.actor.organization })),
)

export const getApiClient = operatorCase(
  'api_clients.read',
  async (ports, operation, dialect: Dialect, id: number): Promise<Outcome<ApiClient>> =>
    find(ports, operation.actor.organization, dialect, id),
)

export type ApiClientChange = Partial<
  Pick<ApiClientRecord, 'name' | 'isEnabled' | 'role' | 'tokenLifetimeSeconds' | 'publicKey' | 'attributes'>
>

/** Another operator may change the same client meanwhile: it is read again, so that no change is lost. */
const MAX_TRIES = 5

/** Changes what is named and nothing else. */
export const changeApiClient = operatorCase(
  'api_clients.write',
  async (
    ports,
    operation,
    dialect: Dialect,
    id: number,
    change: ApiClientChange,
  ): Promise<Outcome<ApiClient, Faults<'last_owner'>>> => {
    const cause = causeOf(operation)
    const detail = { members: Object.keys(change) }
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const found = await find(ports, operation.actor.organization, dialect, id)
      if (!found.ok) return found
      const now = ports.now()
      const { id: _, ...before } = found.value
      const attributes = { ...before.attributes, ...change.attributes }
      const after = { ...before, ...change, attributes, updatedAt: now, updatedBy: cause.actor }
      const event = clientEvent('api_client.update', { ...after, id }, now, cause, detail)
      const keep = isKeeper(ports, after) ? null : keepOne(ports, found.value)
      const written = await ports.apiClients.change(found.value, after, keep, event)
      if (written === 'last') return refuse({ kind: 'last_owner' })
      if (written !== 'outdated') return ok(written)
    }
    return refuse({ kind: 'busy', retryAfterSeconds: 1 })
  },
)

/** Its tokens end with it, within SIGN_IN_STALENESS_SECONDS. The last one that could make another stays. */
export const deleteApiClient = operatorCase(
  'api_clients.write',
  async (ports, operation, dialect: Dialect, id: number): Promise<Outcome<null, Faults<'last_owner'>>> => {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const found = await find(ports, operation.actor.organization, dialect, id)
      if (!found.ok) return found
      const now = ports.now()
      const event = clientEvent('api_client.delete', found.value, now, causeOf(operation))
      const removed = await ports.apiClients.remove(found.value, now, keepOne(ports, found.value), event)
      if (removed === 'last') return refuse({ kind: 'last_owner' })
      if (removed === 'gone') return ok(null)
    }
    return refuse({ kind: 'busy', retryAfterSeconds: 1 })
  },
)

/** Whether it can make and change clients: an organization without such a one could never sign in again. */
function isKeeper(ports: Ports, { isEnabled, role }: Pick<ApiClientRecord, 'isEnabled' | 'role'>): boolean {
  return isEnabled && ports.roles[role]?.includes('api_clients.write') === true
}

function keepOne(ports: Ports, client: ApiClientRecord): KeepOne | null {
  const roles = Object.keys(ports.roles).filter((role) => isKeeper(ports, { isEnabled: true, role }))
  return isKeeper(ports, client) ? { roles } : null
}

async function find(
  ports: Ports,
  organization: number,
  dialect: Dialect,
  id: number,
): Promise<Outcome<ApiClient>> {
  const found = await ports.apiClients.find(organization, id)
  return found?.dialect === dialect ? ok(found) : notFound('api_client')
}

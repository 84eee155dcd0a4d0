import { networkOf } from '../../kernel/address.ts'
import type { Cause, Dialect } from '../../kernel/cause.ts'
import type { Keyring, VerifiedApiToken } from '../../kernel/keyring.ts'
import { map, type Outcome, ok, refuse } from '../../kernel/outcome.ts'
import type { Ports } from '../../ports.ts'
import type { Actor } from '../actor.ts'
import { openCase } from '../cases/open-case.ts'
import { countRequest } from '../limits/limits.ts'
import type { Budget } from '../limits/port.ts'
import { actAs } from '../principal.ts'
import { clientEvent, ownCause } from './event.ts'
import type { ApiClient } from './port.ts'
import { hashSecret, isGenuineSecret, isStoredSecret } from './secret.ts'

export type Proof =
  | { readonly kind: 'secret'; readonly secret: string }
  /** A JWT that the client signed (RFC 7523). */
  | { readonly kind: 'assertion'; readonly assertion: string; readonly audiences: readonly string[] }

export type ApiToken = { readonly accessToken: string; readonly expiresInSeconds: number }

/** A signed-in client. */
export type ApiSession = {
  readonly actor: Actor
  readonly client: ApiClient
  readonly token: VerifiedApiToken
}

/** More than any client is called. */
export const MAX_CLIENT_ID_CHARACTERS = 255

/**
 * Every failure is one fault, also that of who failed too often and has to wait: clients take a 429 here for a reason to
 * ask a hundred times. A known client's is in the audit.
 *
 * Who shows a secret that we made for that client never waits for what others failed with: it is held against that secret
 * alone. An assertion, which only the client's own key can check, waits for other assertions and not for secrets.
 */
export const signInApiClient = openCase(
  async (
    ports,
    dialect: Dialect,
    clientId: string,
    proof: Proof,
    request: Cause['request'],
  ): Promise<Outcome<ApiToken>> => {
    if (clientId.length > MAX_CLIENT_ID_CHARACTERS) return refuse({ kind: 'credential_invalid' })
    const guarded = await guardedOf(await ports.keyring(), clientId, proof, request)
    const wait = ports.failures.blockedSeconds('sign_in', guarded)
    if (wait !== null) return refuse({ kind: 'credential_invalid' })
    const signedIn = await attempt(ports, dialect, clientId, proof, request)
    if (!signedIn.ok) await ports.failures.failed('sign_in', guarded)
    return signedIn
  },
)

/** Against what a failure is held; touches no storage. */
async function guardedOf(
  ring: Keyring,
  clientId: string,
  proof: Proof,
  { address }: Cause['request'],
): Promise<string> {
  const from = address ?? clientId
  if (proof.kind === 'assertion') return `assertions ${address === null ? clientId : networkOf(address)}`
  const isGenuine = await isGenuineSecret(ring, clientId, proof.secret)
  return isGenuine ? `secret ${await hashSecret(ring, ring.current, proof.secret)}` : from
}

async function attempt(
  ports: Ports,
  dialect: Dialect,
  clientId: string,
  proof: Proof,
  request: Cause['request'],
): Promise<Outcome<ApiToken>> {
  const found = await ports.apiClients.findByClientId(clientId)
  if (found?.client.dialect !== dialect) return refuse({ kind: 'credential_invalid' })
  const { client } = found
  const now = ports.now()
  const cause = ownCause(client, request)
  const isProven = await proves(ports, client, found.secret, proof)
  if (!isProven || !client.isEnabled) {
    const detail = { reason: isProven ? 'disabled' : 'not_proven' }
    await ports.apiClients.record(clientEvent('api_client.sign_in', client, now, cause, detail, false))
    return refuse({ kind: 'credential_invalid' })
  }
  const ring = await ports.keyring()
  const { organization, tokenLifetimeSeconds } = client
  const claims = { id: ports.uuid(), subject: clientId, organization, dialect }
  const accessToken = await ring.signApiToken(claims, Math.floor(now / 1_000), tokenLifetimeSeconds)
  await ports.apiClients.record(clientEvent('api_client.sign_in', client, now, cause))
  return ok({ accessToken, expiresInSeconds: tokenLifetimeSeconds })
}

/** From the token, and from what this isolate read of its client in the last SIGN_IN_STALENESS_SECONDS. */
export const authenticateApiToken = openCase(
  async (
    ports,
    dialect: Dialect,
    token: string,
    request: Cause['request'],
    limits: { readonly read: Budget; readonly write: Budget },
  ): Promise<Outcome<ApiSession>> => {
    const ring = await ports.keyring()
    const verified = await ring.verifyApiToken(token, Math.floor(ports.now() / 1_000))
    if (verified?.dialect !== dialect) return refuse({ kind: 'credential_invalid' })
    const client = await ports.apiClients.session({ id: verified.id, clientId: verified.subject })
    if (!client?.isEnabled || client.organization !== verified.organization) {
      return refuse({ kind: 'credential_invalid' })
    }
    const { id, uuid, name, organization, role } = client
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const from = request.address === null ? '' : networkOf(request.address)
    const counted = await countRequest(ports, isRead ? limits.read : limits.write, `${organization} ${from}`)
    if (!counted.ok) return counted
    const grants = [{ role, scope: [] }]
    const principal = {
      id,
      uuid,
      kind: 'api_client',
      name,
      organization,
      user: null,
      isEnabled: true,
      grants,
      restriction: null,
    } as const
    ports.housekeeper.wake()
    const by = { kind: 'api_token', id: verified.id } as const
    return map(actAs(ports.roles, principal, by, request.address), (actor) => ({
      actor,
      client,
      token: verified,
    }))
  },
)

export const signOutApiClient = openCase(
  async (ports, { client, token }: ApiSession, request: Cause['request']): Promise<Outcome<null>> => {
    const event = clientEvent('api_client.sign_out', client, ports.now(), ownCause(client, request))
    await ports.apiClients.signOut({ id: token.id, expiresAt: token.expiresAtSeconds * 1_000 }, event)
    return ok(null)
  },
)

async function proves(
  ports: Ports,
  client: ApiClient,
  stored: { readonly hash: string; readonly ringVersion: number },
  proof: Proof,
): Promise<boolean> {
  const ring = await ports.keyring()
  if (proof.kind === 'secret') {
    const isGenuine = await isGenuineSecret(ring, client.clientId, proof.secret)
    return isGenuine && isStoredSecret(ring, stored, proof.secret)
  }
  if (client.publicKey === null) return false
  const { assertion, audiences } = proof
  const about = { clientId: client.clientId, audiences, now: ports.now() }
  return ports.verifyAssertion(assertion, client.publicKey, about)
}

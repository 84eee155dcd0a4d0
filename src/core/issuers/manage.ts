import { causeOf, operatorCase } from '../access/cases/operator-case.ts'
import type { Dialect } from '../kernel/cause.ts'
import type { SizedPage } from '../kernel/fairness/list-slices.ts'
import type { JsonObject } from '../kernel/json.ts'
import { type Faults, invalid, notFound, type Outcome, ok, refuse } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import type { SearchQuery } from '../search/search.ts'
import { certificateMembers, ensureIssuers, issuerEvent } from './ensure.ts'
import type { Issuer, IssuerRecord } from './port.ts'

/** Makes what every organization has, should it be missing, and searches among all. */
export const listIssuers = operatorCase(
  'issuers.read',
  async (
    ports,
    operation,
    tenant: string,
    query: Omit<SearchQuery, 'organization'>,
  ): Promise<Outcome<SizedPage<Issuer>>> => {
    const { organization } = operation.actor
    await ensureIssuers(ports, query.dialect, { organization, name: tenant }, operation.request)
    return ok(await ports.search('issuers', { ...query, organization }))
  },
)

/** Searches among those that exist. */
export const searchIssuers = operatorCase(
  'issuers.read',
  async (ports, operation, query: Omit<SearchQuery, 'organization'>): Promise<Outcome<SizedPage<Issuer>>> =>
    ok(await ports.search('issuers', { ...query, organization: operation.actor.organization })),
)

export const getIssuer = operatorCase(
  'issuers.read',
  async (ports, operation, dialect: Dialect, id: number): Promise<Outcome<Issuer>> => {
    const found = await ports.issuers.find(operation.actor.organization, id)
    return found?.dialect === dialect ? ok(found) : notFound('issuer')
  },
)

export type IssuerChange = {
  readonly name?: string
  readonly description?: string
  readonly maySign?: boolean
  readonly attributes?: JsonObject
  /** For an issuer that was only a request so far: what came of it. */
  readonly certificate?: string
}

/** Others may change the same issuer meanwhile: it is read again, and no change is lost. */
const MAX_TRIES = 5

/** Changes what is named and nothing else. Those that every organization has keep their names. */
export const changeIssuer = operatorCase(
  'issuers.write',
  async (ports, operation, dialect: Dialect, id: number, change: IssuerChange): Promise<Outcome<Issuer>> => {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const found = await ports.issuers.find(operation.actor.organization, id)
      if (found?.dialect !== dialect) return notFound('issuer')
      const changed = await changedBy(ports, found, change)
      if (!changed.ok) return changed
      const now = ports.now()
      const cause = causeOf(operation)
      const after = { ...changed.value, updatedAt: now, updatedBy: cause.actor }
      const event = issuerEvent('issuer.update', { ...after, id }, now, cause)
      const written = await ports.issuers.change(found, after, event)
      if (written === 'name_taken') return refuse({ kind: 'name_taken', name: after.name })
      if (written !== 'outdated') return ok(written)
    }
    return refuse({ kind: 'busy', retryAfterSeconds: 1 })
  },
)

async function changedBy(
  ports: Ports,
  issuer: Issuer,
  { attributes, certificate, ...members }: IssuerChange,
): Promise<Outcome<IssuerRecord>> {
  const { id: _, ...before } = issuer
  const isRenamed = members.name !== undefined && members.name !== before.name
  if (isRenamed && before.attributes.isDefault === true) return invalid('name')
  const issued = certificate === undefined ? ok({}) : await completion(ports, issuer, certificate)
  if (!issued.ok) return issued
  const after = {
    ...before,
    ...issued.value,
    ...members,
    attributes: { ...before.attributes, ...attributes },
  }
  const isAble = after.hasPrivateKey && after.certificate !== null
  return after.maySign && !isAble ? invalid('maySign') : ok(after)
}

/** One that a key or another issuer needs, or that every organization has, stays. */
export const deleteIssuer = operatorCase(
  'issuers.write',
  async (
    ports,
    operation,
    dialect: Dialect,
    id: number,
    isDryRun: boolean,
  ): Promise<Outcome<null, Faults<'in_use'>>> => {
    const found = await ports.issuers.find(operation.actor.organization, id)
    if (found?.dialect !== dialect) return notFound('issuer')
    if (found.attributes.isDefault === true) return refuse({ kind: 'in_use', noun: 'issuer' })
    const inUse = refuse({ kind: 'in_use', noun: 'issuer' })
    if (await ports.issuers.hasChildren(found)) return inUse
    const { organization } = operation.actor
    const ledger = ports.ledgers.open(await ports.ledgerDirectory.shared(organization, dialect), organization)
    const retired = await ledger.retireIssuer(id, isDryRun ? 'asked' : 'retired')
    // A ledger that does not exist has no keys.
    if (!retired.ok && retired.fault.kind !== 'not_found') return retired
    if (isDryRun) return ok(null)
    const now = ports.now()
    const event = issuerEvent('issuer.delete', found, now, causeOf(operation))
    if (await ports.issuers.remove(found, now, event)) return ok(null)
    // Another call deleted it, or it signed a child meanwhile.
    if (!(await ports.issuers.find(organization, id))) return notFound('issuer')
    await ledger.retireIssuer(id, 'kept')
    return inUse
  },
)

/** The certificate of an issuer's own request must be of the same key. */
async function completion(ports: Ports, issuer: Issuer, certificate: string): Promise<Outcome<object>> {
  if (certificate === issuer.certificate) return ok({})
  const requested = issuer.request === null ? 'unreadable' : await ports.pki.readRequest(issuer.request)
  const facts = await ports.pki.readCertificate(certificate)
  const isItsOwn = typeof requested !== 'string' && String(requested.publicKey) === String(facts?.publicKey)
  if (!isItsOwn || !facts?.isAuthority) return invalid('certificate')
  return ok({ ...(await certificateMembers(ports, certificate)), maySign: issuer.hasPrivateKey })
}

import type { Reach } from '../../../core/access/reach/reach.ts'
import type { Agent } from '../../../core/enrollment/ledger/agent.ts'
import type {
  Binding,
  CertificateGrant,
  CertificateRequest,
  CertificateResult,
  IssuedCertificate,
  NamedCertificate,
  NumberRange,
  RenewalRequest,
  RenewalResult,
  RevokedCertificate,
} from '../../../core/enrollment/ledger/certificate.ts'
import type { CertificatePolicy } from '../../../core/enrollment/ledger/certificate-policy.ts'
import type { RedemptionRequest } from '../../../core/enrollment/ledger/redemption.ts'
import type { Cause } from '../../../core/kernel/cause.ts'
import { formatId } from '../../../core/kernel/ids.ts'
import { notFound, type Outcome, ok } from '../../../core/kernel/outcome.ts'
import { outsideAgent } from './reach.ts'
import { countRefusedRenewal } from './redemption/refusals.ts'
import type { LedgerStore } from './tables/ledger-store.ts'
import { selectAgent, selectPolicy } from './tables/queries.ts'
import { type ClaimedAgent, toAgent } from './tables/rows.ts'

/** A year; of those that no profile has a policy for. */
const LIFETIME_MILLISECONDS = 365 * 24 * 60 * 60 * 1_000

type Row = {
  n: number
  agent: number
  issuer: number
  binding: string
  expires_at: number
  revoked_at: number | null
}

export type NewCertificate = {
  readonly agent: number
  readonly issuer: number
  readonly binding: Pick<Binding, 'hash' | 'ringVersion'>
  /** Of the agent's profile; it is asked only where the issuer is its own. */
  readonly policy: CertificatePolicy | null
}

/**
 * Requests and certificates are not secret and can be repeated by anyone: an agent that reached its limit of an hour is
 * granted its newest again, with a new signature. No client can fill the ledger, or a list of revocations.
 */
const MOST_IN_AN_HOUR = 10
const HOUR_MILLISECONDS = 60 * 60 * 1_000

/** Inside the caller's transaction. */
export function allotCertificate(store: LedgerStore, now: number, wanted: NewCertificate): CertificateGrant {
  const again = newestOfMany(store, now, wanted)
  if (again) return again
  const policy = policyOf(wanted)
  const expiresAt = now + (policy ? policy.lifetimeSeconds * 1_000 : LIFETIME_MILLISECONDS)
  const { n } = store.sql
    .exec<{ n: number }>(
      `INSERT INTO certificates (n, agent, issuer, binding, ring_version, issued_at, expires_at)
       SELECT max(coalesce(max(n), 0), (SELECT last_certificate FROM ledger)) + 1, ?, ?, ?, ?, ?, ? FROM certificates
       RETURNING n`,
      wanted.agent,
      wanted.issuer,
      wanted.binding.hash,
      wanted.binding.ringVersion,
      now,
      expiresAt,
    )
    .one()
  const { issuer, binding } = wanted
  const trustDomain = policy?.trustDomain ?? null
  return { n, issuer, ringVersion: binding.ringVersion, issuedAt: now, expiresAt, trustDomain }
}

function policyOf({ issuer, policy }: NewCertificate): CertificatePolicy | null {
  return policy?.issuer === issuer ? policy : null
}

/** null when the limit is not reached, or they are for something else. */
function newestOfMany(store: LedgerStore, now: number, wanted: NewCertificate): CertificateGrant | null {
  const { agent, issuer, binding } = wanted
  const rows = store.sql
    .exec<Omit<CertificateGrant, 'trustDomain'> & { binding: string; revokedAt: number | null }>(
      `SELECT n, issuer, ring_version AS ringVersion, issued_at AS issuedAt, expires_at AS expiresAt, binding,
         revoked_at AS revokedAt
       FROM certificates WHERE agent = ? ORDER BY n DESC LIMIT ?`,
      agent,
      MOST_IN_AN_HOUR,
    )
    .toArray()
  const isMany =
    rows.length === MOST_IN_AN_HOUR &&
    rows.every(
      (row) =>
        now - row.issuedAt < HOUR_MILLISECONDS &&
        row.issuer === issuer &&
        row.binding === binding.hash &&
        row.ringVersion === binding.ringVersion &&
        row.revokedAt === null,
    )
  const [newest] = rows
  if (!isMany || !newest) return null
  const { n, ringVersion, issuedAt, expiresAt } = newest
  return { n, issuer, ringVersion, issuedAt, expiresAt, trustDomain: policyOf(wanted)?.trustDomain ?? null }
}

/** An agent that is there has a further certificate; a drafted one gets its number with its row. */
export function setNewestCertificate(
  store: LedgerStore,
  now: number,
  agent: number,
  certificate: number,
): void {
  const changed = store.sql.exec(
    'UPDATE agents SET certificate = ?, version = version + 1 WHERE n = ? RETURNING n',
    certificate,
    agent,
  )
  if (changed.toArray().length > 0) store.enqueue(now, 'agent', agent)
}

/** Only a live certificate of an active agent, and for the same public key, is followed by another. */
export function renew(store: LedgerStore, now: number, request: RenewalRequest): RenewalResult {
  const { binding } = request
  const [known] = store.sql.exec<Row>('SELECT * FROM certificates WHERE n = ?', request.certificate).toArray()
  const row = known && selectAgent(store.sql, known.agent)
  const isLive = known?.revoked_at === null && now < known.expires_at && known.binding === binding.hash
  if (!known || !isLive || row?.state !== 'active' || row.binding !== binding.hash) return { kind: 'refused' }
  if (row.family_fence === 'suspended') return { kind: 'refused' }
  if (known.issuer !== binding.issuer) return { kind: 'issuer_needed', issuer: known.issuer }
  const agent = toAgent(store.ledger, row)
  const reason = agent.isEnabled ? (binding.isUnavailable ? 'issuer_unavailable' : null) : 'agent_disabled'
  if (reason !== null) {
    countRefusedRenewal(store, now, agent, request, reason)
    return { kind: 'refused' }
  }
  return { kind: 'renewed', agent, certificate: follow(store, now, agent, known, request) }
}

/** One more certificate for the public key of those that the agent has. @param known the one that it replaces; null: none */
function follow(
  store: LedgerStore,
  now: number,
  agent: Agent,
  known: { readonly n: number | null; readonly issuer: number },
  { binding, request }: Pick<RenewalRequest, 'binding' | 'request'>,
): CertificateGrant {
  const policy = selectPolicy(store.sql, agent.profile)?.certificates ?? null
  const certificate = allotCertificate(store, now, { agent: agent.n, issuer: known.issuer, binding, policy })
  if (certificate.n === agent.certificate) return certificate
  setNewestCertificate(store, now, agent.n, certificate.n)
  const cause: Cause = { actor: { kind: 'agent', id: formatId(agent) }, request }
  const detail = { certificate: certificate.n, replaces: known.n }
  store.enqueue(now, 'agent', agent.n, store.event(now, 'agent.renew', cause, subjectOf(agent), detail))
  return certificate
}

/**
 * What an agent asks for with its access token, also when the last one has expired: for the public key that its claim goes
 * with, and for no other. A copied token therefore gets no certificate that outlives it.
 */
export function certify(store: LedgerStore, now: number, request: CertificateRequest): CertificateResult {
  const { binding } = request
  const row = selectAgent(store.sql, request.agent)
  if (row?.state !== 'active' || row.family_fence === 'suspended') return { kind: 'refused' }
  const agent = toAgent(store.ledger, row)
  if (!agent.isEnabled) {
    countRefusedRenewal(store, now, agent, request, 'agent_disabled')
    return { kind: 'refused' }
  }
  const issuer = selectPolicy(store.sql, row.profile)?.certificates?.issuer
  if (issuer === undefined) return { kind: 'denied', because: 'no_certificates' }
  if (row.binding !== binding.hash) return { kind: 'denied', because: 'other_key' }
  if (issuer !== binding.issuer) return { kind: 'issuer_needed', issuer }
  if (binding.isUnavailable) {
    countRefusedRenewal(store, now, agent, request, 'issuer_unavailable')
    return { kind: 'unavailable' }
  }
  const replaced = { n: agent.certificate, issuer }
  return { kind: 'renewed', agent, certificate: follow(store, now, agent, replaced, request) }
}

/** Those of an agent that are shown: the newest. */
const MOST_SHOWN = 100

export function certificatesOf(store: LedgerStore, agent: number): readonly IssuedCertificate[] {
  return store.sql
    .exec<IssuedCertificate>(
      `SELECT n, issuer, ring_version AS ringVersion, serial, issued_at AS issuedAt, expires_at AS expiresAt,
         revoked_at AS revokedAt FROM certificates WHERE agent = ? ORDER BY n DESC LIMIT ?`,
      agent,
      MOST_SHOWN,
    )
    .toArray()
}

/** All that the agent has, once: its next enrollment with its claim may show another public key. */
export function revokeCertificates(
  store: LedgerStore,
  now: number,
  n: number,
  cause: Cause,
  reach: Reach = null,
): Outcome<readonly IssuedCertificate[]> {
  const row = selectAgent(store.sql, n)
  if (row?.state !== 'active') return notFound('agent')
  const denied = outsideAgent(row, reach)
  if (denied) return denied
  const isLive = ({ revokedAt, expiresAt }: IssuedCertificate) => revokedAt === null && expiresAt > now
  const revoked = certificatesOf(store, n).filter(isLive)
  if (revoked.length === 0) return ok(certificatesOf(store, n))
  revokeCertificatesOf(store, now, n)
  store.sql.exec('UPDATE agents SET may_rebind = 1, version = version + 1 WHERE n = ?', n)
  const detail = { certificates: revoked.map((one) => one.n) }
  const subject = subjectOf(toAgent(store.ledger, row))
  store.enqueue(now, 'agent', n, store.event(now, 'agent.revoke_certificates', cause, subject, detail))
  return ok(certificatesOf(store, n))
}

function subjectOf(agent: Agent) {
  return { kind: 'agent', id: agent.id, name: agent.hostname }
}

export function revokeCertificatesOf(store: LedgerStore, now: number, agent: number): void {
  store.sql.exec('UPDATE certificates SET revoked_at = ? WHERE agent = ? AND revoked_at IS NULL', now, agent)
}

/** As an operator allowed, once: what the public key before was given, ends. */
export function rebind(
  store: LedgerStore,
  now: number,
  agent: ClaimedAgent,
  hash: string,
  { request }: Pick<RedemptionRequest, 'request'>,
): void {
  revokeCertificatesOf(store, now, agent.n)
  store.sql.exec(
    'UPDATE agents SET binding = ?, may_rebind = 0, version = version + 1 WHERE n = ?',
    hash,
    agent.n,
  )
  const cause = {
    actor: { kind: 'agent', id: formatId({ ledger: store.ledger, n: agent.n }) },
    request,
  } as const
  const subject = { kind: 'agent', id: agent.uuid, name: agent.hostname }
  store.enqueue(now, 'agent', agent.n, store.event(now, 'agent.rebind', cause, subject))
}

export function revokedOf(
  store: LedgerStore,
  now: number,
  issuer: number,
  { first, next }: NumberRange,
): Outcome<readonly RevokedCertificate[]> {
  const { last } = store.sql
    .exec<{ last: number }>(
      'SELECT max(coalesce(max(n), 0), (SELECT last_certificate FROM ledger)) AS last FROM certificates',
    )
    .one()
  if (first > last) return notFound('issuer')
  const revoked = store.sql.exec<RevokedCertificate>(
    `SELECT n, ring_version AS ringVersion, serial, revoked_at AS revokedAt FROM certificates
     WHERE issuer = ? AND n >= ? AND n < ? AND revoked_at IS NOT NULL AND expires_at > ? ORDER BY n`,
    issuer,
    first,
    next,
    now,
  )
  return ok(revoked.toArray())
}

/** The number that is named at a time. */
const MOST_UNNAMED = 1_000

export function unnamedOf(store: LedgerStore, now: number, ringVersion: number): number[] {
  return store.sql
    .exec<{ n: number }>(
      'SELECT n FROM certificates WHERE ring_version = ? AND serial IS NULL AND expires_at > ? ORDER BY n LIMIT ?',
      ringVersion,
      now,
      MOST_UNNAMED,
    )
    .toArray()
    .map(({ n }) => n)
}

export function name(store: LedgerStore, named: readonly NamedCertificate[]): void {
  store.sql.exec(
    `UPDATE certificates SET serial = value ->> '$.serial' FROM json_each(?)
     WHERE certificates.n = value ->> '$.n'`,
    JSON.stringify(named),
  )
}

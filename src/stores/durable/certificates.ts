/** The numbers of certificates, allotted in the commit that grants them; they are signed afterwards, by the caller. */
import { formatId } from '../../core/ids.ts'
import type {
  Binding,
  CertificateGrant,
  RenewalRequest,
  RenewalResult,
  RevokedCertificate,
} from '../../core/ledger/port.ts'
import type { Cause } from '../../core/ledger/records.ts'
import type { Book } from './book.ts'
import { selectAgent, toAgent } from './rows.ts'

/** A year. */
const LIFETIME_MILLISECONDS = 365 * 24 * 60 * 60 * 1_000

/** More than a list of revocations that is signed at each request can bear. */
const MOST_REVOKED = 5_000

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
}

/** Inside the caller's transaction. */
export function allotCertificate(book: Book, wanted: NewCertificate, now: number): CertificateGrant {
  const expiresAt = now + LIFETIME_MILLISECONDS
  const { n } = book.sql
    .exec<{ n: number }>(
      `INSERT INTO certificates (agent, issuer, binding, ring_version, issued_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?) RETURNING n`,
      wanted.agent,
      wanted.issuer,
      wanted.binding.hash,
      wanted.binding.ringVersion,
      now,
      expiresAt,
    )
    .one()
  const { issuer, binding } = wanted
  return { n, issuer, ringVersion: binding.ringVersion, issuedAt: now, expiresAt }
}

/** An agent that is there has a further certificate; a drafted one gets its number with its row. */
export function noteNewest(book: Book, agent: number, certificate: number, now: number): void {
  const changed = book.sql.exec(
    'UPDATE agents SET certificate = ?, version = version + 1 WHERE n = ? RETURNING n',
    certificate,
    agent,
  )
  if (changed.toArray().length > 0) book.note(now, 'agent', agent)
}

/** Only a live certificate of an active agent, and for the same public key, is followed by another. */
export function renew(book: Book, request: RenewalRequest, now: number): RenewalResult {
  const { binding } = request
  const [known] = book.sql.exec<Row>('SELECT * FROM certificates WHERE n = ?', request.certificate).toArray()
  const row = known && selectAgent(book.sql, known.agent)
  const isLive = known?.revoked_at === null && now < known.expires_at && known.binding === binding.hash
  if (!known || !isLive || row?.state !== 'active' || row.binding !== binding.hash) return { kind: 'refused' }
  if (known.issuer !== binding.issuer) return { kind: 'issuer_needed', issuer: known.issuer }
  const agent = toAgent(book.ledger, row)
  const wanted = { agent: agent.n, issuer: known.issuer, binding }
  const certificate = allotCertificate(book, wanted, now)
  noteNewest(book, agent.n, certificate.n, now)
  const cause: Cause = { actor: { kind: 'agent', id: formatId(agent) }, request: request.request }
  const subject = { kind: 'agent', id: agent.id, name: agent.hostname }
  const detail = { certificate: certificate.n, replaces: known.n }
  book.note(now, 'agent', agent.n, book.event(now, 'agent.renew', cause, subject, detail))
  return { kind: 'renewed', agent, certificate }
}

export function revokeCertificatesOf(book: Book, agent: number, now: number): void {
  book.sql.exec('UPDATE certificates SET revoked_at = ? WHERE agent = ? AND revoked_at IS NULL', now, agent)
}

/** Newest first, so that a list that is full lacks those that expire first. */
export function revokedOf(book: Book, issuer: number, now: number): RevokedCertificate[] {
  return book.sql
    .exec<{ n: number; ringVersion: number; revokedAt: number }>(
      `SELECT n, ring_version AS ringVersion, revoked_at AS revokedAt FROM certificates
       WHERE issuer = ? AND revoked_at IS NOT NULL AND expires_at > ? ORDER BY n DESC LIMIT ?`,
      issuer,
      now,
      MOST_REVOKED,
    )
    .toArray()
}

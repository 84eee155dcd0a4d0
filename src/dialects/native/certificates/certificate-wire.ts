/** Certificates of agents (docs/dialects/native.md#certificates). Pure. */
import * as z from 'zod'
import type { ShownCertificate } from '../../../core/enrollment/agents/certificates.ts'
import type { ClientCertificate } from '../../../core/issuers/client-certificate.ts'
import { formatTime, formatTimeOrNull } from '../../../http/time.ts'
import { Time } from '../../../http/words/wire.ts'

const MAX_REQUEST_CHARACTERS = 16_384

/** PEM, or base64 of the DER → PEM. */
export const SigningRequest = z
  .string()
  .max(MAX_REQUEST_CHARACTERS)
  .transform((text) =>
    text.trimStart().startsWith('-')
      ? text
      : `-----BEGIN CERTIFICATE REQUEST-----\n${text}\n-----END CERTIFICATE REQUEST-----\n`,
  )
  .describe(
    'PKCS #10, as PEM or base64 of its DER, of an RSA key of 2,048 bits or more, or a P-256, P-384 or Ed25519 key. Its ' +
      'subject is not read; it asks for no subjectAltName',
  )

export const CertificateReply = z
  .object({
    certificate: z.string().describe('PEM'),
    chain: z.array(z.string()).describe('PEM, from its issuer’s to the root’s'),
    serial: z.string().describe('Hexadecimal'),
    expires_at: Time,
    spiffe_id: z.string().nullable().describe('The URI in it; null: its profile has no trust domain'),
  })
  .meta({ id: 'Certificate' })

export const IssuedReply = z
  .object({
    serial: z.string().nullable().describe('Hexadecimal; null: the ring version that made it is gone'),
    issuer_id: z.number().int().describe('Its certificate is at `/ca/{issuer_id}.pem`'),
    issued_at: Time,
    expires_at: Time,
    revoked_at: Time.nullable(),
  })
  .meta({ id: 'IssuedCertificate' })

export function formatCertificate(made: ClientCertificate): z.output<typeof CertificateReply> {
  return {
    certificate: made.certificate,
    chain: [...made.chain],
    serial: made.serial,
    expires_at: formatTime(made.expiresAt),
    spiffe_id: made.spiffeId,
  }
}

export function formatIssued(issued: ShownCertificate): z.output<typeof IssuedReply> {
  return {
    serial: issued.serial,
    issuer_id: issued.issuer,
    issued_at: formatTime(issued.issuedAt),
    expires_at: formatTime(issued.expiresAt),
    revoked_at: formatTimeOrNull(issued.revokedAt),
  }
}

/** Certificate requests (PKCS #10, RFC 2986) as machines send them. */
import { fromBase64, toHex } from '../kernel/encoding.ts'
import { invalid, type Outcome, ok } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import type { RequestFacts, RequestFlaw } from './pki.ts'

const FLAWS: Readonly<Record<RequestFlaw, string>> = {
  unreadable: 'must be a PKCS #10 certificate request',
  key_weak: 'must be of an RSA key of 2,048 bits or more, or of a P-256, P-384 or Ed25519 key',
  signature_wrong: 'must be signed by its own key',
}

/** @param member of the input, which a refusal names */
export async function readRequest(
  ports: Pick<Ports, 'pki'>,
  pem: string,
  member = 'csr',
): Promise<Outcome<RequestFacts>> {
  const read = await ports.pki.readRequest(pem)
  return typeof read === 'string' ? invalid(member, FLAWS[read]) : ok(read)
}

/** The same where a name that is asked for would be silently left out: it is refused. The subject says nothing to anybody. */
export async function readNamelessRequest(
  ports: Pick<Ports, 'pki'>,
  pem: string,
): Promise<Outcome<RequestFacts>> {
  const read = await readRequest(ports, pem)
  return read.ok && read.value.asksForNames
    ? invalid('csr', 'must ask for no subjectAltName: the certificate has the names of its agent')
    : read
}

/** SHA-256 of the request's DER, lower-case hexadecimal: what `openssl req -outform DER | sha256sum` prints; null: no PEM. */
export async function hashRequest(pem: string): Promise<string | null> {
  const der = derOf(pem)
  return der && sha256(der)
}

/** SHA-256 of a public key (SPKI), lower-case hexadecimal. */
export function thumbprint(publicKey: Uint8Array): Promise<string> {
  return sha256(publicKey)
}

/** The bytes of the one PEM block (RFC 7468) that the text is; null: it is none. */
export function derOf(pem: string): Uint8Array<ArrayBuffer> | null {
  const [, body] =
    /^\s*-----BEGIN [A-Z0-9 ]+-----([A-Za-z0-9+/=\s]+)-----END [A-Z0-9 ]+-----\s*$/.exec(pem) ?? []
  return body === undefined ? null : fromBase64(body.replaceAll(/\s/g, ''))
}

async function sha256(bytes: Uint8Array): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)))
}

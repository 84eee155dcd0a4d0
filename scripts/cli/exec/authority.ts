/** A certificate authority for the life of one command. Its key is in memory only, and it can name the vendor's hosts only. */
import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import * as x509 from '@peculiar/x509'

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const DAY_MS = 86_400_000
const LIFETIME_DAYS = 30
const NAME_CONSTRAINTS = '2.5.29.30'

export type Authority = {
  /** PEM. */
  readonly certificate: string
  /** Of a host, made when it is first asked for. */
  contextOf(host: string): Promise<SecureContext>
}

/** @param domains to which its certificates are good, and those below them */
export async function createAuthority(domains: readonly string[], now = Date.now()): Promise<Authority> {
  const keys = await newKeys()
  // Clocks differ a little, also between a machine and its containers.
  const dates = { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + LIFETIME_DAYS * DAY_MS) }
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: 'CN=latchkey exec (this command only)',
    ...dates,
    signingAlgorithm: ECDSA,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      new x509.Extension(NAME_CONSTRAINTS, true, nameConstraints(domains)),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  const leafKeys = await newKeys()
  const leafKey = await pemOf(leafKeys.privateKey)
  const contexts = new Map<string, Promise<SecureContext>>()

  async function issue(host: string): Promise<SecureContext> {
    const leaf = await x509.X509CertificateGenerator.create({
      serialNumber: newSerial(),
      subject: 'CN=latchkey exec',
      issuer: root.subject,
      ...dates,
      signingAlgorithm: ECDSA,
      publicKey: leafKeys.publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
        // Python's strict verification wants it.
        await x509.AuthorityKeyIdentifierExtension.create(root),
      ],
    })
    return createSecureContext({ key: leafKey, cert: leaf.toString('pem'), minVersion: 'TLSv1.2' })
  }

  return {
    certificate: `${root.toString('pem')}\n`,
    contextOf(host) {
      const made = contexts.get(host) ?? issue(host)
      contexts.set(host, made)
      return made
    },
  }
}

function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']) as Promise<CryptoKeyPair>
}

async function pemOf(key: CryptoKey): Promise<string> {
  const pkcs8 = (await crypto.subtle.exportKey('pkcs8', key)) as ArrayBuffer
  return x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')
}

/** Positive, and of a length that stays the same. */
function newSerial(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes.toString('hex')
}

/** RFC 5280, section 4.2.1.10: these DNS names, and no IP address. */
function nameConstraints(domains: readonly string[]): Buffer<ArrayBuffer> {
  const permitted = domains.map((domain) => der(0x30, der(0x82, Buffer.from(domain, 'ascii'))))
  const excluded = [8, 32].map((length) => der(0x30, der(0x87, Buffer.alloc(length))))
  return der(0x30, der(0xa0, ...permitted), der(0xa1, ...excluded))
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer<ArrayBuffer> {
  const content = Buffer.concat(parts)
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}

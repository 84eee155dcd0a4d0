/** X.509 by @peculiar/x509 over WebCrypto; the library is evaluated when first needed, since most requests need none. */

import type { DistinguishedName, Pki, Signer } from '../../core/issuers/pki.ts'
import { BoundedMap } from '../../core/kernel/bounded-map.ts'

const ECDSA_P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const MIN_RSA_BITS = 2_048
const CURVES: ReadonlySet<string> = new Set(['P-256', 'P-384'])
const WEEK_MILLISECONDS = 7 * 24 * 60 * 60 * 1_000
/** Clocks differ: one that is a little behind must not find a certificate not yet valid. */
const BACKDATED_MILLISECONDS = 5 * 60_000
const MAX_LISTS = 1_000
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17'

type Library = typeof import('@peculiar/x509')
type KeyKind = { readonly name: string; readonly namedCurve?: string; readonly modulusLength?: number }
type List = { readonly content: string; readonly signedAt: number; readonly der: Uint8Array<ArrayBuffer> }

export function createPki(): Pki {
  const lists = new BoundedMap<string, List>(MAX_LISTS)

  return {
    async makeKeyPair() {
      const pair = (await crypto.subtle.generateKey(ECDSA_P256, true, ['sign', 'verify'])) as CryptoKeyPair
      const [privateKey, publicKey] = await Promise.all([
        crypto.subtle.exportKey('pkcs8', pair.privateKey),
        crypto.subtle.exportKey('spki', pair.publicKey),
      ])
      return {
        privateKey: new Uint8Array(privateKey as ArrayBuffer),
        publicKey: new Uint8Array(publicKey as ArrayBuffer),
      }
    },

    async makeAuthority({ subject, serial, validity, publicKey, signer, above = null }) {
      const x509 = await library()
      const spki = new x509.PublicKey(publicKey as Uint8Array<ArrayBuffer>)
      const { KeyUsageFlags } = x509
      return issue(x509, { subject, serial, validity, spki, signer }, [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        ...(above ? whereAbove(x509, above) : []),
      ])
    },

    async makeClient({ subject, serial, validity, publicKey, signer, revocationListUrl, issuerUrl, uri }) {
      const x509 = await library()
      const spki = new x509.PublicKey(publicKey as Uint8Array<ArrayBuffer>)
      const { clientAuth, serverAuth } = x509.ExtendedKeyUsage
      return issue(x509, { subject, serial, validity, spki, signer }, [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        // SPIFFE X509-SVID, section 4.4: one with an extended key usage has both.
        new x509.ExtendedKeyUsageExtension(uri === null ? [clientAuth] : [clientAuth, serverAuth]),
        ...whereAbove(x509, { revocationListUrl, issuerUrl }),
        ...(uri === null ? [] : [new x509.SubjectAlternativeNameExtension([{ type: 'url', value: uri }])]),
      ])
    },

    async makeRequest(subject, keys) {
      const x509 = await library()
      const privateKey = await importPrivate(keys.privateKey)
      const publicKey = await crypto.subtle.importKey(
        'spki',
        keys.publicKey as Uint8Array<ArrayBuffer>,
        ECDSA_P256,
        true,
        ['verify'],
      )
      const request = await x509.Pkcs10CertificateRequestGenerator.create({
        name: nameOf(subject),
        keys: { privateKey, publicKey },
        signingAlgorithm: ECDSA_P256,
      })
      return `${request.toString('pem')}\n`
    },

    async readRequest(pem) {
      if (!isPem(pem, '(NEW )?CERTIFICATE REQUEST')) return 'unreadable'
      const x509 = await library()
      try {
        const request = new x509.Pkcs10CertificateRequest(pem)
        if (!isStrong(request.publicKey.algorithm)) return 'key_weak'
        if (!(await request.verify())) return 'signature_wrong'
        const asksForNames = request.extensions.some(({ type }) => type === SUBJECT_ALTERNATIVE_NAME)
        return { publicKey: new Uint8Array(request.publicKey.rawData), asksForNames }
      } catch {
        return 'unreadable'
      }
    },

    async readCertificate(pem) {
      if (!isPem(pem, 'CERTIFICATE')) return null
      const x509 = await library()
      try {
        const certificate = new x509.X509Certificate(pem)
        const { serialNumber: serial, notBefore, notAfter, publicKey, subject, issuer } = certificate
        const [commonName = ''] = certificate.subjectName.getField('CN')
        const constraints = certificate.getExtension(x509.BasicConstraintsExtension)
        return {
          issuedTo: subject.replaceAll(', ', ','),
          issuedBy: issuer.replaceAll(', ', ','),
          commonName,
          serial: serial.toLowerCase(),
          serialNumber: BigInt(`0x${serial}`).toString(),
          validity: { from: notBefore.getTime(), to: notAfter.getTime() },
          isAuthority: constraints?.ca === true,
          publicKey: new Uint8Array(publicKey.rawData),
        }
      } catch {
        return null
      }
    },

    async makeRevocationList({ signer, url, content, entries, now }) {
      const name = `${url} ${signer.certificate}`
      const known = lists.get(name)
      if (known?.content === content && now - known.signedAt < WEEK_MILLISECONDS / 2) return known.der
      const x509 = await library()
      const { key, issuer } = await signerOf(x509, signer)
      const list = await x509.X509CrlGenerator.create({
        issuer: issuer ?? '',
        thisUpdate: new Date(now - BACKDATED_MILLISECONDS),
        nextUpdate: new Date(now + WEEK_MILLISECONDS),
        signingAlgorithm: ECDSA_P256,
        signingKey: key,
        extensions: url === null ? [] : [issuingDistributionPoint(x509, url)],
        entries: (await entries()).map(({ serial, revokedAt }) => ({
          serialNumber: serial,
          revocationDate: new Date(revokedAt),
        })),
      })
      const der = new Uint8Array(list.rawData)
      lists.set(name, { content, signedAt: now, der })
      return der
    },
  }
}

/** x509 needs reflect-metadata to be loaded first. */
async function library(): Promise<Library> {
  await import('reflect-metadata/lite')
  return import('@peculiar/x509')
}

/**
 * RFC 5280, section 5.2.5, critical. With nothing but a name it is encoded as the one DistributionPoint (section
 * 4.2.1.13) that a certificate names: the only element of a sequence, whose header is left out.
 */
function issuingDistributionPoint(x509: Library, url: string): import('@peculiar/x509').Extension {
  const points = new Uint8Array(new x509.CRLDistributionPointsExtension([url]).value)
  const [, length = 0] = points
  const header = length < 0x80 ? 2 : 2 + (length & 0x7f)
  return new x509.Extension('2.5.29.28', true, points.slice(header))
}

/** Where a verifier finds what is above a certificate. */
function whereAbove(
  x509: Library,
  { revocationListUrl, issuerUrl }: { readonly revocationListUrl: string; readonly issuerUrl: string },
): readonly import('@peculiar/x509').Extension[] {
  return [
    new x509.CRLDistributionPointsExtension([revocationListUrl]),
    new x509.AuthorityInfoAccessExtension({ caIssuers: issuerUrl }),
  ]
}

type Issuance = {
  readonly subject: DistinguishedName
  readonly serial: string
  readonly validity: { readonly from: number; readonly to: number }
  readonly spki: import('@peculiar/x509').PublicKey
  readonly signer: Signer
}

async function issue(
  x509: Library,
  { subject, serial, validity, spki, signer }: Issuance,
  extensions: readonly import('@peculiar/x509').Extension[],
): Promise<string> {
  const { key, issuer, publicKey } = await signerOf(x509, signer)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial,
    subject: nameOf(subject),
    issuer: issuer ?? nameOf(subject),
    notBefore: new Date(validity.from - BACKDATED_MILLISECONDS),
    notAfter: new Date(validity.to),
    publicKey: spki,
    signingKey: key,
    signingAlgorithm: ECDSA_P256,
    extensions: [
      ...extensions,
      await x509.SubjectKeyIdentifierExtension.create(spki),
      await x509.AuthorityKeyIdentifierExtension.create(publicKey ?? spki),
    ],
  })
  return `${certificate.toString('pem')}\n`
}

/** Private keys are those that makeKeyPair made. */
async function signerOf(x509: Library, { privateKey, certificate }: Signer) {
  const own = certificate === null ? null : new x509.X509Certificate(certificate)
  const key = await importPrivate(privateKey)
  return { key, issuer: own?.subjectName ?? null, publicKey: own?.publicKey ?? null }
}

function importPrivate(pkcs8: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('pkcs8', pkcs8 as Uint8Array<ArrayBuffer>, ECDSA_P256, false, ['sign'])
}

/** RSA of at least 2,048 bits, P-256, P-384, Ed25519. */
function isStrong(algorithm: KeyKind): boolean {
  if (algorithm.name === 'RSASSA-PKCS1-v1_5') return (algorithm.modulusLength ?? 0) >= MIN_RSA_BITS
  if (algorithm.name === 'ECDSA') return CURVES.has(algorithm.namedCurve ?? '')
  return algorithm.name === 'Ed25519'
}

function nameOf(name: DistinguishedName) {
  return name.map(([attribute, value]) => ({ [attribute]: [value] }))
}

function isPem(text: string, label: string): boolean {
  const pattern = new RegExp(`^\\s*-----BEGIN ${label}-----[A-Za-z0-9+/=\\s]+-----END ${label}-----\\s*$`)
  return text.length <= 16_384 && pattern.test(text)
}

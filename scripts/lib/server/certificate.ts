import { createPrivateKey, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { readFileIfThere, writePrivateFile } from '../state/private-file.ts'

/** PEM texts. */
export type ServerCertificate = { readonly certificate: string; readonly key: string }

const DAY_MS = 86_400_000
// Browsers and Apple's stacks refuse server certificates that live longer than about this.
const LIFETIME_DAYS = 397
const RENEW_BEFORE_DAYS = 30
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

export function certificatePath(data: string): string {
  return join(data, 'tls', 'cert.pem')
}

/** The kept self-signed certificate; a new one when it ends soon or lacks one of the names. */
export async function keepSelfSigned(
  data: string,
  names: readonly string[],
  now: Date,
): Promise<ServerCertificate> {
  const keyPath = join(data, 'tls', 'key.pem')
  const certificate = readFileIfThere(certificatePath(data))
  const key = readFileIfThere(keyPath)
  if (certificate !== null && key !== null && serves(certificate, key, names, now))
    return { certificate, key }
  const made = await makeSelfSigned(names, now)
  mkdirSync(join(data, 'tls'), { recursive: true, mode: 0o700 })
  writePrivateFile(keyPath, made.key)
  writePrivateFile(certificatePath(data), made.certificate)
  return made
}

function serves(pem: string, key: string, names: readonly string[], now: Date): boolean {
  try {
    const certificate = new X509Certificate(pem)
    const hasName = (name: string) =>
      isIP(name) > 0 ? certificate.checkIP(name) !== undefined : certificate.checkHost(name) !== undefined
    return (
      Date.parse(certificate.validTo) - now.getTime() > RENEW_BEFORE_DAYS * DAY_MS &&
      // A crash between the two writes leaves a pair that does not belong together.
      certificate.checkPrivateKey(createPrivateKey(key)) &&
      names.every(hasName)
    )
  } catch {
    return false
  }
}

async function makeSelfSigned(names: readonly string[], now: Date): Promise<ServerCertificate> {
  // 80 modules, and most starts need none of them.
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const [pkcs8, spki] = [
    pair.privateKey.export({ type: 'pkcs8', format: 'der' }),
    pair.publicKey.export({ type: 'spki', format: 'der' }),
  ]
  const keys = {
    privateKey: await crypto.subtle.importKey('pkcs8', pkcs8, ECDSA, false, ['sign']),
    publicKey: await crypto.subtle.importKey('spki', spki, ECDSA, true, ['verify']),
  }
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomBytes(16).toString('hex'),
    name: 'CN=Latchkey',
    // Clocks differ: one that is a little behind must not find it not yet valid.
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + (LIFETIME_DAYS - 1) * DAY_MS),
    signingAlgorithm: ECDSA,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) > 0 ? ('ip' as const) : ('dns' as const), value: name })),
      ),
    ],
  })
  return {
    certificate: `${certificate.toString('pem')}\n`,
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

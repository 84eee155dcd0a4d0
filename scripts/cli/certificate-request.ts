/** A private key that stays on this machine, and the request that it signs. */
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { Refusal } from '../lib/cli/refusal.ts'
import { createPrivateFile, readFileIfThere } from '../lib/state/private-file.ts'

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** PEM. @param path of a P-256 key (PKCS #8, PEM); it is made if the file does not exist */
export async function requestOfKey(path: string): Promise<string> {
  const keys = await keysIn(readFileIfThere(path) ?? (await newKey(path)), path)
  // The subject says nothing: the server writes its own.
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=agent',
    keys,
    signingAlgorithm: P256,
  })
  return `${request.toString('pem')}\n`
}

async function newKey(path: string): Promise<string> {
  const { privateKey } = (await crypto.subtle.generateKey(P256, true, ['sign', 'verify'])) as CryptoKeyPair
  const pkcs8 = (await crypto.subtle.exportKey('pkcs8', privateKey)) as ArrayBuffer
  const pem = `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`
  // Another process may have been first.
  return createPrivateFile(path, pem) ? pem : (readFileIfThere(path) ?? pem)
}

async function keysIn(pem: string, path: string): Promise<CryptoKeyPair> {
  try {
    const [pkcs8 = new ArrayBuffer()] = x509.PemConverter.decode(pem)
    const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, P256, true, ['sign'])
    const { kty, crv, x, y } = (await crypto.subtle.exportKey('jwk', privateKey)) as JsonWebKey
    const point = { kty, crv, x, y } as JsonWebKey
    return { privateKey, publicKey: await crypto.subtle.importKey('jwk', point, P256, true, ['verify']) }
  } catch {
    throw new Refusal(`${path} has no P-256 key (PKCS #8, PEM): send your own request by --csr`, 2)
  }
}

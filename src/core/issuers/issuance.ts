/** Private keys of issuers: made, sealed, opened. They exist in the clear only while something is signed. */
import { toHex } from '../kernel/encoding.ts'
import type { Ports } from '../ports.ts'
import type { Signer } from './pki.ts'
import type { Issuer, SealedIssuer } from './port.ts'

/** An issuer that can sign now. */
export type ReadySigner = { readonly issuer: Issuer; readonly certificate: string; readonly signer: Signer }

export async function sealKey(
  ports: Ports,
  privateKey: Uint8Array,
): Promise<{ readonly sealed: string; readonly context: string }> {
  const ring = await ports.keyring()
  const context = newContext(ports)
  return { sealed: await ring.seal(context, privateKey), context }
}

export function newContext(ports: Pick<Ports, 'uuid'>): string {
  return `issuers/${ports.uuid()}/private_key`
}

/** null: it may not sign, its time is not now, it has no certificate, or its key is not here. */
export async function openSigner(ports: Ports, id: number): Promise<ReadySigner | null> {
  const opened = await openAuthority(ports, id)
  const now = ports.now()
  return opened?.issuer.maySign && opened.issuer.validFrom <= now && now < opened.issuer.validTo
    ? opened
    : null
}

/** Also one that may sign no further certificate: what it signed can still be revoked. null: nothing is signed with it. */
export async function openAuthority(ports: Ports, id: number): Promise<ReadySigner | null> {
  const found = await ports.issuers.findSigner(id)
  return found && open(ports, found)
}

async function open(
  ports: Ports,
  { issuer, sealedKey, sealContext }: SealedIssuer,
): Promise<ReadySigner | null> {
  const { certificate } = issuer
  if (certificate === null || sealedKey === null) return null
  const ring = await ports.keyring()
  const privateKey = await ring.open(sealContext, sealedKey)
  return privateKey && { issuer, certificate, signer: { privateKey, certificate } }
}

/** Positive and unguessable, lower-case hexadecimal. */
export function randomSerial(ports: Ports): string {
  return `01${toHex(ports.random(16))}`
}

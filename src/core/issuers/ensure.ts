import type { AuditEvent } from '../events/event.ts'
import type { Cause, Dialect } from '../kernel/cause.ts'
import type { JsonObject } from '../kernel/json.ts'
import { eventId } from '../kernel/time/event-id.ts'
import type { Ports } from '../ports.ts'
import { certificateUrl } from './chain.ts'
import { openSigner, type ReadySigner, randomSerial, sealKey } from './issuance.ts'
import type { KeyPair } from './pki.ts'
import type { DefaultIssuer, Issuer, IssuerRecord, Tenant } from './port.ts'
import { authorityListUrl } from './revocations.ts'

export const YEAR_MILLISECONDS = 365 * 24 * 60 * 60 * 1_000

/** Of two at once, one makes each of them, and the other finds it; one that broke off is completed by the next. */
export async function ensureIssuers(
  ports: Ports,
  dialect: Dialect,
  tenant: Tenant,
  request: Cause['request'],
): Promise<void> {
  const all = ports.defaultIssuers.filter((one) => one.dialect === dialect)
  const named = (names: readonly string[]) => ports.issuers.findNamed(tenant.organization, dialect, names)
  const known = await named(all.map(({ name }) => name))
  if (known.length === all.length) return
  for (const wanted of all) {
    if (known.some(({ name }) => name === wanted.name)) continue
    const [parent] = wanted.parent === null ? [] : await named([wanted.parent])
    const signer = parent ? await openSigner(ports, parent.id) : null
    if (parent && !signer) throw new Error('an issuer of the beginning cannot sign')
    const keys = await ports.pki.makeKeyPair()
    const record = await recordOf(ports, wanted, tenant, keys, signer)
    const event = issuerEvent('issuer.create', record, record.createdAt, {
      actor: { kind: 'system' },
      request,
    })
    await ports.issuers.add(record, await sealKey(ports, keys.privateKey), event)
  }
}

async function recordOf(
  ports: Ports,
  wanted: DefaultIssuer,
  tenant: Tenant,
  keys: KeyPair,
  parent: ReadySigner | null,
): Promise<IssuerRecord> {
  const now = ports.now()
  const subject = wanted.subject(tenant.name)
  const certificate = await ports.pki.makeAuthority({
    subject,
    serial: randomSerial(ports),
    validity: { from: now, to: now + wanted.years * YEAR_MILLISECONDS },
    publicKey: keys.publicKey,
    signer: parent?.signer ?? { privateKey: keys.privateKey, certificate: null },
    above: parent && aboveOf(ports, parent.issuer),
  })
  return {
    organization: tenant.organization,
    dialect: wanted.dialect,
    name: wanted.name,
    description: '',
    parent: parent?.issuer.id ?? null,
    parentName: parent?.issuer.name ?? null,
    request: await ports.pki.makeRequest(subject, keys),
    ...(await certificateMembers(ports, certificate)),
    maySign: true,
    hasPrivateKey: true,
    attributes: { ...wanted.attributes, tenant: tenant.name, isDefault: true },
    createdAt: now,
    createdBy: { kind: 'system' },
    updatedAt: now,
    updatedBy: { kind: 'system' },
  }
}

/** null: the signer has no list of authorities. */
function aboveOf(ports: Ports, signer: Issuer) {
  const revocationListUrl = authorityListUrl(ports, signer)
  return revocationListUrl === null
    ? null
    : { revocationListUrl, issuerUrl: certificateUrl(ports, signer.id) }
}

/** What a record says of a certificate that was just made or read. */
export async function certificateMembers(
  ports: Ports,
  certificate: string,
): Promise<
  Pick<
    IssuerRecord,
    'certificate' | 'commonName' | 'issuedTo' | 'issuedBy' | 'serialNumber' | 'validFrom' | 'validTo'
  >
> {
  const facts = await ports.pki.readCertificate(certificate)
  if (!facts) throw new Error('a certificate of ours cannot be read')
  const { commonName, issuedTo, issuedBy, serialNumber, validity } = facts
  return {
    certificate,
    commonName,
    issuedTo,
    issuedBy,
    serialNumber,
    validFrom: validity.from,
    validTo: validity.to,
  }
}

/** One that has no number yet gets it when it is written. */
export function issuerEvent(
  type: 'issuer.create' | 'issuer.update' | 'issuer.delete',
  issuer: IssuerRecord & { readonly id?: number },
  at: number,
  cause: Cause,
  detail: JsonObject = {},
): AuditEvent {
  return {
    id: eventId(at),
    organization: issuer.organization,
    at,
    type,
    isSuccess: true,
    cause,
    subject: { kind: 'issuer', id: String(issuer.id ?? ''), name: issuer.name },
    detail,
  }
}

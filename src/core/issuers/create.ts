import { causeOf, operatorCase } from '../access/cases/operator-case.ts'
import type { Dialect } from '../kernel/cause.ts'
import type { JsonObject } from '../kernel/json.ts'
import { invalid, type Outcome, ok, refuse } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import { certificateMembers, ensureIssuers, issuerEvent, YEAR_MILLISECONDS } from './ensure.ts'
import { newContext, openSigner, randomSerial, sealKey } from './issuance.ts'
import type { DistinguishedName, Validity } from './pki.ts'
import type { Issuer, IssuerRecord } from './port.ts'
import { readRequest } from './request.ts'

type About = {
  readonly dialect: Dialect
  readonly name: string
  readonly description: string
  readonly attributes: JsonObject
}

/** null: from now on, for this many years. */
export type WantedValidity = {
  readonly from: number | null
  readonly to: number | null
  readonly years: number
}

export type NewIssuer = About &
  (
    | {
        /** A new key, with a certificate that the parent signs, or the key itself. */
        readonly kind: 'generate'
        readonly subject: DistinguishedName
        readonly parent: number | null
        readonly validity: WantedValidity
      }
    /** A new key, and a request for an outside authority to sign. */
    | { readonly kind: 'request'; readonly subject: DistinguishedName }
    /** A certificate from elsewhere; it cannot sign here. */
    | { readonly kind: 'upload'; readonly certificate: string }
    /** A request from elsewhere, signed by an issuer of ours. */
    | {
        readonly kind: 'sign'
        readonly request: string
        readonly subject: DistinguishedName
        readonly parent: number
        readonly validity: WantedValidity
      }
  )

type Material = Pick<
  IssuerRecord,
  'certificate' | 'request' | 'maySign' | 'hasPrivateKey' | 'parent' | 'parentName'
> & {
  readonly privateKey: Uint8Array | null
}

const NO_CERTIFICATE = {
  certificate: null,
  commonName: '',
  issuedTo: '',
  issuedBy: '',
  serialNumber: '',
  validFrom: 0,
  validTo: 0,
} as const

/** After those that every organization has, so that none takes their place. @param tenant as certificates name it */
export const createIssuer = operatorCase(
  'issuers.write',
  async (ports, operation, tenant: string, input: NewIssuer): Promise<Outcome<Issuer>> => {
    const { organization } = operation.actor
    await ensureIssuers(ports, input.dialect, { organization, name: tenant }, operation.request)
    const made = await materialOf(ports, organization, input)
    if (!made.ok) return made
    const { privateKey, certificate, ...members } = made.value
    const now = ports.now()
    const { actor } = causeOf(operation)
    const { dialect, name, description, attributes } = input
    const record: IssuerRecord = {
      ...{ organization, dialect, name, description, attributes },
      ...(certificate === null ? NO_CERTIFICATE : await certificateMembers(ports, certificate)),
      ...members,
      ...{ createdAt: now, createdBy: actor, updatedAt: now, updatedBy: actor },
    }
    const key = privateKey ? await sealKey(ports, privateKey) : { sealed: null, context: newContext(ports) }
    const event = issuerEvent('issuer.create', record, now, causeOf(operation))
    const added = await ports.issuers.add(record, key, event)
    if (added === 'name_taken') return refuse({ kind: 'name_taken', name })
    return added === 'parent_gone'
      ? refuse({ kind: 'reference_unknown', reference: String(record.parent) })
      : ok(added)
  },
)

/** null: it would end before it begins. */
function validityOf({ from, to, years }: WantedValidity, now: number): Validity | null {
  const begin = from ?? now
  const end = to ?? begin + years * YEAR_MILLISECONDS
  return begin < end ? { from: begin, to: end } : null
}

async function materialOf(ports: Ports, organization: number, input: NewIssuer): Promise<Outcome<Material>> {
  switch (input.kind) {
    case 'generate': {
      const validity = validityOf(input.validity, ports.now())
      if (!validity) return invalid('validity')
      const parent = input.parent === null ? ok(null) : await parentOf(ports, organization, input.parent)
      if (!parent.ok) return parent
      const keys = await ports.pki.makeKeyPair()
      const own = { privateKey: keys.privateKey, certificate: null }
      const certificate = await ports.pki.makeAuthority({
        subject: input.subject,
        serial: randomSerial(ports),
        validity,
        publicKey: keys.publicKey,
        signer: parent.value?.signer ?? own,
      })
      const request = await ports.pki.makeRequest(input.subject, keys)
      const signed = { certificate, request, maySign: true, hasPrivateKey: true }
      return ok({ ...signed, ...namesOf(parent.value?.issuer), privateKey: keys.privateKey })
    }
    case 'request': {
      const keys = await ports.pki.makeKeyPair()
      const request = await ports.pki.makeRequest(input.subject, keys)
      const open = { certificate: null, request, maySign: false, hasPrivateKey: true }
      return ok({ ...open, ...namesOf(), privateKey: keys.privateKey })
    }
    case 'upload': {
      const facts = await ports.pki.readCertificate(input.certificate)
      if (!facts?.isAuthority) return invalid('certificate')
      const foreign = { certificate: input.certificate, request: null, maySign: false, hasPrivateKey: false }
      return ok({ ...foreign, ...namesOf(), privateKey: null })
    }
    case 'sign': {
      const validity = validityOf(input.validity, ports.now())
      if (!validity) return invalid('validity')
      const parent = await parentOf(ports, organization, input.parent)
      if (!parent.ok) return parent
      const request = await readRequest(ports, input.request)
      if (!request.ok) return request
      const certificate = await ports.pki.makeAuthority({
        subject: input.subject,
        serial: randomSerial(ports),
        validity,
        publicKey: request.value.publicKey,
        signer: parent.value.signer,
      })
      const signed = { certificate, request: input.request, maySign: false, hasPrivateKey: false }
      return ok({ ...signed, ...namesOf(parent.value.issuer), privateKey: null })
    }
  }
}

async function parentOf(ports: Ports, organization: number, id: number) {
  const found = await openSigner(ports, id)
  return found?.issuer.organization === organization
    ? ok(found)
    : refuse({ kind: 'reference_unknown', reference: String(id) })
}

function namesOf(parent?: Issuer) {
  return { parent: parent?.id ?? null, parentName: parent?.name ?? null }
}

/** Enrollment certificates: issuers of the core (docs/dialects/zpa.md#enrollment-certificates). Pure. */
import * as z from 'zod'
import type { NewIssuer, WantedValidity } from '../../../core/issuers/create.ts'
import type { IssuerChange } from '../../../core/issuers/manage.ts'
import type { Issuer } from '../../../core/issuers/port.ts'
import { given } from '../../../http/members.ts'
import { formatActor } from '../edge/actors.ts'
import { COMMON_FIELDS, type Fields, fields, never } from '../edge/search-fields.ts'
import { ClearableText, Flag, formatEpoch, Id, Text, Whole } from '../edge/wire.ts'
import { authorityName } from './default-issuers.ts'

const DEFAULT_YEARS = 15
/** X.509's GeneralizedTime ends with the year 9999. */
const LAST_SECOND = 253_402_300_799

export const CertificateInput = z.object({
  name: Text(),
  description: ClearableText(1_024),
  certificate: Text(16_384).meta({ description: 'PEM' }),
  csr: Text(16_384).meta({ description: 'PKCS #10, PEM' }),
  parentCertId: Id,
  rootCertificateId: Id.meta({ description: 'The same' }),
  allowSigning: Flag,
  clientCertType: Text(32),
  validFromInEpochSec: Whole(0, LAST_SECOND),
  validToInEpochSec: Whole(0, LAST_SECOND),
})
export type CertificateInput = z.output<typeof CertificateInput>

export const CertificateReply = z.object({
  id: z.string(),
  modifiedTime: z.string(),
  creationTime: z.string(),
  modifiedBy: z.string(),
  cName: z.string().optional(),
  validFromInEpochSec: z.string().optional(),
  validToInEpochSec: z.string().optional(),
  certificate: z.string().optional(),
  issuedTo: z.string().optional(),
  issuedBy: z.string().optional(),
  serialNo: z.string().optional(),
  name: z.string(),
  description: z.string().optional(),
  allowSigning: z.boolean(),
  parentCertId: z.string().optional(),
  parentCertName: z.string().optional(),
  privateKeyPresent: z.boolean(),
  clientCertType: z.string(),
  csr: z.string().optional(),
  storeInHsm: z.boolean(),
  readOnly: z.boolean(),
  zscalerManaged: z.boolean(),
})

export const certificateFields: Fields = {
  ...COMMON_FIELDS,
  ...never('storeInHsm'),
  ...fields('text', {
    name: 'name',
    description: 'description',
    cName: 'commonName',
    issuedTo: 'issuedTo',
    issuedBy: 'issuedBy',
    serialNo: 'serialNumber',
    parentCertName: 'parentName',
    clientCertType: 'clientCertType',
  }),
  ...fields('number', { parentCertId: 'parent' }),
  ...fields('boolean', { allowSigning: 'maySign', privateKeyPresent: 'hasPrivateKey' }),
  ...fields('seconds', {
    creationTime: 'createdAt',
    modifiedTime: 'updatedAt',
    validFromInEpochSec: 'validFrom',
    validToInEpochSec: 'validTo',
  }),
  ...fields('number', { id: 'id' }),
}

/** What is absent, the issuer's maker fills in. */
export function validityOf(input: CertificateInput): WantedValidity {
  const { validFromInEpochSec: from, validToInEpochSec: to } = input
  return {
    from: from === undefined ? null : from * 1_000,
    to: to === undefined ? null : to * 1_000,
    years: DEFAULT_YEARS,
  }
}

export function aboutOf(customer: string, { name = '', description = '', clientCertType }: CertificateInput) {
  return {
    dialect: 'zpa',
    name,
    description,
    attributes: { clientCertType: clientCertType ?? 'NONE', tenant: customer },
    subject: authorityName(customer, name),
  } as const
}

/** A certificate from elsewhere, or a request that an issuer of ours signs; null: neither. @param parent that issuer */
export function newCertificate(
  customer: string,
  input: CertificateInput,
  parent: number | null,
): NewIssuer | null {
  const about = aboutOf(customer, input)
  const { certificate, csr } = input
  if (certificate !== undefined) return { ...about, kind: 'upload', certificate: pem(certificate) }
  if (csr === undefined || parent === null) return null
  return { ...about, kind: 'sign', request: pem(csr), parent, validity: validityOf(input) }
}

export function certificateChange(input: CertificateInput): IssuerChange {
  const { name, description, allowSigning, clientCertType, certificate } = input
  return given({
    name,
    description,
    maySign: allowSigning,
    certificate: certificate === undefined ? undefined : pem(certificate),
    attributes: clientCertType === undefined ? undefined : { clientCertType },
  })
}

export function formatCertificate(issuer: Issuer): z.output<typeof CertificateReply> {
  return {
    id: String(issuer.id),
    modifiedTime: formatEpoch(issuer.updatedAt),
    creationTime: formatEpoch(issuer.createdAt),
    modifiedBy: formatActor(issuer.updatedBy),
    ...(issuer.certificate !== null && {
      cName: issuer.commonName,
      validFromInEpochSec: formatEpoch(issuer.validFrom),
      validToInEpochSec: formatEpoch(issuer.validTo),
      certificate: issuer.certificate,
      issuedTo: issuer.issuedTo,
      issuedBy: issuer.issuedBy,
      serialNo: issuer.serialNumber,
    }),
    name: issuer.name,
    ...(issuer.description !== '' && { description: issuer.description }),
    allowSigning: issuer.maySign,
    ...(issuer.parent !== null && { parentCertId: String(issuer.parent) }),
    ...(issuer.parentName !== null && { parentCertName: issuer.parentName }),
    privateKeyPresent: issuer.hasPrivateKey,
    clientCertType: String(issuer.attributes.clientCertType),
    ...(issuer.request !== null && { csr: issuer.request }),
    storeInHsm: false,
    readOnly: false,
    zscalerManaged: false,
  }
}

function pem(text: string): string {
  return `${text.trim()}\n`
}

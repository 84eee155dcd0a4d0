import type { DistinguishedName } from '../../../core/issuers/pki.ts'
import type { DefaultIssuer } from '../../../core/issuers/port.ts'

const ORGANIZATION = [
  ['O', 'Latchkey'],
  ['OU', 'Private Access'],
] as const satisfies DistinguishedName

/** In characters (RFC 5280, appendix A.1: ub-common-name). */
const MAX_COMMON_NAME = 64

/** `<customer>.zpa-customer.com/<name>`, as recorded. */
export function authorityName(customer: string, name: string): DistinguishedName {
  const characters = [...`${customer}.zpa-customer.com/${name}`]
  return [...ORGANIZATION, ['CN', characters.slice(0, MAX_COMMON_NAME).join('')]]
}

/** An enrolled client's: its id comes first. */
export function clientName(id: string, customer: string): DistinguishedName {
  return [...ORGANIZATION, ['CN', `${id}.${customer}.zpa-customer.com`]]
}

function issuer(name: string, clientCertType: string, parent: string | null, years: number): DefaultIssuer {
  return {
    dialect: 'zpa',
    name,
    parent,
    years,
    attributes: { clientCertType },
    subject: (customer) => authorityName(customer, name),
  }
}

export const defaultIssuers = [
  issuer('Root', 'NONE', null, 30),
  issuer('Client', 'ZAPP_CLIENT', 'Root', 15),
  issuer('Connector', 'NONE', 'Root', 15),
  issuer('Service Edge', 'NONE', 'Root', 15),
  issuer('Isolation Client', 'ISOLATION_CLIENT', 'Root', 15),
] as const

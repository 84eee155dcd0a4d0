import type { DistinguishedName } from '../../../core/issuers/pki.ts'
import type { DefaultIssuer } from '../../../core/issuers/port.ts'

const ORGANIZATION = [
  ['O', 'Latchkey'],
  ['OU', 'Agents'],
] as const satisfies DistinguishedName

/** An agent's: what a machine says of itself is in no certificate. @param id its UUID */
export function agentName(id: string): DistinguishedName {
  return [...ORGANIZATION, ['CN', id]]
}

function issuer(
  name: string,
  parent: string | null,
  years: number,
  attributes: DefaultIssuer['attributes'],
): DefaultIssuer {
  return {
    dialect: 'native',
    name,
    parent,
    years,
    attributes,
    subject: (organization) => [...ORGANIZATION, ['CN', `${name} of organization ${organization}`]],
  }
}

/** The last one signs for agents; the first one is what services trust. */
export const defaultIssuers = [
  issuer('Root', null, 30, { signsAuthoritiesOnly: true }),
  issuer('Issuer', 'Root', 15, { signsForEachLedger: true }),
] as const

import type { Ports } from '../../ports.ts'
import type { Organization } from './port.ts'

/** A new organization's names, in each vendor's form. */
export function newOrganization(
  ports: Ports,
  name: string,
): Pick<Organization, 'name' | 'customerId' | 'organisationKey' | 'createdAt'> {
  return { name, ...ports.newNames(ports.random), createdAt: ports.now() }
}

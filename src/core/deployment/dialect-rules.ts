import type { NewApiClient } from '../access/api-clients/port.ts'
import type { Organization } from '../access/organizations/port.ts'
import type { RoleTable } from '../access/permission.ts'
import type { Abilities } from '../access/roles/ability.ts'
import type { NewProfile } from '../enrollment/ledger/profile.ts'
import type { DefaultIssuer } from '../issuers/port.ts'

/** What an organization is called in the dialects. */
export type OrganizationNames = Pick<Organization, 'customerId' | 'organisationKey'>

/** The dialects' rules for the whole deployment; the composition root hands it in. */
export type DialectRules = {
  /** What each dialect's roles may do. */
  readonly roles: RoleTable
  /** What a scope of a role has; of a role that is not here: it has none. */
  readonly roleScopes: Readonly<Record<string, 'labels' | 'profiles'>>
  /** What the owner of a new organization is, in each dialect. */
  readonly ownerRoles: readonly string[]
  /** The roles for key pairs that every organization has and that cannot be changed, by name. */
  readonly builtInRoles: Readonly<Record<string, Abilities>>
  /** The keys that labels can have. */
  readonly labelKeys: readonly string[]
  /** Values that no label may have. */
  readonly reservedLabelValues: readonly string[]
  /** A new organization's names. @param random that many random bytes */
  readonly newNames: (random: (bytes: number) => Uint8Array<ArrayBuffer>) => OrganizationNames
  /** The profiles that a new organization starts with. */
  readonly defaultProfiles: readonly Omit<NewProfile, 'organization' | 'isDefault'>[]
  /** The programs that an organization's first operator may sign in with. */
  readonly defaultApiClients: readonly ((organization: Organization, uuid: string) => NewApiClient)[]
  /** The issuers that an organization has from the beginning; those that sign others come first. */
  readonly defaultIssuers: readonly DefaultIssuer[]
}

/** The rules of one dialect; of the names those that are its own. */
export type RulesOfDialect = Partial<Omit<DialectRules, 'newNames'>> & {
  readonly newNames?: (...random: Parameters<DialectRules['newNames']>) => Partial<OrganizationNames>
}

/** The rules of all dialects together. */
export function combineRules(all: readonly RulesOfDialect[]): DialectRules {
  return {
    roles: Object.assign({}, ...all.map(({ roles }) => roles)),
    roleScopes: Object.assign({}, ...all.map(({ roleScopes }) => roleScopes)),
    ownerRoles: all.flatMap(({ ownerRoles = [] }) => ownerRoles),
    builtInRoles: Object.assign({}, ...all.map(({ builtInRoles }) => builtInRoles)),
    labelKeys: all.flatMap(({ labelKeys = [] }) => labelKeys),
    reservedLabelValues: all.flatMap(({ reservedLabelValues = [] }) => reservedLabelValues),
    newNames: (random) => {
      const names: Partial<OrganizationNames> = Object.assign({}, ...all.map((one) => one.newNames?.(random)))
      const { customerId, organisationKey } = names
      if (!customerId || !organisationKey) throw new Error('no dialect names the organization')
      return { customerId, organisationKey }
    },
    defaultProfiles: all.flatMap(({ defaultProfiles = [] }) => defaultProfiles),
    defaultApiClients: all.flatMap(({ defaultApiClients = [] }) => defaultApiClients),
    defaultIssuers: all.flatMap(({ defaultIssuers = [] }) => defaultIssuers),
  }
}

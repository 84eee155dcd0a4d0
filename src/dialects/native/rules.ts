import type { RulesOfDialect } from '../../core/deployment/dialect-rules.ts'
import { defaultIssuers } from './certificates/default-issuers.ts'
import { roles } from './edge/roles.ts'

/** What the native API lays down for every organization. */
export const rules: RulesOfDialect = {
  roles,
  roleScopes: { 'native:minter': 'profiles' },
  defaultIssuers,
}

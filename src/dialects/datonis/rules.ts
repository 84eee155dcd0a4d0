import type { RulesOfDialect } from '../../core/deployment/dialect-rules.ts'
import { spellKey } from '../../core/kernel/key-spelling.ts'
import { roles } from './roles/roles.ts'

const ORGANISATION_KEY_BYTES = 20

/** Datonis' rules for every organization. */
export const rules: RulesOfDialect = {
  roles,
  newNames: (random) => ({ organisationKey: spellKey(random(ORGANISATION_KEY_BYTES)) }),
  // docs/dialects/datonis.md#built-in-roles
  builtInRoles: {
    'Account Admin': 'all',
    Agent: ['things.register', 'things.heartbeat', 'things.event', 'alerts.create'],
    'Read Only': ['roles.read', 'key_pairs.read', 'things.read', 'alerts.read', 'instructions.read'],
  },
}

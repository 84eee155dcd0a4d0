/** How D1 runs what the lists ask of it: nothing reads a table that grows without an index. */
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import type { Catalogue } from '../../../src/core/search/catalogue.ts'
import { createCatalogue } from '../../../src/stores/d1/catalogue/catalogue.ts'
import { createLabelStore } from '../../../src/stores/d1/catalogue/labels.ts'
import { createSearch } from '../../../src/stores/d1/catalogue/lists/search.ts'
import { isByTerms, plansOf } from '../../support/query-plans.ts'

const PAGE = { after: null, limit: 500 }
const AFTER = { after: { ledger: 1, n: 1 }, limit: 500 }
const OF = { organization: 1 } as const
const ILLUMIO = { ...OF, dialect: 'illumio' } as const

const SEARCH = { ...OF, dialect: 'zpa', where: [], text: 'x', offset: 0, limit: 20 } as const
const OF_GROUP = { member: { of: 'profile', name: 'name', kind: 'text' }, isDescending: false } as const

const catalogue = (ask: (catalogue: Catalogue) => Promise<unknown>) => (db: D1Database) =>
  ask(createCatalogue(db))

const cases: [string, (db: D1Database) => Promise<unknown>, string][] = [
  ['labels', (db) => createLabelStore(db).list(OF, PAGE), 'labels_'],
  ['labels by key', (db) => createLabelStore(db).list({ ...OF, key: 'role' }, PAGE), 'labels_'],
  ['labels by part', (db) => createLabelStore(db).list({ ...OF, valueContains: 'x' }, PAGE), 'labels_'],
  [
    'labels, the next slice',
    (db) => createLabelStore(db).list(OF, { after: { id: '1', value: 'x' }, limit: 9 }),
    'labels_',
  ],
  ['labels, counted', (db) => createLabelStore(db).count(OF), 'labels_'],
  ['profiles', catalogue((all) => all.listProfiles(ILLUMIO, PAGE)), 'profiles_of_organization'],
  [
    'profiles, a later page',
    catalogue((all) => all.listProfiles({ ...ILLUMIO, order: 'number' }, AFTER)),
    'profiles_',
  ],
  [
    'profiles by part of a name',
    catalogue((all) => all.listProfiles({ ...ILLUMIO, nameContains: 'x' }, PAGE)),
    'profiles_',
  ],
  ['keys with holds', catalogue((all) => all.listHoldingKeys(OF, PAGE)), 'keys_holding'],
  [
    'keys with holds, of a profile',
    catalogue((all) => all.listHoldingKeys({ ...OF, profile: { ledger: 1, n: 1 } }, PAGE)),
    'keys_holding',
  ],
  [
    'names of keys and profiles',
    catalogue((all) => all.namesOf(1, { keys: [{ ledger: 1, n: 1 }], profiles: [{ ledger: 1, n: 1 }] })),
    'sqlite_autoindex',
  ],
  [
    'workloads',
    catalogue((all) => all.listAgents({ ...ILLUMIO, state: 'active' }, PAGE)),
    'agents_of_organization',
  ],
  [
    'workloads, the next slice',
    catalogue((all) => all.listAgents({ ...ILLUMIO, state: 'active' }, AFTER)),
    'agents_',
  ],
  [
    'workloads by name and what operators set',
    catalogue((all) =>
      all.listAgents(
        {
          ...ILLUMIO,
          nameContains: { text: 'x', attribute: 'name_folded' },
          attributes: { ven_status: null },
        },
        PAGE,
      ),
    ),
    'agents_',
  ],
  [
    'workloads by name, counted',
    catalogue((all) =>
      all.countAgents({ ...ILLUMIO, nameContains: { text: 'x', attribute: 'name_folded' } }),
    ),
    'agents_of_organization',
  ],
  ['labels of workloads', catalogue((all) => all.labelsOfAgents(1)), 'agents_of_organization'],
  ['labels of profiles', catalogue((all) => all.labelsOfProfiles(1)), 'profiles_of_organization'],
  ['connectors', (db) => createSearch(db)('agents', SEARCH), 'agents_of_organization'],
  [
    'connectors of their groups',
    (db) => createSearch(db)('agents', { ...SEARCH, order: OF_GROUP }),
    'agents_',
  ],
  ['groups', (db) => createSearch(db)('profiles', SEARCH), 'profiles_of_organization'],
  ['provisioning keys', (db) => createSearch(db)('keys', SEARCH), 'keys_of_organization'],
  ['certificates', (db) => createSearch(db)('issuers', SEARCH), 'issuers_of_organization'],
  ['API keys', (db) => createSearch(db)('apiClients', SEARCH), 'api_clients_of_organization'],
]

test.each(cases)('%s', async (_, ask, index) => {
  const plans = await plansOf(env.DB, ask)
  expect(plans.length).toBeGreaterThan(0)
  const named = new RegExp(`USING (COVERING )?INDEX ${index}`)
  for (const plan of plans) if (!isByTerms(plan)) expect(plan).toMatch(named)
  // Of those, one looks up the rows of what it finds.
  expect(plans.join()).toMatch(named)
  expect(plans.join()).not.toMatch(/SCAN (labels|profiles|keys|agents)( |,|$)(?!USING)/)
})

/** Every role × every endpoint × one's own and another organization, from the one table that documents who may. */
import { beforeAll, describe, expect, test } from 'vitest'
import { rolesOf } from '../../../src/dialects/illumio/edge/access.ts'
import type { Access } from '../../../src/dialects/illumio/edge/edge.ts'
import { ROLE_NAMES } from '../../../src/dialects/illumio/edge/roles.ts'
import { type Client, makeMembers, makeOrganization } from '../../support/organization.ts'
import { all, type Fixture, makeFixture, ofOrganization, type Route, send } from '../../support/routes.ts'

/** As the contract has it (§1.4 with A1, §2.1, §4, §5, §9): the table in the code is held against it. */
const CONTRACT: Readonly<Record<string, string>> = {
  settings_workloads_get: 'all',
  settings_get: 'all',
  settings_events_get: 'all',
  settings_put: 'owner',
  settings_events_put: 'owner',
  roles_get: 'all',
  role_get: 'all',
  labels_get: 'all',
  label_dimensions_get: 'all',
  label_dimension_get: 'all',
  label_get: 'all',
  labels_post: 'owner admin',
  labels_put: 'owner admin',
  labels_delete: 'owner admin',
  pairing_profiles_get: 'owner admin read_only global_object_provisioner workload_manager',
  pairing_profile_get: 'owner admin read_only global_object_provisioner workload_manager',
  pairing_profiles_post: 'owner admin workload_manager',
  pairing_profiles_put: 'owner admin workload_manager',
  pairing_profiles_delete: 'owner admin workload_manager',
  pairing_profiles_pairing_key_post: 'owner admin workload_manager',
  pairing_profiles_pairing_keys_delete: 'owner admin workload_manager',
  workloads_get: 'all',
  workload_get: 'all',
  vens_get: 'all',
  ven_get: 'all',
  vens_unpair_put: 'owner admin workload_manager',
  workloads_unpair_put: 'owner admin workload_manager',
  workloads_interfaces_get: 'all',
  workloads_set_flow_reporting_frequency_post: 'owner admin workload_manager',
  settings_workloads_put: 'owner',
  workloads_bulk_update_put: 'owner admin workload_manager',
  workloads_bulk_delete_put: 'owner admin workload_manager',
  workloads_delete: 'owner admin workload_manager',
  workloads_put: 'owner admin workload_manager',
  vens_put: 'owner admin workload_manager',
  software_ven_releases_get: 'owner admin read_only global_object_provisioner workload_manager',
  software_ven_release_get: 'owner admin read_only global_object_provisioner workload_manager',
  software_ven_release_images_get: 'owner admin read_only global_object_provisioner workload_manager',
  software_ven_releases_default_put: 'owner admin workload_manager',
  software_ven_releases_defaults_put: 'owner admin workload_manager',
  events_get: 'owner admin read_only global_object_provisioner',
  event_get: 'owner admin read_only global_object_provisioner',
  users_post: 'owner',
  users_local_profile_post: 'owner',
  users_local_profile_delete: 'owner',
  users_local_profile_reinvite_put: 'owner',
}
/** Of these nothing but their owner sees or does anything (§4.2, §4.3, §5.2). */
const OF_OWNERS =
  /^(api_keys?|service_accounts?|permissions?|auth_security_principals?|access_restrictions?)_/

/** Empty collections, which clients of every role load along. */
const OF_POLICY = /^(sec_policy_.*|container_.*|network_enforcement_nodes|security_principals)_get$/

let fixture: Fixture
let members: ReadonlyMap<string, Client>
let strangers: ReadonlyMap<string, Client>

beforeAll(async () => {
  fixture = await makeFixture()
  const other = await makeOrganization()
  const roles = ROLE_NAMES.map((role) => `illumio:${role}`)
  members = await makeMembers(fixture.id, roles)
  strangers = await makeMembers(other.id, roles)
})

const rolesFor = (route: Route) => rolesOf(route.access as Access)
const byRole = all.filter(([, route]) => rolesFor(route) !== null)

test.each(byRole)('the table says what the contract says: %s', (_, route) => {
  const { id } = route.operation
  const wanted = OF_POLICY.test(id)
    ? 'all'
    : OF_OWNERS.test(id)
      ? 'owner'
      : (CONTRACT[id] ?? `missing: ${id}`)
  const names = wanted === 'all' ? ROLE_NAMES : wanted.split(' ')
  expect([...(rolesFor(route) ?? [])].sort()).toEqual([...names].sort())
})

describe('in one’s own organization: who has the role is let in, who has not is 403', () => {
  // What is let in may change or delete what the next one needs: of a write, malformed input is enough to see it.
  test.each(byRole)('%s', async (_, route) => {
    await forEachRole(async (role) => {
      const as = members.get(`illumio:${role}`) ?? null
      const isAsked = route.method === 'get' || route.body !== undefined
      const probe = route.body ? { as, raw: '{' } : { as, ...unknownSubject(route) }
      const { status } = await send(fixture, route, probe)
      const isLetIn = isAsked && route.body ? 406 : route.method === 'get' ? 200 : 404
      expect([role, status]).toEqual([role, rolesFor(route)?.includes(role) ? isLetIn : 403])
    })
  })
})

describe('in another organization: 403, whatever one is at home', () => {
  test.each(ofOrganization)('%s', async (_, route) => {
    await forEachRole(async (role) => {
      const { status } = await send(fixture, route, { as: strangers.get(`illumio:${role}`) ?? null })
      expect([role, status]).toEqual([role, 403])
    })
  })
})

describe('what is about a user is for that user', () => {
  const own = all.filter(([, route]) => route.access === 'self')
  test.each(own)('%s', async (_, route) => {
    await forEachRole(async (role) => {
      const { status } = await send(fixture, route, { as: members.get(`illumio:${role}`) ?? null })
      expect([role, status]).toEqual([role, 403])
    })
  })
})

async function forEachRole(check: (role: (typeof ROLE_NAMES)[number]) => Promise<void>): Promise<void> {
  await Promise.all(ROLE_NAMES.map(check))
}

/** A write without a body is asked of something that is not there. */
function unknownSubject(route: Route): { readonly params?: Readonly<Record<string, string>> } {
  if (route.method === 'get') return {}
  const nothing = '00000000-0000-4000-8000-000000000000'
  return {
    params: {
      label: '999999999',
      profile: '999999999',
      restriction: '999999999',
      user: '999999999',
      key: 'none',
      account: nothing,
      permission: nothing,
      principal: nothing,
      uuid: nothing,
    },
  }
}

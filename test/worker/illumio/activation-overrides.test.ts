import { beforeAll, describe, expect, test } from 'vitest'
import { makeOrganization, type Organization } from '../../support/organization.ts'
import {
  API,
  activate,
  expectStatus,
  type Json,
  makeKey,
  makeLabel,
  makeProfile,
} from '../../support/pairing.ts'

let organization: Organization
beforeAll(async () => {
  organization = await makeOrganization()
})

const read = async (href: string): Promise<Json> =>
  expectStatus(await organization.owner.get(API + href), 200)

describe('overrides', () => {
  const WISHES = {
    overrides: {
      enforcement_mode: 'idle',
      visibility_level: 'flow_off',
      log_traffic: true,
      labels: { role: 'Wished', app: 'Wished' },
    },
  }

  test('are ignored where the profile locks them', async () => {
    const label = await makeLabel(organization, 'role', crypto.randomUUID())
    const href = await makeProfile(organization, { enforcement_mode: 'full', labels: [{ href: label }] })
    const made = expectStatus(await activate(await makeKey(organization.owner, href), WISHES), 201)
    expect(await read(made.workload.href)).toMatchObject({
      enforcement_mode: 'full',
      visibility_level: 'flow_summary',
      labels: [{ href: label }],
      agent: { config: { mode: 'enforced', log_traffic: false } },
    })
  })

  test('hold where it does not; a label that is wished for by value appears once it exists', async () => {
    const label = await makeLabel(organization, 'role', crypto.randomUUID())
    const href = await makeProfile(organization, {
      enforcement_mode: 'full',
      labels: [{ href: label }],
      enforcement_mode_lock: false,
      visibility_level_lock: false,
      log_traffic_lock: false,
      role_label_lock: false,
    })
    const value = crypto.randomUUID()
    const overrides = { ...WISHES.overrides, labels: { role: value, app: value } }
    const made = expectStatus(await activate(await makeKey(organization.owner, href), { overrides }), 201)
    expect(await read(made.workload.href)).toMatchObject({
      enforcement_mode: 'idle',
      visibility_level: 'flow_off',
      labels: [],
      agent: { config: { mode: 'idle', log_traffic: true } },
    })
    const wished = await makeLabel(organization, 'role', value)
    expect(await read(made.workload.href)).toMatchObject({ labels: [{ href: wished }] })
    expect(await read(made.ven.href)).toMatchObject({ labels: [{ href: wished }] })
  })

  test('a later edit of the profile changes no machine', async () => {
    const href = await makeProfile(organization, { enforcement_mode: 'full' })
    const made = expectStatus(await activate(await makeKey(organization.owner, href)), 201)
    expectStatus(await organization.owner.put(API + href, { enforcement_mode: 'idle' }), 204)
    expect(await read(made.workload.href)).toMatchObject({ enforcement_mode: 'full' })
  })

  test.each([
    ['server', 'endpoint', 'server'],
    ['endpoint', 'server', 'endpoint'],
    ['specified_during_activation', 'endpoint', 'endpoint'],
    ['specified_during_activation', undefined, 'server'],
  ])('a profile of VEN type %s and a machine that says %s make a %s', async (of, says, expected) => {
    const href = await makeProfile(organization, { ven_type: of })
    const code = await makeKey(organization.owner, href)
    const made = expectStatus(await activate(code, says === undefined ? {} : { ven_type: says }), 201)
    expect(await read(made.ven.href)).toMatchObject({ ven_type: expected })
  })
})

/** The audit events, as a PCE shows them (contract §9). */
import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import type { EventQuery } from '../../../src/core/events/port.ts'
import { eventId } from '../../../src/core/kernel/time/event-id.ts'
import { createEventStore } from '../../../src/stores/d1/catalogue/events/events.ts'
import { compose, composedPorts } from '../../support/composed.ts'
import {
  type Answer,
  ask,
  Client,
  makeMember,
  makeOrganization,
  makeOwner,
  type Organization,
} from '../../support/organization.ts'
import {
  API,
  activate,
  eventually,
  expectStatus,
  type Json,
  makeKey,
  makeLabel,
  makeProfile,
  orgPath,
} from '../../support/pairing.ts'
import { plansOf } from '../../support/query-plans.ts'
import { expectArray, expectNoBody } from '../../support/routes.ts'

const UUID = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/)

async function list(organization: Organization, query = ''): Promise<Json[]> {
  return expectStatus(await organization.owner.get(orgPath(organization, `/events?${query}`)), 200)
}

const types = (events: readonly Json[]) => events.map(({ event_type }) => event_type)

/** One of each thing that the dialect changes, and one refused redemption; everything secret that came up. */
async function history(): Promise<
  Organization & { profile: string; code: string; secrets: string[]; machine: Json }
> {
  const organization = await makeOrganization()
  const { owner } = organization
  const label = await makeLabel(organization, 'role', 'Web')
  await owner.put(API + label, { value: 'Website' })
  const profile = await makeProfile(organization, { name: 'p', allowed_uses_per_key: 1 })
  await owner.put(API + profile, {
    name: 'q',
    enforcement_mode: 'full',
    env_label_lock: false,
    key_lifespan: 60,
  })
  const code = await makeKey(owner, profile)
  const claim = `claim-${crypto.randomUUID()}`
  const machine = expectStatus(await activate(code, { claim }), 201)
  expect((await activate(code, { claim: `other-${crypto.randomUUID()}` })).status).toBe(401)
  await eventually(async () => expect(await list(organization, 'event_type=agent.activate')).toHaveLength(2))
  await owner.put(orgPath(organization, '/vens/unpair'), { vens: [machine.ven] })
  await owner.delete(`${API}${profile}/pairing_keys`)
  await owner.delete(API + profile)
  await owner.delete(API + label)
  const secrets = [code, claim, machine.access_token, machine.refresh_token, owner.secret]
  return { ...organization, profile, code, secrets, machine }
}

test('every audited method leaves its event, newest first, and none holds a secret', async () => {
  const made = await history()
  const events = await list(made)
  expect(types(events).sort()).toEqual(
    [
      'label.create',
      'label.update',
      'label.delete',
      'pairing_profile.create', // the default one
      'pairing_profile.create',
      'pairing_profile.update',
      'pairing_profile.create_pairing_key',
      'pairing_profile.delete_all_pairing_keys',
      'pairing_profile.delete',
      'agent.activate',
      'agent.activate',
      'agents.unpair',
      'organization.create',
      'api_key.create',
      'api_client.create', // ZPA's first
    ].sort(),
  )
  const times = events.map(({ timestamp }) => timestamp)
  expect(times).toEqual([...times].sort().reverse())
  const text = JSON.stringify(events)
  for (const secret of made.secrets) expect(text).not.toContain(secret)
})

describe('what an event says', () => {
  test('who did what by which request, and what became of it', async () => {
    const organization = await makeOrganization()
    const made = await organization.owner.ask('POST', orgPath(organization, '/pairing_profiles'), {
      body: { enabled: true, name: 'web' },
      headers: { 'X-Test-Address': '192.0.2.7' },
    })
    const { href, created_by } = expectStatus(made, 201)
    const [event] = await list(organization, 'event_type=pairing_profile.create')
    expect(event).toEqual({
      href: expect.stringMatching(`^/orgs/${organization.id}/events/`),
      timestamp: TIME,
      pce_fqdn: 'latchkey.example',
      created_by: { user: { href: created_by.href, username: 'owner@demo.example' } },
      event_type: 'pairing_profile.create',
      status: 'success',
      severity: 'info',
      action: {
        uuid: made.headers.get('X-Request-Id'),
        api_endpoint: orgPath(organization, '/pairing_profiles'),
        api_method: 'POST',
        http_status_code: 201,
        src_ip: '192.0.2.7',
        info: { api_key_id: organization.owner.username.slice('api_'.length) },
      },
      resource_changes: [
        {
          uuid: UUID,
          resource: { pairing_profile: { href, name: 'web' } },
          changes: {},
          change_type: 'create',
        },
      ],
      notifications: [],
    })
    expect(expectStatus(await organization.owner.get(API + event.href), 200)).toEqual(event)
  })

  test('a change is recorded in the terms of the thing', async () => {
    const made = await history()
    const [update] = await list(made, 'event_type=pairing_profile.update')
    expect(update.resource_changes[0].changes).toEqual({
      name: { before: 'p', after: 'q' },
      key_lifespan: { before: 'unlimited', after: 60 },
      enforcement_mode: { before: 'visibility_only', after: 'full' },
      env_label_lock: { before: true, after: false },
    })
    const [label] = await list(made, 'event_type=label.update')
    expect(label.resource_changes[0]).toMatchObject({
      resource: { label: { key: 'role', value: 'Website' } },
      changes: { value: { before: 'Web', after: 'Website' } },
    })
    const [key] = await list(made, 'event_type=pairing_profile.create_pairing_key')
    expect(key.resource_changes).toEqual([])
  })

  test('a pairing makes an agent, a VEN and a workload; a refused one says why, to operators', async () => {
    const made = await history()
    const [failed, activated] = await list(made, 'event_type=agent.activate')
    expect(activated).toMatchObject({ created_by: { agent: made.machine.agent }, status: 'success' })
    expect(activated.resource_changes.map(({ resource }: Json) => resource)).toMatchObject([
      { agent: made.machine.agent },
      { ven: made.machine.ven },
      { workload: made.machine.workload },
    ])
    expect(failed).toMatchObject({
      created_by: { system: {} },
      status: 'failure',
      severity: 'err',
      action: { errors: [{ token: 'key_spent', message: 'Key spent' }] },
      resource_changes: [],
    })
  })
})

describe('a request that its caller may not make', () => {
  const denials = (organization: Organization) =>
    list(organization, 'event_type=request.authorization_failed')

  test('leaves one event with them, the request and the answer, in their own organization', async () => {
    const organization = await makeOrganization()
    const other = await makeOrganization()
    const viewer = await makeMember(organization.id, 'illumio:ruleset_viewer')
    const path = orgPath(organization, '/labels')
    const denied = await viewer.ask('POST', path, {
      body: { key: 'app', value: 'x' },
      headers: { 'X-Test-Address': '192.0.2.7' },
    })
    const errors = expectStatus(denied, 403)
    await eventually(async () => expect(await denials(organization)).toHaveLength(1))
    const [event] = await denials(organization)
    expect(event).toEqual({
      href: expect.stringMatching(`^/orgs/${organization.id}/events/`),
      timestamp: TIME,
      pce_fqdn: 'latchkey.example',
      created_by: { user: { href: expect.stringMatching(/^\/users\/\d+$/), username: expect.any(String) } },
      event_type: 'request.authorization_failed',
      status: 'failure',
      severity: 'err',
      action: {
        uuid: denied.headers.get('X-Request-Id'),
        api_endpoint: path,
        api_method: 'POST',
        http_status_code: 403,
        src_ip: '192.0.2.7',
        info: { api_key_id: viewer.username.slice('api_'.length) },
        errors,
      },
      resource_changes: [],
      notifications: [],
    })
    expect(JSON.stringify(event)).not.toContain(viewer.secret)
    expectArray(await viewer.get(orgPath(other, '/labels')), 403, 'authorization_error')
    expectArray(await viewer.get(orgPath(other, '/nothing/of/that/name')), 403, 'authorization_error')
    await eventually(async () => expect(await denials(organization)).toHaveLength(3))
    expect(await denials(other)).toEqual([])
  })

  test('by a session, and by who may only within some labels', async () => {
    const made = await makeOwner()
    const organization = { id: made.organization, owner: made.client }
    const foreign = await makeOrganization()
    const basic = (username: string, secret: string) => ({
      headers: { Authorization: `Basic ${btoa(`${username}:${secret}`)}` },
    })
    const { auth_token } = expectStatus(
      await ask('POST', `${API}/login_users/authenticate`, basic(made.email, made.password)),
      200,
    )
    const login = expectStatus(
      await ask('GET', `${API}/users/login`, { headers: { Authorization: `Token token=${auth_token}` } }),
      200,
    )
    const session = basic(login.auth_username, login.session_token)
    expectArray(await ask('GET', orgPath(foreign, '/labels'), session), 403, 'authorization_error')
    await eventually(async () => expect(await denials(organization)).toHaveLength(1))
    expect(JSON.stringify(await denials(organization))).not.toContain(login.session_token)

    const label = await makeLabel(organization, 'env', 'Dev')
    const profile = await makeProfile(organization)
    const role = { href: `/orgs/${organization.id}/roles/workload_manager` }
    const account = expectStatus(
      await organization.owner.post(orgPath(organization, '/service_accounts'), {
        name: 'scoped',
        permissions: [{ role, scope: [{ label: { href: label } }] }],
        api_key: { expires_in_seconds: -1 },
      }),
      201,
    )
    const scoped = new Client(account.api_key.auth_username, account.api_key.secret)
    expectArray(await scoped.post(`${API}${profile}/pairing_key`, {}), 403, 'authorization_error')
    await eventually(async () => expect(await denials(organization)).toHaveLength(2))
    const [event] = await denials(organization)
    expect(event).toMatchObject({
      created_by: { service_account: { href: account.href } },
      action: { api_endpoint: `${API}${profile}/pairing_key`, api_method: 'POST', http_status_code: 403 },
    })
  })

  test('again and again: the limit of failures bounds the events, and each is answered the same', async () => {
    let left = 2
    const limits = { take: async (name: string) => name !== 'failures' || left-- > 0 }
    const { ports, settled } = await composedPorts({ limits })
    const organization = await makeOrganization()
    const viewer = await makeMember(organization.id, 'illumio:ruleset_viewer')
    const { fetch } = await compose(ports)
    const path = `${API}/orgs/0/${'x'.repeat(4_000)}`
    for (let n = 0; n < 5; n++) {
      const answer = await fetch(path, { headers: { Authorization: viewer.authorization } })
      expect(answer.status).toBe(403)
    }
    await settled()
    const events = await denials(organization)
    expect(events).toHaveLength(2)
    expect(events[0].action.api_endpoint).toHaveLength(512)
  })
})

test('each event of a change has the status that it was answered with', async () => {
  const made = await history()
  const statuses = Object.fromEntries(
    (await list(made)).map(({ event_type, status, action }) => [
      `${event_type} ${status}`,
      action.http_status_code,
    ]),
  )
  expect(statuses).toMatchObject({
    'label.create success': 201,
    'label.update success': 204,
    'label.delete success': 204,
    'pairing_profile.create_pairing_key success': 201,
    'agent.activate success': 201,
    'agent.activate failure': 401,
    'agents.unpair success': 200,
  })
})

describe('filters', () => {
  test('each of them, and together', async () => {
    const made = await history()
    const other = await makeMember(made.id, 'illumio:admin')
    const mine = expectStatus(await other.post(orgPath(made, '/labels'), { key: 'app', value: 'x' }), 201)
    const agent = made.machine.agent.href
    expect(types(await list(made, 'event_type=label.delete'))).toEqual(['label.delete'])
    expect(await list(made, 'event_type=profile.create')).toEqual([])
    expect(await list(made, 'event_type=nothing')).toEqual([])
    expect(types(await list(made, 'status=failure'))).toEqual(['agent.activate'])
    expect(types(await list(made, 'severity=err'))).toEqual(['agent.activate'])
    expect(await list(made, 'status=nil')).toEqual([])
    expect(await list(made, 'severity=debug')).toEqual([])
    expect(await list(made, 'severity=info&status=failure')).toEqual([])
    expect(await list(made, 'severity=info&status=success')).toHaveLength(15)
    expect(types(await list(made, `created_by=${mine.created_by.href}`))).toEqual(['label.create'])
    expect(types(await list(made, `created_by=${agent}`))).toEqual(['agent.activate'])
    expect(types(await list(made, 'created_by=system&event_type=agent.activate'))).toEqual(['agent.activate'])
    for (const nobody of [
      '/users/0',
      '/users/x',
      agent.replace(/\/orgs\/\d+/, '/orgs/999'),
      'x'.repeat(1_000),
    ]) {
      expect(await list(made, `created_by=${encodeURIComponent(nobody)}`)).toEqual([])
    }
    const all = await list(made)
    const { timestamp } = all[4]
    const from = encodeURIComponent('timestamp[gte]')
    const to = encodeURIComponent('timestamp[lte]')
    const since = all.filter((one) => one.timestamp >= timestamp)
    expect(await list(made, `${from}=${timestamp}`)).toEqual(since)
    expect(await list(made, `${from}=${timestamp}&${to}=${timestamp}`)).toEqual(
      all.filter((one) => one.timestamp === timestamp),
    )
    expect(await list(made, `${to}=2020-01-01`)).toEqual([])
  })

  test('a filter that is none is refused', async () => {
    const { owner, ...own } = await makeOrganization()
    for (const query of ['severity=x', 'status=x', 'timestamp[gte]=yesterday', 'max_results=-1']) {
      expectArray(await owner.get(orgPath(own, `/events?${query}`)), 406, 'input_validation_error')
    }
  })

  test('100 unless more are asked for; the total is there whatever is shown', async () => {
    const organization = await makeOrganization()
    await makeLabel(organization, 'role', 'Web')
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
       INSERT INTO events (id, organization_id, at, type, record)
       SELECT id || i, organization_id, at + i, type, json_set(record, '$.id', id || i, '$.at', at + i)
       FROM events, n WHERE organization_id = ? AND type = 'label.create'`,
    )
      .bind(organization.id)
      .run()
    const show = async (query: string): Promise<[number, string | null]> => {
      const answer: Answer = await organization.owner.get(orgPath(organization, `/events?${query}`))
      return [expectStatus(answer, 200).length, answer.headers.get('X-Total-Count')]
    }
    expect(await show('event_type=label.create')).toEqual([100, '151'])
    expect(await show('event_type=label.create&max_results=0')).toEqual([0, '151'])
    expect(await show('event_type=label.create&max_results=10000')).toEqual([151, '151'])
  })
})

describe('a credential that is refused', () => {
  test('is recorded once a minute and key, however often it is tried, and its secret never', async () => {
    const organization = await makeOrganization()
    const { owner } = organization
    const guess = new Client(owner.username, 'f'.repeat(64))
    for (let times = 0; times < 10; times++) {
      expect((await guess.get(orgPath(organization, '/labels'))).status).toBe(401)
    }
    const query = 'event_type=request.authentication_failed'
    const events = await eventually(async () => {
      const found = await list(organization, query)
      expect(found).not.toEqual([])
      return found
    })
    expect(events).toEqual([
      {
        href: expect.any(String),
        timestamp: TIME,
        pce_fqdn: 'latchkey.example',
        created_by: { system: {} },
        event_type: 'request.authentication_failed',
        status: 'failure',
        severity: 'err',
        action: null,
        resource_changes: [],
        notifications: [
          {
            uuid: UUID,
            notification_type: 'request.authentication_failed',
            info: {
              api_endpoint: orgPath(organization, '/labels'),
              api_method: 'GET',
              src_ip: null,
              api_key_id: owner.username.slice('api_'.length),
              reason: 'secret_wrong',
              state: 'active',
              expiration_date: null,
              last_used_at: events[0].notifications[0].info.last_used_at,
            },
          },
        ],
      },
    ])
    expect(JSON.stringify(events)).not.toContain(guess.secret)
    // An unknown key belongs to no organization that could record it.
    const stranger = new Client(`api_1${'a'.repeat(16)}`, 'f'.repeat(64))
    expect((await stranger.get(orgPath(organization, '/labels'))).status).toBe(401)
    expect(await list(organization, query)).toHaveLength(1)
  })

  test('a wrong password is recorded in its user’s organization', async () => {
    const owner = await makeOwner()
    const guess = new Client(owner.email, 'no password')
    expect((await guess.ask('POST', `${API}/login_users/authenticate`)).status).toBe(401)
    const path = `${API}/orgs/${owner.organization}/events?event_type=request.authentication_failed`
    const [event, ...others] = expectStatus(await owner.client.get(path), 200)
    expect(others).toEqual([])
    expect(event).toMatchObject({
      created_by: { system: {} },
      status: 'failure',
      action: null,
      notifications: [{ info: { api_method: 'POST', username: owner.email, reason: 'password' } }],
    })
    expect(JSON.stringify(event)).not.toContain('no password')
  })

  test('an expired key’s own secret says so', async () => {
    const { id, owner } = await makeOrganization()
    const member = await makeMember(id, 'illumio:read_only')
    const at = Date.now() - 1_000
    await env.DB.prepare('UPDATE api_keys SET expires_at = ? WHERE id = ?')
      .bind(at, member.username.slice('api_'.length))
      .run()
    expect((await member.get(orgPath({ id }, '/labels'))).status).toBe(401)
    await eventually(async () => {
      const [event] = await list({ id, owner }, 'status=failure')
      expect(event.notifications[0].info).toMatchObject({
        reason: 'expired',
        state: 'expired',
        expiration_date: new Date(at).toISOString(),
        last_used_at: null,
      })
    })
  })
})

test('another organization’s are not seen, nor any without the role for it', async () => {
  const organization = await makeOrganization()
  const stranger = await makeOrganization()
  const [event] = await list(organization)
  const path = API + event.href
  expectArray(await stranger.owner.get(path), 403, 'authorization_error')
  expectNoBody(await stranger.owner.get(path.replace(`/${organization.id}/`, `/${stranger.id}/`)), 404)
  expectNoBody(await organization.owner.get(orgPath(organization, `/events/${crypto.randomUUID()}`)), 404)
  const may = {
    owner: 200,
    admin: 200,
    read_only: 200,
    global_object_provisioner: 200,
    workload_manager: 403,
    ruleset_viewer: 403,
  }
  for (const [role, status] of Object.entries(may)) {
    const member = await makeMember(organization.id, `illumio:${role}`)
    expect([role, (await member.get(path)).status]).toEqual([role, status])
    expect([role, (await member.get(orgPath(organization, '/events'))).status]).toEqual([role, status])
  }
})

test('one event is read by its key, and an id that tells no time is of none', async () => {
  const organization = await makeOrganization()
  const find = (id: string) => createEventStore(env.DB).find(organization.id, id)
  expect(await find(crypto.randomUUID())).toBeNull()
  const plans = await plansOf(env.DB, (db) => createEventStore(db).find(organization.id, eventId(Date.now())))
  expect(plans.join()).toContain('PRIMARY KEY (organization_id=? AND at=? AND id=?)')
})

describe('every filter is served by an index, and none sorts more than a tie', () => {
  const cases: [string, Omit<EventQuery, 'organization'>][] = [
    ['PRIMARY KEY', {}],
    ['PRIMARY KEY', { since: 1, until: 2 }],
    ['PRIMARY KEY', { types: ['agent.enroll'] }],
    ['INDEX events_by_type', { types: ['label.create'] }],
    ['INDEX events_by_actor', { actor: { kind: 'principal', as: { kind: 'user', id: '1' } } }],
    ['INDEX events_failed', { isSuccess: false }],
  ]
  test.each(cases)('%s for %j', async (index, query) => {
    const page = { after: { at: 1, id: 'x' }, limit: 100 }
    const plans = await plansOf(env.DB, (db) =>
      createEventStore(db).list({ organization: 1, ...query }, page),
    )
    expect(plans.join()).toContain(`USING ${index} `)
    const counted = await plansOf(env.DB, (db) => createEventStore(db).count({ organization: 1, ...query }))
    expect(counted.join()).toMatch(/USING (PRIMARY KEY|(COVERING )?INDEX events_)/)
  })
})

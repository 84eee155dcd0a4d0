/** Events, as the native API lists, finds and streams them. */
import { env, exports } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import type { AuditEvent } from '../../../src/core/events/event.ts'
import { eventId } from '../../../src/core/kernel/time/event-id.ts'
import { insertDelivered } from '../../../src/stores/d1/catalogue/events/arrivals.ts'
import { createEventStore } from '../../../src/stores/d1/catalogue/events/events.ts'
import {
  anyone,
  BASE,
  eventually,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
} from '../../support/native-client.ts'
import { plansOf } from '../../support/query-plans.ts'

let acme: Organization
let key: Json
let other: Json
let agent: string
let refused: string
/** All that there is, newest first. */
let all: Json[]

beforeAll(async () => {
  acme = await newOrganization()
  key = await acme.key({ max_uses: 1, name: 'first' })
  other = await acme.key({ name: 'second' })
  const enrolled = await anyone('POST', '/v1/enroll', { code: key.code, claim: newClaim() })
  agent = enrolled.json.agent.id
  const spent = await anyone('POST', '/v1/enroll', { code: key.code, claim: newClaim(), hostname: 'web-2' })
  expect(spent.status).toBe(401)
  refused = spent.json.request_id
  await acme.owner('POST', `/v1/agents/${agent}/revoke`, { and_key: 'keep' })
  await acme.owner('PATCH', `/v1/keys/${other.id}`, { name: 'renamed' })
  // A management call delivers all that its ledger had for D1.
  await acme.owner('PATCH', `/v1/keys/${key.id}`, { max_uses: 2 })
  all = await list('limit=500')
})

async function list(query = ''): Promise<Json[]> {
  const answer = await acme.owner('GET', `/v1/events?${query}`)
  expect([query, answer.status]).toEqual([query, 200])
  return answer.json.items
}

const idsOf = (events: readonly Json[]) => events.map(({ id }) => id).toSorted()

describe('the list of events', () => {
  test('says what happened to what, by whom, through which request', () => {
    const made = all.find(({ type, subject }) => type === 'key.create' && subject.id === key.id)
    expect(made).toMatchObject({
      success: true,
      actor: { kind: 'user', name: 'owner@test.example', api_key_id: acme.username },
      request: { method: 'POST', path: '/v1/keys', id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      subject: { kind: 'key', name: 'first' },
      detail: {},
    })
    const enrolled = all.find(({ type, success }) => type === 'agent.enroll' && success)
    expect(enrolled).toMatchObject({
      actor: { kind: 'agent', id: agent },
      subject: { kind: 'agent', id: agent },
      detail: { key: key.id, use: 1 },
    })
  })

  test('is newest first, and paged: each event once', async () => {
    const times = all.map(({ at }) => at)
    expect(times).toEqual(times.toSorted().toReversed())
    const paged: Json[] = []
    for (let next = ''; ; ) {
      const { json } = await acme.owner('GET', `/v1/events?limit=2${next && `&cursor=${next}`}`)
      expect(json.items.length).toBeLessThanOrEqual(2)
      expect(json.is_end).toBe(json.next_cursor === null)
      paged.push(...json.items)
      if (json.next_cursor === null) break
      next = json.next_cursor
    }
    expect(paged).toEqual(all)
  })

  test('has one event by its id', async () => {
    for (const one of all.slice(0, 3)) {
      expect((await acme.owner('GET', `/v1/events/${one.id}`)).json).toEqual(one)
    }
  })

  test('leads from the request id that a refused machine shows to the reason', async () => {
    const [found, ...more] = await list(`request_id=${refused}`)
    expect(more).toEqual([])
    expect(found).toMatchObject({
      type: 'agent.enroll',
      success: false,
      subject: { kind: 'key', id: key.id },
      detail: { reason: 'key_spent', hostname: 'web-2' },
    })
  })

  type Is = (event: Json) => boolean
  const filters: [string, () => string, Is][] = [
    ['a type', () => 'type=key.create', ({ type }) => type === 'key.create'],
    [
      'types, named again or with commas',
      () => 'type=key.create&type=agent.revoke,key.update',
      ({ type }) => ['key.create', 'agent.revoke', 'key.update'].includes(type),
    ],
    ['the beginning of a type', () => 'type=key.*', ({ type }) => type.startsWith('key.')],
    ['the type of enrollments', () => 'type=agent.enroll', ({ type }) => type === 'agent.enroll'],
    [
      'a key: what happened to it, and what it enrolled',
      () => `key_id=${key.id}`,
      ({ subject, detail }) => subject.id === key.id || detail.key === key.id,
    ],
    [
      'a key and types without enrollments',
      () => `key_id=${other.id}&type=key.*`,
      ({ subject, type }) => subject.id === other.id && type.startsWith('key.'),
    ],
    ['a profile', () => `profile_id=${key.profile_id}`, ({ subject }) => subject.id === key.profile_id],
    ['an agent', () => `agent_id=${agent}`, ({ subject }) => subject.id === agent],
    ['a user', () => `actor=${actorOf('user')}`, ({ actor }) => `user/${actor.id}` === actorOf('user')],
    ['the agent that acted', () => `actor=agent/${agent}`, ({ actor }) => actor.id === agent],
    ['the system', () => 'actor=system', ({ actor }) => actor.kind === 'system'],
    ['refusals', () => 'success=false', ({ success }) => !success],
    ['successes', () => 'success=true', ({ success }) => success],
    [
      'refusals of a key',
      () => `success=false&key_id=${key.id}`,
      (e) => !e.success && e.subject.id === key.id,
    ],
    [
      'a request',
      () => `request_id=${all.at(3)?.request.id}`,
      ({ request }) => request.id === all.at(3)?.request.id,
    ],
    ['a time', () => `since=${all.at(4)?.at}`, ({ at }) => at >= all.at(4)?.at],
    ['an end of time', () => `until=${all.at(4)?.at}`, ({ at }) => at <= all.at(4)?.at],
  ]
  const actorOf = (kind: string) => `${kind}/${all.find(({ actor }) => actor.kind === kind)?.actor.id}`

  test.each(filters)('by %s finds these and no others, in either order', async (_, query, is) => {
    const wanted = idsOf(all.filter(is))
    expect(wanted).not.toEqual([])
    expect(wanted.length).toBeLessThan(all.length)
    expect(idsOf(await list(`limit=500&${query()}`))).toEqual(wanted)
    expect(idsOf(await list(`limit=500&order=arrival&${query()}`))).toEqual(wanted)
  })

  test.each([
    'type=nothing',
    'type=key.create,nothing.*',
    'type=key.create&type=nothing',
    'actor=nobody',
    'actor=user/',
    'actor=agent/1',
    'key_id=1',
    'request_id=1',
    'address=300.0.0.1',
    'since=yesterday',
    'success=maybe',
    'cursor=junk',
    'after=junk',
    'order=arrival&cursor=junk',
    'unknown=1',
    'limit=0',
  ])('refuses %s', async (query) => {
    const answer = await acme.owner('GET', `/v1/events?${query}`)
    expect([answer.status, answer.json.code]).toEqual([422, 'input_invalid'])
  })

  test('says nothing of another organization', async () => {
    const stranger = await newOrganization()
    expect((await stranger.owner('GET', `/v1/events/${all[0]?.id}`)).status).toBe(404)
    expect((await stranger.owner('GET', `/v1/events?request_id=${refused}`)).json.items).toEqual([])
    expect((await stranger.owner('GET', `/v1/events?key_id=${key.id}`)).json.items).toEqual([])
  })

  test('has no code, secret or claim', async () => {
    const { text } = await acme.owner('GET', '/v1/events?limit=500')
    for (const secret of [key.code, other.code, key.code.slice(3)]) expect(text).not.toContain(secret)
  })
})

describe('in the order of arrival', () => {
  test('an event that came late is found by who had read on', async () => {
    const own = await newOrganization()
    const { json: page } = await own.owner('GET', '/v1/events?limit=500')
    const late = made(own.id, Date.now() - 60_000)
    await env.DB.batch(insertDelivered(env.DB, [late]))
    const { json } = await own.owner('GET', `/v1/events?after=${page.follow_cursor}`)
    expect([idsOf(json.items), json.is_end]).toEqual([[late.id], true])
    const { json: rest } = await own.owner('GET', `/v1/events?after=${json.next_cursor}`)
    expect(rest).toMatchObject({ items: [], is_end: true, next_cursor: json.next_cursor })
  })

  test('pages go on where the one before ended, also with a filter', async () => {
    const found: Json[] = []
    for (let after = ''; ; ) {
      const query = `order=arrival&type=key.*&limit=1${after && `&after=${after}`}`
      const { json } = await acme.owner('GET', `/v1/events?${query}`)
      found.push(...json.items)
      after = json.next_cursor
      if (json.is_end) break
    }
    expect(idsOf(found)).toEqual(idsOf(all.filter(({ type }) => type.startsWith('key.'))))
  })
})

describe('by address', () => {
  test('an address or a network finds the requests that came from it', async () => {
    const own = await newOrganization()
    const from = (address: string, at: number) => {
      const event = made(own.id, at)
      return { ...event, cause: { ...event.cause, request: { ...event.cause.request, address } } }
    }
    const [here, near, far, v6] = ['192.0.2.7', '192.0.2.200', '198.51.100.1', '2001:db8::1'].map(
      (address, n) => from(address, Date.now() + n),
    )
    if (!here || !near || !far || !v6) throw new Error('four')
    await env.DB.batch(insertDelivered(env.DB, [here, near, far, v6]))
    for (const order of ['newest', 'arrival']) {
      const ask = async (address: string) =>
        idsOf((await own.owner('GET', `/v1/events?limit=500&order=${order}&address=${address}`)).json.items)
      expect(await ask('192.0.2.7')).toEqual([here.id])
      expect(await ask('192.0.2.0/24')).toEqual([here.id, near.id].toSorted())
      expect(await ask('2001:db8::/32')).toEqual([v6.id])
      expect(await ask('203.0.113.0/24')).toEqual([])
    }
  })
})

test('a page looks at a bounded number of events, and says where to go on', async () => {
  const own = await newOrganization()
  const [first = ''] = idsOf((await own.owner('GET', '/v1/events?type=organization.create')).json.items)
  // Twelve thousand enrollments, which no index of keys has.
  await env.DB.prepare(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
     INSERT INTO events (id, organization_id, at, type, record, is_late)
     SELECT printf('%08x-0000-4000-8000-%012x', i, i), ?1, ?2 + i, 'agent.enroll',
       json_object('isSuccess', json('true'), 'subject', json_object('kind', 'agent', 'id', 'x'), 'detail', json_object()), 0 FROM n`,
  )
    .bind(own.id, Date.now())
    .run()
  const { json: page } = await own.owner('GET', '/v1/events?actor=system')
  expect(page).toMatchObject({ items: [], is_end: false, next_cursor: expect.any(String) })
  const { json: rest } = await own.owner('GET', `/v1/events?actor=system&cursor=${page.next_cursor}`)
  expect(rest.is_end).toBe(true)
  const narrow = await own.owner('GET', '/v1/events?type=organization.*')
  expect(narrow.json).toMatchObject({ items: [{ id: first }], is_end: true })
})

describe('the database', () => {
  const page = { after: null, limit: 50 }
  const about = [{ kind: 'key', id: '1' }]
  test.each([
    ['without a filter', {}, /PRIMARY KEY/],
    ['by type', { types: ['key.create'] }, /INDEX events_by_type/],
    ['by actor', { actor: { kind: 'principal', as: { kind: 'user', id: '1' } } }, /INDEX events_by_actor/],
    ['of refusals', { isSuccess: false }, /INDEX events_failed/],
    ['of a key’s refusals', { isSuccess: false, about }, /INDEX events_by_subject/],
    ['of a key’s changes', { types: ['key.update'], about }, /INDEX events_by_subject/],
    ['of a request that was refused', { isSuccess: false, requestId: 'x' }, /INDEX events_by_request/],
    ['of a request', { requestId: 'x' }, /INDEX events_by_request|PRIMARY KEY/],
    ['of a key', { about }, /PRIMARY KEY/],
    ['of a network', { network: '192.0.2.0/24' }, /PRIMARY KEY/],
  ] as const)('searches %s by an index', async (_, query, index) => {
    const plans = await plansOf(env.DB, (db) =>
      createEventStore(db).search({ organization: 1, ...query }, page),
    )
    expect(plans.length).toBeGreaterThan(0)
    for (const plan of plans) {
      expect(plan).toMatch(index)
      expect(plan).not.toMatch(/SCAN events/)
    }
  })
})

describe('the stream of events', () => {
  test('has what arrives from now on, each with the cursor to go on with', async () => {
    const reader = await open()
    await acme.owner('PATCH', `/v1/keys/${other.id}`, { name: 'streamed' })
    const { id, event } = await reader.event()
    expect(event).toMatchObject({ type: 'key.update', subject: { id: other.id, name: 'streamed' } })
    await reader.close()
    await acme.owner('PATCH', `/v1/keys/${other.id}`, { name: 'missed' })
    const again = await open('', { 'Last-Event-ID': id })
    expect((await again.event()).event).toMatchObject({ subject: { name: 'missed' } })
    await again.close()
  })

  test('begins behind a cursor of the list, and has what a filter lets through', async () => {
    const { json: page } = await acme.owner('GET', '/v1/events?limit=1')
    await acme.owner('PATCH', `/v1/keys/${other.id}`, { name: 'left out' })
    await acme.owner('PATCH', `/v1/keys/${key.id}`, { name: 'let through' })
    const reader = await open(`?after=${page.follow_cursor}&key_id=${key.id}`)
    expect((await reader.event()).event).toMatchObject({ subject: { name: 'let through' } })
    await reader.close()
  })

  test('says first from where it follows, so that a reader who lost it misses nothing', async () => {
    const reader = await open()
    const head = await reader.head()
    await reader.close()
    await acme.owner('PATCH', `/v1/keys/${other.id}`, { name: 'between' })
    const { json } = await acme.owner('GET', `/v1/events?after=${head}`)
    expect(json.items).toMatchObject([{ subject: { name: 'between' } }])
  })

  test('is refused as the list is', async () => {
    const viewer = await acme.as('illumio:workload_manager')
    const accept = { headers: { Accept: 'text/event-stream' } }
    expect((await viewer('GET', '/v1/events', undefined, accept)).status).toBe(403)
    expect((await anyone('GET', '/v1/events', undefined, accept)).status).toBe(401)
    const junk = { headers: { ...accept.headers, 'Last-Event-ID': 'junk' } }
    expect((await acme.owner('GET', '/v1/events', undefined, junk)).status).toBe(422)
  })

  test('of an organization there are at most twenty in an isolate, and others may follow all the same', async () => {
    const own = await newOrganization()
    const readers = await Promise.all(Array.from({ length: 20 }, () => open('', {}, own)))
    const more = await fetchStream('', {}, own)
    expect(more.status).toBe(503)
    expect(more.headers.get('Retry-After')).toBe('30')
    await more.body?.cancel()
    const elsewhere = await open()
    await elsewhere.close()
    await Promise.all(readers.map((reader) => reader.close()))
    const again = await eventually(async () => {
      const response = await fetchStream('', {}, own)
      if (response.status === 200) return response
      await response.body?.cancel()
      return undefined
    })
    await again.body?.cancel()
  })
})

function made(organization: number, at: number): AuditEvent {
  const request = { id: crypto.randomUUID(), method: 'POST', path: '/v1/enroll', address: null }
  return {
    id: eventId(at),
    organization,
    at,
    type: 'agent.enroll',
    isSuccess: true,
    cause: { actor: { kind: 'system' }, request },
    subject: { kind: 'agent', id: crypto.randomUUID(), name: '' },
    detail: {},
  }
}

function fetchStream(query: string, headers: Record<string, string>, organization = acme): Promise<Response> {
  const { authorization } = organization
  return exports.default.fetch(`${BASE}/v1/events${query}`, {
    headers: { Authorization: authorization, Accept: 'text/event-stream', ...headers },
  })
}

/** Reads blocks of a stream as a browser does. */
async function open(query = '', headers: Record<string, string> = {}, organization = acme) {
  const response = await fetchStream(query, headers, organization)
  expect([response.status, response.headers.get('Content-Type')]).toEqual([200, 'text/event-stream'])
  const body = response.body?.getReader()
  if (!body) throw new Error('a stream has a body')
  const decoder = new TextDecoder()
  let text = ''
  const block = async (): Promise<string> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const found = text.slice(0, end)
        text = text.slice(end + 2)
        return found
      }
      const { value, done } = await body.read()
      if (done) throw new Error('the stream ended')
      text += decoder.decode(value, { stream: true })
    }
  }
  const fieldOf = (lines: string, name: string) =>
    lines
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? ''
  const head = fieldOf(await block(), 'id')
  return {
    head: async () => head,
    async event(): Promise<{ readonly id: string; readonly event: Json }> {
      for (;;) {
        const found = await block()
        const data = fieldOf(found, 'data')
        if (data !== '') return { id: fieldOf(found, 'id'), event: JSON.parse(data) }
      }
    },
    close: () => body.cancel(),
  }
}

/** People, programs and their credentials, as the native API manages them. */
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Answer,
  anyone,
  basic,
  type Client,
  clientOf,
  eventually,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
} from '../../support/native-client.ts'
import { newPerson } from '../../support/person.ts'

let acme: Organization
beforeAll(async () => {
  acme = await newOrganization()
})

const must = (answer: Answer, status: number): Json => {
  expect([answer.status, answer.status === status ? '' : answer.text]).toEqual([status, ''])
  return answer.json
}
const refusal = ({ status, json }: Answer) => [status, json?.code]
const emailOf = () => `${crypto.randomUUID()}@test.example`
const clientOfKey = ({ id, secret }: Json) => clientOf(basic(id, secret))
const PASSWORD = 'A-password-of-1-test'

async function makeUser(organization: Organization, roles: object[] = []): Promise<Json> {
  return must(await organization.owner('POST', '/v1/users', { email: emailOf(), roles }), 201)
}

/** Chooses a password, and signs in. */
async function signIn({ email, initial_password: password }: Json): Promise<Client> {
  const chosen = await anyone('POST', '/v1/password', { email, password, new_password: PASSWORD })
  expect(chosen.status).toBe(204)
  const session = await anyone('POST', '/v1/sessions', { email, password: PASSWORD })
  return clientOf(`Bearer ${must(session, 201).token}`)
}

async function makeAccount(roles: object[] = []): Promise<{ account: Json; key: Json; client: Client }> {
  const made = await acme.owner('POST', '/v1/service-accounts', { name: crypto.randomUUID(), roles })
  const account = must(made, 201)
  const key = must(
    await acme.owner('POST', '/v1/api-keys', { name: 'ci', service_account_id: account.id }),
    201,
  )
  return { account, key, client: clientOfKey(key) }
}

const eventTypes = async (query: string) =>
  (must(await acme.owner('GET', `/v1/events?limit=500&${query}`), 200).items as Json[]).map(
    ({ type }) => type,
  )

describe('who one is', () => {
  test('an API key’s owner, their roles and permissions', async () => {
    const me = must(await acme.owner('GET', '/v1/me'), 200)
    expect(me).toMatchObject({
      kind: 'user',
      name: 'owner@test.example',
      organization: { id: acme.id, name: expect.stringMatching(/^org /) },
      credential: { kind: 'api_key', api_key_id: acme.username },
      roles: expect.arrayContaining([{ role: 'illumio:owner', label_ids: [], profile_ids: [] }]),
    })
    expect(me.permissions).toContainEqual({ permission: 'access.write', everywhere: true })
  })

  test('a signed-in person, and a program', async () => {
    const { person } = await newPerson()
    expect(must(await person('GET', '/v1/me'), 200)).toMatchObject({
      kind: 'user',
      credential: { kind: 'session', api_key_id: null },
    })
    const { client, account } = await makeAccount()
    expect(must(await client('GET', '/v1/me'), 200)).toMatchObject({
      ...{ kind: 'service_account', id: account.id, full_name: null, permissions: [], roles: [] },
    })
  })

  test('is asked with a credential', async () => {
    for (const path of ['/v1/me', '/v1/roles', '/v1/sessions', '/v1/api-keys']) {
      expect(refusal(await anyone('GET', path))).toEqual([401, 'unauthorized'])
    }
  })

  test('which roles there are, with the permissions that they have', async () => {
    const { items } = must(await acme.owner('GET', '/v1/roles'), 200)
    expect(items).toContainEqual({ role: 'native:minter', permissions: ['keys.mint'], scope: 'profiles' })
    const named = (role: string) => items.find((one: Json) => one.role === role)
    expect(named('illumio:owner')).toMatchObject({ scope: null })
    expect(named('illumio:workload_manager')).toMatchObject({ scope: 'labels' })
  })
})

describe('one’s own API keys', () => {
  test('are made with a secret that is shown once, listed, changed and deleted', async () => {
    const made = must(await acme.owner('POST', '/v1/api-keys', { name: 'mine', description: 'to try' }), 201)
    expect(made).toMatchObject({
      ...{ name: 'mine', description: 'to try', enabled: true, state: 'active', expires_at: null },
      ...{ last_used_at: null, owner: { kind: 'user', name: 'owner@test.example' } },
      secret: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect((await clientOfKey(made)('GET', '/v1/keys')).status).toBe(200)
    const path = `/v1/api-keys/${made.id}`
    const { secret, ...shown } = made
    const read = await acme.owner('GET', path)
    expect({ ...must(read, 200), last_used_at: null }).toEqual(shown)
    expect(read.text).not.toContain(secret)
    const listed = await acme.owner('GET', '/v1/api-keys?limit=500')
    expect(must(listed, 200).items.map(({ id }: Json) => id)).toContain(made.id)
    expect(listed.text).not.toContain(secret)
    expect(must(await acme.owner('PATCH', path, { name: 'renamed' }), 200).name).toBe('renamed')
    expect((await acme.owner('DELETE', path)).status).toBe(204)
    expect(refusal(await acme.owner('GET', path))).toEqual([404, 'not_found'])
    expect((await clientOfKey(made)('GET', '/v1/keys')).status).toBe(401)
    for (const type of ['api_key.create', 'api_key.update', 'api_key.delete'] as const) {
      const about = (await acme.events(type)).filter(({ subject }) => `api_${subject.id}` === made.id)
      expect([type, about.length]).toEqual([type, 1])
      expect(JSON.stringify(about)).not.toContain(secret)
    }
  })

  test('say when they were used last, to the minute', async () => {
    const made = must(await acme.owner('POST', '/v1/api-keys', { name: 'used' }), 201)
    expect((await clientOfKey(made)('GET', '/v1/me')).status).toBe(200)
    const used = await eventually(async () => {
      const { json } = await acme.owner('GET', `/v1/api-keys/${made.id}`)
      return json.last_used_at ?? undefined
    })
    expect(Date.parse(used)).toBeGreaterThanOrEqual(Date.parse(made.created_at))
  })

  test('that are disabled are refused until they are enabled, and leave an event of it', async () => {
    const made = must(await acme.owner('POST', '/v1/api-keys', { name: 'switched' }), 201)
    const path = `/v1/api-keys/${made.id}`
    const client = clientOfKey(made)
    expect(must(await acme.owner('PATCH', path, { enabled: false }), 200)).toMatchObject({
      ...{ enabled: false, state: 'disabled' },
    })
    expect((await client('GET', '/v1/keys')).status).toBe(401)
    const [refused] = await eventually(async () => {
      const found = (await acme.events('api_key.refuse')).filter(
        ({ subject }) => `api_${subject.id}` === made.id,
      )
      return found.length > 0 ? found : undefined
    })
    expect(refused?.detail).toMatchObject({ reason: 'disabled' })
    expect(must(await acme.owner('PATCH', path, { enabled: true }), 200).state).toBe('active')
    expect((await client('GET', '/v1/keys')).status).toBe(200)
  })

  test('that expire end at that time, and a time that has passed ends one now', async () => {
    const made = must(
      await acme.owner('POST', '/v1/api-keys', { name: 'short', lifetime_seconds: 3600 }),
      201,
    )
    expect(Date.parse(made.expires_at) - Date.parse(made.created_at)).toBeLessThan(3_700_000)
    const past = { expires_at: new Date(Date.now() - 1_000).toISOString() }
    expect(must(await acme.owner('PATCH', `/v1/api-keys/${made.id}`, past), 200).state).toBe('expired')
    expect((await clientOfKey(made)('GET', '/v1/keys')).status).toBe(401)
    expect(refusal(await acme.owner('POST', '/v1/api-keys', { name: 'dead', ...past }))).toEqual([
      ...[422, 'input_invalid'],
    ])
  })

  test('do not make keys that outlive them, nor live longer by themselves', async () => {
    const made = must(await acme.owner('POST', '/v1/api-keys', { name: 'hour', lifetime_seconds: 3600 }), 201)
    const client = clientOfKey(made)
    const longer = { expires_at: new Date(Date.now() + 7_200_000).toISOString() }
    for (const body of [{ name: 'never' }, { name: 'longer', ...longer }]) {
      expect(refusal(await client('POST', '/v1/api-keys', body))).toEqual([422, 'input_invalid'])
    }
    for (const body of [longer, { expires_at: null }]) {
      const answer = await client('PATCH', `/v1/api-keys/${made.id}`, body)
      expect(refusal(answer)).toEqual([422, 'input_invalid'])
      expect(answer.json.errors[0].pointer).toBe('/expires_at')
    }
    must(await client('POST', '/v1/api-keys', { name: 'shorter', lifetime_seconds: 60 }), 201)
  })

  test.each([
    [{}],
    [{ name: '' }],
    [{ name: 'x', expires_at: '2040-01-01T00:00:00Z', lifetime_seconds: 5 }],
    [{ name: 'x', lifetime_seconds: 0 }],
    [{ name: 'x', unknown: 1 }],
    [{ name: 'x', service_account_id: 'x' }],
  ])('refuse %o', async (body) => {
    expect(refusal(await acme.owner('POST', '/v1/api-keys', body))).toEqual([422, 'input_invalid'])
  })

  test('are paged, the oldest first', async () => {
    const person = await signIn(await makeUser(acme))
    const made: string[] = []
    for (const name of ['a', 'b', 'c'])
      made.push(must(await person('POST', '/v1/api-keys', { name }), 201).id)
    const paged: string[] = []
    for (let next = ''; ; ) {
      const { items, next_cursor } = must(
        await person('GET', `/v1/api-keys?limit=2${next && `&cursor=${next}`}`),
        200,
      )
      paged.push(...items.map(({ id }: Json) => id))
      if (next_cursor === null) break
      next = next_cursor
    }
    expect(paged.toSorted()).toEqual(made.toSorted())
    expect(refusal(await person('GET', '/v1/api-keys?cursor=junk'))).toEqual([422, 'input_invalid'])
  })
})

describe('API keys of others', () => {
  test('are seen and changed with the permissions for it only', async () => {
    const { key, account, client } = await makeAccount([{ role: 'illumio:read_only' }])
    const path = `/v1/api-keys/${key.id}`
    expect(must(await acme.owner('GET', path), 200).owner).toEqual({
      ...{ kind: 'service_account', id: account.id, name: account.name },
    })
    const all = must(await acme.owner('GET', '/v1/api-keys?owner=all&limit=500'), 200).items
    expect(all.map(({ id }: Json) => id)).toEqual(expect.arrayContaining([key.id, acme.username]))
    const its = must(await acme.owner('GET', `/v1/api-keys?service_account_id=${account.id}`), 200).items
    expect(its.map(({ id }: Json) => id)).toEqual([key.id])

    const person = await signIn(await makeUser(acme, [{ role: 'illumio:workload_manager' }]))
    for (const [method, body] of [['GET'], ['PATCH', { name: 'x' }], ['DELETE']] as const) {
      expect(refusal(await person(method, path, body))).toEqual([404, 'not_found'])
      // A program has no keys of its own to manage.
      expect(refusal(await client(method, path, body))).toEqual([403, 'permission_missing'])
    }
    for (const who of [person, client]) {
      expect(refusal(await who('GET', '/v1/api-keys?owner=all'))).toEqual([403, 'permission_missing'])
      const body = { name: 'x', service_account_id: account.id }
      expect(refusal(await who('POST', '/v1/api-keys', body))).toEqual([403, 'permission_missing'])
    }
    const stranger = await newOrganization()
    expect(refusal(await stranger.owner('GET', path))).toEqual([404, 'not_found'])
    expect(refusal(await stranger.owner('DELETE', path))).toEqual([404, 'not_found'])
    expect((await client('GET', '/v1/keys')).status).toBe(200)
    expect((await acme.owner('DELETE', path)).status).toBe(204)
    expect((await client('GET', '/v1/keys')).status).toBe(401)
  })
})

describe('service accounts', () => {
  test('are made, listed, changed, disabled, enabled and deleted', async () => {
    const { account, client } = await makeAccount([{ role: 'illumio:read_only' }])
    const path = `/v1/service-accounts/${account.id}`
    expect(must(await acme.owner('GET', path), 200)).toEqual(account)
    const { items } = must(await acme.owner('GET', '/v1/service-accounts?limit=500'), 200)
    expect(items).toContainEqual(account)
    const roles = [{ role: 'illumio:workload_manager' }]
    expect(must(await acme.owner('PATCH', path, { name: account.name, roles }), 200).roles).toMatchObject(
      roles,
    )
    must(await client('POST', '/v1/profiles', { name: 'of a program' }), 201)
    expect(must(await acme.owner('PATCH', path, { enabled: false }), 200).enabled).toBe(false)
    expect((await client('GET', '/v1/keys')).status).toBe(401)
    expect(must(await acme.owner('PATCH', path, { enabled: true }), 200).enabled).toBe(true)
    expect((await client('GET', '/v1/keys')).status).toBe(200)
    expect((await acme.owner('DELETE', path)).status).toBe(204)
    expect((await client('GET', '/v1/keys')).status).toBe(401)
    expect(refusal(await acme.owner('GET', path))).toEqual([404, 'not_found'])
    const types = await eventTypes('type=principal.*')
    expect(types).toEqual(
      expect.arrayContaining(['principal.create', 'principal.update', 'principal.delete']),
    )
  })

  test('have a name that no other has, and roles that there are', async () => {
    const { account } = await makeAccount()
    const post = async (body: object) => refusal(await acme.owner('POST', '/v1/service-accounts', body))
    expect(await post({ name: account.name })).toEqual([409, 'name_taken'])
    expect(await post({ name: 'x', roles: [{ role: 'native:king' }] })).toEqual([422, 'reference_unknown'])
    expect(await post({ name: 'x', roles: [{ role: 'illumio:owner', label_ids: ['1'] }] })).toEqual([
      ...[422, 'input_invalid'],
    ])
    const profile_ids = [await acme.profile()]
    expect(await post({ name: 'x', roles: [{ role: 'illumio:workload_manager', profile_ids }] })).toEqual([
      ...[422, 'input_invalid'],
    ])
    expect(
      await post({ name: 'x', roles: [{ role: 'illumio:workload_manager', label_ids: ['999999'] }] }),
    ).toEqual([422, 'reference_unknown'])
    const foreign = await (await newOrganization()).profile()
    expect(await post({ name: 'x', roles: [{ role: 'native:minter', profile_ids: [foreign] }] })).toEqual([
      ...[422, 'reference_unknown'],
    ])
  })
})

describe('a program that may only mint', () => {
  test('makes keys of the profiles that it is for, and does nothing else', async () => {
    const [first, second, third] = [await acme.profile(), await acme.profile(), await acme.profile()]
    const roles = [{ role: 'native:minter', profile_ids: [first, second] }]
    const { client, account } = await makeAccount(roles)
    expect(account.roles).toEqual([{ role: 'native:minter', label_ids: [], profile_ids: [first, second] }])
    const minted: Json[] = []
    for (const profile_id of [first, second]) {
      minted.push(must(await client('POST', '/v1/keys', { profile_id, max_uses: 1 }), 201))
    }
    const { code, id } = minted[0]
    expect((await anyone('POST', '/v1/enroll', { code, claim: newClaim() })).status).toBe(201)
    const before = await acme.events('key.create')
    expect(refusal(await client('POST', '/v1/keys', { profile_id: third }))).toEqual([
      403,
      'permission_missing',
    ])
    for (const [method, path, body] of [
      ['GET', '/v1/profiles'],
      ['GET', `/v1/profiles/${first}`],
      ['PATCH', `/v1/profiles/${first}`, { name: 'x' }],
      ['GET', '/v1/keys'],
      ['GET', `/v1/keys/${id}`],
      ['PATCH', `/v1/keys/${id}`, { max_uses: 9 }],
      ['POST', `/v1/keys/${id}/revoke`],
      ['POST', `/v1/keys/${id}/explain`, {}],
      ['GET', '/v1/agents'],
      ['GET', '/v1/events'],
      ['GET', '/v1/users'],
      ['POST', '/v1/profiles', { name: 'x' }],
      ['POST', '/v1/users', { email: emailOf() }],
    ] as const) {
      expect([method, path, ...refusal(await client(method, path, body))]).toEqual([
        ...[method, path, 403, 'permission_missing'],
      ])
    }
    expect(await acme.events('key.create')).toHaveLength(before.length)
    expect(must(await client('GET', '/v1/me'), 200).permissions).toEqual([
      { permission: 'keys.mint', everywhere: false },
    ])
  })

  test('of no profile in particular mints for each', async () => {
    const { client } = await makeAccount([{ role: 'native:minter' }])
    must(await client('POST', '/v1/keys', { profile_id: await acme.profile() }), 201)
  })
})

describe('users', () => {
  test('are made with an initial password, which is good for choosing another and for nothing else', async () => {
    const user = await makeUser(acme, [{ role: 'illumio:read_only' }])
    const { email, initial_password: password } = user
    expect(user).toMatchObject({ enabled: true, password: 'initial', roles: [{ role: 'illumio:read_only' }] })
    expect((await anyone('POST', '/v1/sessions', { email, password })).status).toBe(401)
    const weak = await anyone('POST', '/v1/password', { email, password, new_password: 'short' })
    expect(refusal(weak)).toEqual([422, 'password_weak'])
    const wrong = await anyone('POST', '/v1/password', { email, password: 'x', new_password: PASSWORD })
    expect(refusal(wrong)).toEqual([401, 'unauthorized'])
    const person = await signIn(user)
    expect((await person('GET', '/v1/events')).status).toBe(200)
    const read = await acme.owner('GET', `/v1/users/${user.id}`)
    expect(must(read, 200)).toMatchObject({ password: 'own', signed_in_at: expect.any(String) })
    for (const secret of [password, PASSWORD]) {
      expect(read.text).not.toContain(secret)
      expect((await acme.owner('GET', '/v1/users?limit=500')).text).not.toContain(secret)
      expect((await acme.owner('GET', '/v1/events?limit=500')).text).not.toContain(secret)
    }
    const acted = must(await acme.owner('GET', `/v1/events?actor=${user.actor}`), 200).items
    expect(acted.map(({ type }: Json) => type)).toContain('user.sign_in')
  })

  test('are found by a part of their address, and counted', async () => {
    const mark = crypto.randomUUID()
    const emails = [`B-${mark}@test.example`, `a-${mark}@test.example`]
    for (const email of emails) must(await acme.owner('POST', '/v1/users', { email }), 201)
    const ask = async (query: string) => must(await acme.owner('GET', `/v1/users?${query}`), 200)
    const found = await ask(`q=${mark.toUpperCase()}&total=true&limit=1`)
    expect([found.items.map(({ email }: Json) => email), found.total]).toEqual([[emails[0]], 2])
    const rest = await ask(`q=${mark}&limit=1&cursor=${found.next_cursor}`)
    expect(rest.items.map(({ email }: Json) => email)).toEqual([emails[1]])
    expect(rest).not.toHaveProperty('total')
    expect(await ask(`q=b-${mark}&total=true`)).toMatchObject({ total: 1, next_cursor: null })
    expect((await acme.owner('GET', '/v1/users?total=2')).status).toBe(422)
  })

  test('get roles, within labels too, and keep what is not named', async () => {
    const user = await makeUser(acme)
    const person = await signIn(user)
    const path = `/v1/users/${user.id}`
    expect((await person('GET', '/v1/keys')).status).toBe(403)
    const roles = [{ role: 'illumio:read_only' }]
    expect(must(await acme.owner('PATCH', path, { roles }), 200).roles).toMatchObject(roles)
    expect((await person('GET', '/v1/keys')).status).toBe(200)
    expect(must(await acme.owner('PATCH', path, { enabled: true }), 200).roles).toMatchObject(roles)
    const label = await acme.owner('POST', `/api/v2/orgs/${acme.id}/labels`, {
      ...{ key: 'app', value: crypto.randomUUID() },
    })
    const id = must(label, 201).href.split('/').at(-1)
    const scoped = [{ role: 'illumio:workload_manager', label_ids: [id] }]
    expect(must(await acme.owner('PATCH', path, { roles: scoped }), 200).roles).toMatchObject(scoped)
    expect(must(await person('GET', '/v1/me'), 200).permissions).toContainEqual({
      ...{ permission: 'keys.write', everywhere: false },
    })
  })

  test('that are disabled neither sign in nor use a session or a key, until they are enabled', async () => {
    const user = await makeUser(acme, [{ role: 'illumio:read_only' }])
    const person = await signIn(user)
    const program = clientOfKey(must(await person('POST', '/v1/api-keys', { name: 'mine' }), 201))
    const path = `/v1/users/${user.id}`
    expect(must(await acme.owner('PATCH', path, { enabled: false }), 200).enabled).toBe(false)
    const login = { email: user.email, password: PASSWORD }
    expect((await person('GET', '/v1/keys')).status).toBe(401)
    expect((await program('GET', '/v1/keys')).status).toBe(401)
    expect((await anyone('POST', '/v1/sessions', login)).status).toBe(401)
    must(await acme.owner('PATCH', path, { enabled: true }), 200)
    expect((await person('GET', '/v1/keys')).status).toBe(200)
    expect((await program('GET', '/v1/keys')).status).toBe(200)
    expect((await anyone('POST', '/v1/sessions', login)).status).toBe(201)
  })

  test('whose password is reset lose it and their sessions, and choose another', async () => {
    const user = await makeUser(acme)
    const person = await signIn(user)
    const reset = must(await acme.owner('POST', `/v1/users/${user.id}/reset-password`), 200)
    expect(reset).toMatchObject({ id: user.id, password: 'initial', initial_password: expect.any(String) })
    expect((await person('GET', '/v1/me')).status).toBe(401)
    const login = { email: user.email, password: PASSWORD }
    expect((await anyone('POST', '/v1/sessions', login)).status).toBe(401)
    await signIn(reset)
    expect(await eventTypes('type=user.*')).toContain('user.reset_password')
  })

  test('are deleted with their keys, and one who is in another organization is not there', async () => {
    const user = await makeUser(acme)
    const person = await signIn(user)
    const program = clientOfKey(must(await person('POST', '/v1/api-keys', { name: 'mine' }), 201))
    const stranger = await newOrganization()
    for (const [method, path, body] of [
      ['GET', ''],
      ['PATCH', '', { enabled: false }],
      ['POST', '/reset-password'],
      ['DELETE', ''],
    ] as const) {
      const answer = await stranger.owner(method, `/v1/users/${user.id}${path}`, body)
      expect([method, ...refusal(answer)]).toEqual([method, 404, 'not_found'])
    }
    expect((await acme.owner('DELETE', `/v1/users/${user.id}`)).status).toBe(204)
    expect((await person('GET', '/v1/me')).status).toBe(401)
    expect((await program('GET', '/v1/me')).status).toBe(401)
    expect(refusal(await acme.owner('GET', `/v1/users/${user.id}`))).toEqual([404, 'not_found'])
  })

  test('of one organization have an address each', async () => {
    const { email } = await makeUser(acme)
    expect(refusal(await acme.owner('POST', '/v1/users', { email }))).toEqual([409, 'name_taken'])
    expect(refusal(await acme.owner('POST', '/v1/users', { email: 'nobody' }))).toEqual([
      422,
      'input_invalid',
    ])
    const roles = [{ role: 'illumio:read_only' }, { role: 'illumio:nothing' }]
    const refused = await acme.owner('POST', '/v1/users', { email: emailOf(), roles })
    expect(refusal(refused)).toEqual([422, 'reference_unknown'])
  })

  test('the last owner who can sign in is not deleted, disabled, or made something else', async () => {
    const own = await newOrganization()
    const [{ id }] = must(await own.owner('GET', '/v1/users'), 200).items
    const path = `/v1/users/${id}`
    const tries: [string, object | undefined][] = [
      ['DELETE', undefined],
      ['PATCH', { enabled: false }],
      ['PATCH', { roles: [] }],
    ]
    for (const [method, body] of tries) {
      expect([method, body, ...refusal(await own.owner(method, path, body))]).toEqual([
        ...[method, body, 409, 'last_owner'],
      ])
    }
    expect((await own.owner('GET', '/v1/me')).status).toBe(200)
    const second = await makeUser(own, [{ role: 'illumio:owner' }])
    await signIn(second)
    expect((await own.owner('PATCH', path, { roles: [] })).status).toBe(200)
  })
})

describe('one’s own sessions', () => {
  test('are listed and ended one by one, and only one’s own', async () => {
    const user = await makeUser(acme)
    const person = await signIn(user)
    const login = { email: user.email, password: PASSWORD }
    const { token } = must(await anyone('POST', '/v1/sessions', login), 201)
    const other = clientOf(`Bearer ${token}`)
    const listed = await person('GET', '/v1/sessions')
    const { items } = must(listed, 200)
    expect(items.map(({ kind, current }: Json) => [kind, current]).toSorted()).toEqual([
      ['native:session', false],
      ['native:session', true],
    ])
    expect(listed.text).not.toContain(token.slice(4))
    const { id } = items.find(({ current }: Json) => !current)
    expect(refusal(await acme.owner('DELETE', `/v1/sessions/${id}`))).toEqual([404, 'not_found'])
    expect((await person('DELETE', `/v1/sessions/${id}`)).status).toBe(204)
    expect((await other('GET', '/v1/me')).status).toBe(401)
    expect(refusal(await person('DELETE', `/v1/sessions/${id}`))).toEqual([404, 'not_found'])
    expect(refusal(await person('DELETE', '/v1/sessions/junk'))).toEqual([404, 'not_found'])
    expect((await person('DELETE', '/v1/sessions/current')).status).toBe(204)
    expect((await person('GET', '/v1/me')).status).toBe(401)
    const { client } = await makeAccount()
    expect(refusal(await client('GET', '/v1/sessions'))).toEqual([403, 'permission_missing'])
  })
})

test('no table has a secret in the clear', async () => {
  const user = await makeUser(acme)
  const key = must(await acme.owner('POST', '/v1/api-keys', { name: 'secret' }), 201)
  for (const table of ['users', 'principals', 'api_keys', 'events', 'grants', 'sessions']) {
    const { results } = await env.DB.prepare(`SELECT * FROM ${table}`).all()
    const text = JSON.stringify(results)
    for (const secret of [user.initial_password, key.secret]) expect(text).not.toContain(secret)
  }
})

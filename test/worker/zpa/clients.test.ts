/** What the vendor's clients, and tools around them, send, and what they make of the answers. */
import { exports } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { anyone, BASE, eventually, type Json } from '../../support/native-client.ts'
import {
  type Customer,
  certificateNamed,
  enroll,
  fingerprint,
  GROUP,
  KEYS,
  keyPair,
  must,
  newCustomer,
  newGroup,
  newKey,
  postForm,
  requestOf,
  signIn,
} from '../../support/zpa.ts'

const customer = await newCustomer()
const { ask } = customer

const TOKEN = '/oauth2/v1/token'

/** The list of a collection, as soon as it has that length. */
async function searched(of: Customer, collection: string, search: string, count: number): Promise<Json[]> {
  return eventually(async () => {
    const path = `${collection}?pagesize=500&search=${encodeURIComponent(search)}`
    const { list } = must(await of.ask('GET', path), 200)
    return list.length >= count ? list : undefined
  })
}

async function namesFound(of: Customer, collection: string, search: string): Promise<string[]> {
  const { list } = must(
    await of.ask('GET', `${collection}?pagesize=500&search=${encodeURIComponent(search)}`),
    200,
  )
  return list.map((one: Json) => one.name)
}

describe('connectors and service edges', async () => {
  const mine = await newCustomer()
  const group = await newGroup(mine, {
    name: 'Lab',
    location: 'Bern, CH',
    latitude: '46.95',
    longitude: '7.44',
  })
  const key = await newKey(mine, { name: 'dbgkey', maxUsage: 9, zcomponentId: group.id })
  const other = await newKey(mine, { name: 'other', maxUsage: 9 })
  for (const of of [key, key, other]) must(await enroll(of.provisioningKey), 201)
  await searched(mine, 'connector', 'name LIKE -', 3)

  test('free text finds them by a part of their name, the exact one first', async () => {
    expect(await namesFound(mine, 'connector', 'dbgkey')).toEqual(['dbgkey-1', 'dbgkey-2'])
    expect(await namesFound(mine, 'connector', 'BGKEY-2')).toEqual(['dbgkey-2'])
    expect(await namesFound(mine, 'connector', '-1')).toEqual(['dbgkey-1', 'other-1'])
    expect(await namesFound(mine, 'connector', 'absent')).toEqual([])
    const edges = await newCustomer()
    const edgeGroup = await newGroup(edges, { name: 'edges' }, 'serviceEdgeGroup')
    const { id: enrollmentCertId } = await certificateNamed(edges, 'Service Edge')
    const body = { name: 'edgekey', maxUsage: 1, enrollmentCertId, zcomponentId: edgeGroup.id }
    const made = must(await edges.ask('POST', KEYS.replace('CONNECTOR', 'SERVICE_EDGE'), body), 201)
    must(await enroll(made.provisioningKey), 201)
    expect((await searched(edges, 'serviceEdge', 'edgeke', 1)).map(({ name }) => name)).toEqual(['edgekey-1'])
  })

  test('a search by what only a running connection has finds nothing, whatever it asks', async () => {
    for (const search of [
      'controlChannelStatus EQ ZPN_STATUS_DISCONNECTED AND lastBrokerDisconnectTimeDuration GT 15d',
      'controlChannelStatus NE ZPN_STATUS_AUTHENTICATED',
      'upgradeStatus EQ COMPLETE',
      'lastBrokerConnectTime LT 1700000000',
      'runtimeOS LIKE linux',
    ]) {
      expect([search, await namesFound(mine, 'connector', search)]).toEqual([search, []])
    }
  })

  test('a search by what they show from their group, key and certificate compares it', async () => {
    const lab = ['dbgkey-1', 'dbgkey-2']
    expect(await namesFound(mine, 'connector', 'location LIKE bern')).toEqual(lab)
    expect(await namesFound(mine, 'connector', 'latitude EQ 46.950 AND longitude GT 7')).toEqual(lab)
    expect(await namesFound(mine, 'connector', 'longitude LT 7')).toEqual(['other-1'])
    expect(await namesFound(mine, 'connector', 'latitude GT 5 AND latitude LT 40')).toEqual(['other-1'])
    expect(await namesFound(mine, 'connector', 'enrollmentCertName EQ connector')).toHaveLength(3)
    expect(await namesFound(mine, 'connector', 'enrollmentCertName EQ Root')).toEqual([])
    expect(await namesFound(mine, 'connector', 'upgradeAttempt EQ 0')).toHaveLength(3)
    expect(await namesFound(mine, 'connector', 'upgradeAttempt GT 0')).toEqual([])
    expect(await namesFound(mine, 'connector', 'enabled EQ true')).toHaveLength(3)
    expect(await namesFound(mine, 'connector', 'enabled NE true')).toEqual([])
    must(await mine.ask('GET', 'connector?search=nonsense%20EQ%201'), 400)
  })

  test('bulkDelete answers 200 with an empty body, as pyzscaler needs it', async () => {
    const made = must(await enroll(other.provisioningKey), 201)
    const answer = await mine.ask('POST', 'connector/bulkDelete', { ids: [made.id] })
    expect([answer.status, answer.text, answer.headers.get('Content-Type')]).toEqual([200, '', null])
    must(await mine.ask('GET', `connector/${made.id}`), 404)
  })

  test('a disabled one neither renews nor enrolls again until it is enabled', async () => {
    const keys = await keyPair()
    const csr = await requestOf(keys)
    const claim = await fingerprint()
    const again = () => enroll(other.provisioningKey, { fingerprint: claim, csr })
    const made = must(await again(), 201)
    const renew = () => anyone('POST', '/enroll/renew', { certificate: made.certificate, csr })
    must(await renew(), 200)
    must(await mine.ask('PUT', `connector/${made.id}`, { enabled: false }), 204)
    must(await renew(), 401)
    must(await again(), 401)
    const without = await enroll(other.provisioningKey, { fingerprint: claim })
    must(without, 401)
    expect(must(await mine.ask('GET', `connector/${made.id}`), 200).enabled).toBe(false)
    must(await mine.ask('PUT', `connector/${made.id}`, { enabled: 'true' }), 204)
    must(await renew(), 200)
    must(await again(), 200)
  })
})

describe('fixed lists', () => {
  test('version profiles are searched and paged: a client that pages until a page is empty ends', async () => {
    const profiles = async (query: string) => must(await ask('GET', `visible/versionProfiles${query}`), 200)
    const names = async (query: string) => (await profiles(query)).list.map((one: Json) => one.name)
    expect(await names('?search=name%2BEQ%2BNew%20Release')).toEqual(['New Release'])
    expect(await names('?search=default')).toEqual(['Default', 'Previous Default'])
    expect(await names('?search=id%20EQ%201')).toEqual(['Previous Default'])
    expect(await names('?search=name%20EQ%20absent')).toEqual([])
    expect(await names('?sortBy=name&sortdir=DESC')).toEqual(['Previous Default', 'New Release', 'Default'])
    expect(await profiles('?page=2&pagesize=2')).toMatchObject({
      totalPages: '2',
      totalCount: '3',
      list: [{ name: 'New Release' }],
    })
    expect((await profiles('?page=3&pagesize=2')).list).toEqual([])
    must(await ask('GET', 'visible/versionProfiles?search=nonsense%20EQ%201'), 400)
  })

  test('the roles that API keys may have are listed, searched and read', async () => {
    const { list } = must(await ask('GET', 'roles'), 200)
    for (const { id, name } of list) {
      const made = must(await ask('POST', 'apiKeys', { name: `of role ${id}`, roleId: id }), 201)
      expect(made.roleId).toBe(id)
      expect(must(await ask('GET', `roles/${id}`), 200).name).toBe(name)
    }
    expect(list.map((one: Json) => one.id)).toEqual(['1', '2'])
    expect(await namesFound(customer, 'roles', 'name LIKE read only')).toEqual([list[1].name])
    must(await ask('GET', 'roles/3'), 404)
    must(await ask('POST', 'apiKeys', { name: 'x', roleId: '3' }), 400)
  })
})

test('every answer has the request’s id in x-transaction-id', async () => {
  const key = await newKey(customer)
  const answers = [
    await ask('GET', KEYS),
    await ask('PUT', `${KEYS}/${key.id}`, { maxUsage: 3 }),
    await ask('GET', `${KEYS}/16000000`),
    await ask('DELETE', `${KEYS}/${key.id}`),
    await ask('PATCH', KEYS, {}),
    await ask('GET', 'nothing/here'),
    await enroll(key.provisioningKey),
    await anyone('POST', '/signin'),
  ]
  for (const { headers } of answers) {
    expect(headers.get('x-transaction-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers.get('x-transaction-id')).toBe(headers.get('x-request-id'))
  }
})

test('another microtenant’s key, group and component are not found, and stay', async () => {
  const mine = await newCustomer()
  const group = await newGroup(mine, { microtenantId: '7' })
  const key = await newKey(mine, { microtenantId: '7', zcomponentId: group.id })
  const { id } = must(await enroll(key.provisioningKey), 201)
  const paths = [`${KEYS}/${key.id}`, `appConnectorGroup/${group.id}`, `connector/${id}`]
  for (const path of paths) {
    for (const foreign of ['8', '0', 'x']) {
      must(await mine.ask('GET', `${path}?microtenantId=${foreign}`), 404)
      must(await mine.ask('PUT', `${path}?microtenantId=${foreign}`, { name: 'taken' }), 404)
      must(await mine.ask('DELETE', `${path}?microtenantId=${foreign}`), 404)
    }
    for (const own of ['', '?microtenantId=7', '?microtenantId=null', '?microtenantId=']) {
      expect(must(await mine.ask('GET', path + own), 200).name).not.toBe('taken')
    }
  }
  must(await mine.ask('POST', 'connector/bulkDelete?microtenantId=8', { ids: [id] }), 400)
  const ofGroup = `associationType/CONNECTOR_GRP/zcomponent/${group.id}/provisioningKey`
  expect(must(await mine.ask('GET', `${ofGroup}?microtenantId=8`), 200)).toEqual([])
  expect(must(await mine.ask('GET', `${ofGroup}?microtenantId=7`), 200)).toHaveLength(1)
  const [ofKey, ofGroup7, ofComponent] = paths
  for (const path of [ofComponent, ofKey, ofGroup7]) {
    must(await mine.ask('DELETE', `${path}?microtenantId=7`), 204)
  }
})

describe('what was set is taken back', () => {
  test('an expiry of 0 or null is none, in a POST and in a PUT', async () => {
    const inAnHour = String(Math.floor(Date.now() / 1_000) + 3_600)
    for (const never of [0, '0', null]) {
      const made = await newKey(customer, { expirationInEpochSec: never })
      expect(made).not.toHaveProperty('expirationInEpochSec')
      must(await ask('PUT', `${KEYS}/${made.id}`, { expirationInEpochSec: inAnHour }), 204)
      const read = async () => must(await ask('GET', `${KEYS}/${made.id}`), 200)
      expect((await read()).expirationInEpochSec).toBe(inAnHour)
      must(await ask('PUT', `${KEYS}/${made.id}`, { name: `kept ${never} ${made.id}` }), 204)
      expect((await read()).expirationInEpochSec).toBe(inAnHour)
      must(await ask('PUT', `${KEYS}/${made.id}`, { expirationInEpochSec: never }), 204)
      expect(await read()).not.toHaveProperty('expirationInEpochSec')
      must(await enroll(made.provisioningKey), 201)
    }
  })

  test('a blank description or uiConfig empties it; null and absence keep it', async () => {
    const key = await newKey(customer, { uiConfig: '{"a":1}' })
    const group = await newGroup(customer, { description: 'about' })
    const component = must(await enroll(key.provisioningKey), 201)
    must(await ask('PUT', `connector/${component.id}`, { description: 'about' }), 204)
    const certificate = must(
      await ask('POST', 'enrollmentCert/selfsigned/generate', {
        name: `c ${crypto.randomUUID()}`,
        description: 'about',
      }),
      201,
    )
    for (const [path, member] of [
      [`${KEYS}/${key.id}`, 'uiConfig'],
      [`appConnectorGroup/${group.id}`, 'description'],
      [`connector/${component.id}`, 'description'],
      [`enrollmentCert/${certificate.id}`, 'description'],
    ] as const) {
      must(await ask('PUT', path, { [member]: null }), 204)
      expect(must(await ask('GET', path), 200)).toHaveProperty(member)
      must(await ask('PUT', path, { [member]: '' }), 204)
      expect(must(await ask('GET', path), 200)).not.toHaveProperty(member)
    }
  })
})

test('a name is found as the Go SDK strips it, when nothing has exactly that name', async () => {
  const mine = await newCustomer()
  const group = await newGroup(mine, { name: "O'Brien (lab): #1 & more" })
  const key = await newKey(mine, { name: "Key: (a) & b's #1", zcomponentId: group.id, maxUsage: 2 })
  await newKey(mine, { name: 'Plain', zcomponentId: group.id })
  await newKey(mine, { name: 'Pla(in)', zcomponentId: group.id })
  expect(await namesFound(mine, KEYS, 'name+EQ+Key a  bs 1')).toEqual([key.name])
  expect(await namesFound(mine, KEYS, 'name+EQ+KEY A  BS 1 AND maxUsage EQ 2')).toEqual([key.name])
  expect(await namesFound(mine, KEYS, 'name+EQ+Key a  bs 1 AND maxUsage EQ 3')).toEqual([])
  expect(await namesFound(mine, KEYS, 'name+EQ+Key a  bs')).toEqual([])
  expect(await namesFound(mine, KEYS, 'name+EQ+Plain')).toEqual(['Plain'])
  expect(await namesFound(mine, 'appConnectorGroup', 'name+EQ+OBrien lab 1  more')).toEqual([group.name])
  expect(await namesFound(mine, 'appConnectorGroup', 'name EQ (OBrien lab 1  more)')).toEqual([])
  must(await enroll(key.provisioningKey), 201)
  const stripped = 'name+EQ+Key a  bs 1-1'
  expect((await searched(mine, 'connector', stripped, 1)).map(({ name }) => name)).toEqual([`${key.name}-1`])
})

describe('the token endpoint', () => {
  const { clientId, secret } = customer
  const grant = { grant_type: 'client_credentials' }
  const post = (form: object, authorization?: string) =>
    anyone('POST', TOKEN, undefined, {
      raw: new URLSearchParams({ ...form }).toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      ...(authorization !== undefined && { authorization }),
    })
  const basic = (name: string, password: string) => `Basic ${btoa(`${name}:${password}`)}`

  test('takes the client’s credentials by HTTP Basic, encoded or as they are', async () => {
    for (const [name, password] of [
      [clientId, secret],
      [encodeURIComponent(clientId), encodeURIComponent(secret)],
    ] as const) {
      const { access_token } = must(await post(grant, basic(name, password)), 200)
      const authorization = `Bearer ${access_token}`
      const path = `/mgmtconfig/v1/admin/customers/${customer.id}/${KEYS}`
      must(await anyone('GET', path, undefined, { authorization }), 200)
    }
    must(await post({ ...grant, client_id: clientId }, basic(clientId, secret)), 200)
  })

  test('refuses in the form of RFC 6749', async () => {
    const wrong = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`
    const byBasic = await post(grant, basic(clientId, wrong))
    expect(must(byBasic, 401)).toMatchObject({ error: 'invalid_client' })
    expect(byBasic.headers.get('WWW-Authenticate')).toMatch(/^Basic/)
    const byForm = await post({ ...grant, client_id: clientId, client_secret: wrong })
    expect(must(byForm, 401)).toMatchObject({ error: 'invalid_client' })
    expect(must(await post(grant), 401)).toMatchObject({ error: 'invalid_client' })
    expect(must(await post({ ...grant, client_id: clientId }), 401)).toMatchObject({
      error: 'invalid_client',
    })
    expect(must(await post({ client_id: clientId, client_secret: secret }), 400)).toMatchObject({
      error: 'invalid_request',
    })
    const password = await post({ grant_type: 'password', client_id: clientId, client_secret: secret })
    expect(must(password, 400)).toMatchObject({ error: 'unsupported_grant_type' })
    // Two ways at once (RFC 6749, section 2.3), and two clients.
    const both = await post({ ...grant, client_id: clientId, client_secret: secret }, basic(clientId, secret))
    expect(must(both, 400)).toMatchObject({ error: 'invalid_request' })
    const two = await post({ ...grant, client_id: 'another' }, basic(clientId, secret))
    expect(must(two, 400)).toMatchObject({ error: 'invalid_request' })
    const json = await anyone('POST', TOKEN, { ...grant, client_id: clientId, client_secret: secret })
    expect(must(json, 400)).toMatchObject({ error: 'invalid_request' })
    for (const { json } of [byBasic, byForm, password]) expect(json).not.toHaveProperty('errors')
    // The sign-in of the legacy mode keeps the vendor's form.
    expect(must(await postForm('/signin', { client_id: clientId, client_secret: wrong }), 401)).toEqual({
      id: 'access.denied',
      reason: 'Access denied',
    })
  })
})

describe('a group', () => {
  test('shows its version profile and priority as recorded, in lists and in a GET', async () => {
    const made = await newGroup(customer, { versionProfileId: '2', overrideVersionProfile: true })
    const shown = {
      upgradePriority: 'WEEK',
      versionProfileVisibilityScope: 'ALL',
      version: { version_profile_gid: '2', versionProfileName: 'New Release' },
    }
    // As recorded, the answer to a POST has none of them.
    for (const name of Object.keys(shown)) expect(made).not.toHaveProperty(name)
    expect(must(await ask('GET', `appConnectorGroup/${made.id}`), 200)).toMatchObject(shown)
    const { list } = must(await ask('GET', `appConnectorGroup?search=id%20EQ%20${made.id}`), 200)
    expect(list).toMatchObject([shown])
  })

  test('has a cityCountry of its location and country, unless its maker says one, or none', async () => {
    const place = { location: 'San Jose, CA, USA', countryCode: 'US' }
    expect((await newGroup(customer, place)).cityCountry).toBe('San Jose, US')
    expect((await newGroup(customer, { ...place, cityCountry: 'Alviso, US' })).cityCountry).toBe('Alviso, US')
    // Terraform sends a blank one for none, and would show any other as a difference.
    expect(await newGroup(customer, { ...place, cityCountry: '' })).not.toHaveProperty('cityCountry')
    expect(await newGroup(customer)).not.toHaveProperty('cityCountry')
    const made = await newGroup(customer, { ...place, cityCountry: '' })
    must(await ask('PUT', `appConnectorGroup/${made.id}`, { name: `renamed ${made.id}` }), 204)
    expect(must(await ask('GET', `appConnectorGroup/${made.id}`), 200)).not.toHaveProperty('cityCountry')
  })

  test('of an unknown version profile or country is refused', async () => {
    const made = await newGroup(customer)
    for (const [member, value] of [
      ['versionProfileId', '9'],
      ['versionProfileName', 'Nightly'],
      ['countryCode', 'XX'],
      ['countryCode', 'USA'],
    ] as const) {
      const body = { name: `x ${crypto.randomUUID()}`, ...GROUP, [member]: value }
      for (const collection of ['appConnectorGroup', 'serviceEdgeGroup']) {
        expect(must(await ask('POST', collection, body), 400).params).toEqual([member])
      }
      const refused = await ask('PUT', `appConnectorGroup/${made.id}`, { [member]: value })
      expect(must(refused, 400).params).toEqual([member])
    }
    must(await ask('PUT', `appConnectorGroup/${made.id}`, { versionProfileId: 1, countryCode: 'CH' }), 204)
  })
})

test('long lists come in slices, with their totals first', async () => {
  const mine = await newCustomer()
  const group = await newGroup(mine)
  const uiConfig = 'x'.repeat(4_000)
  const ipAcl = Array.from({ length: 100 }, (_, i) => `2001:db8:ffff:ffff:ffff:ffff:ffff:${1_000 + i}`)
  for (let i = 0; i < 90; i++) await newKey(mine, { name: `k${i}`, zcomponentId: group.id, uiConfig, ipAcl })
  const path = `/mgmtconfig/v1/admin/customers/${mine.id}/${KEYS}?pagesize=80`
  const { clientId, secret, id } = mine
  const { access_token } = must(await signIn(clientId, secret), 200)
  const url = `${BASE}/mgmtconfig/v1/admin/customers/${id}/${KEYS}?pagesize=80`
  const streamed = await exports.default.fetch(url, { headers: { Authorization: `Bearer ${access_token}` } })
  const first = await streamed.body?.getReader().read()
  expect(first?.value?.length).toBeLessThan(450_000)
  expect(new TextDecoder().decode(first?.value)).toMatch(/^\{"totalPages":"2","totalCount":"90","list":\[/)
  const whole = must(await mine.ask('GET', path), 200)
  expect(Object.keys(whole)).toEqual(['totalPages', 'totalCount', 'list'])
  expect([whole.totalPages, whole.totalCount]).toEqual(['2', '90'])
  expect(whole.list.map((key: Json) => key.name)).toEqual(Array.from({ length: 80 }, (_, i) => `k${i}`))
  const ofGroup = `associationType/CONNECTOR_GRP/zcomponent/${group.id}/provisioningKey`
  expect(must(await mine.ask('GET', ofGroup), 200)).toHaveLength(90)
  const log = must(await mine.ask('GET', 'auditLog?page=1&pagesize=85'), 200)
  const next = must(await mine.ask('GET', 'auditLog?page=2&pagesize=85'), 200)
  expect(log.list).toHaveLength(85)
  expect(Number(log.totalCount)).toBe(log.list.length + next.list.length)
  const entries = [...log.list, ...next.list].map((one: Json) => `${one.requestID} ${one.objectName}`)
  expect(new Set(entries).size).toBe(entries.length)
  must(await mine.ask('GET', 'auditLog?search=k1'), 400)
})

import { env, exports } from 'cloudflare:workers'
import fc from 'fast-check'
import { exportPKCS8, exportSPKI, generateKeyPair, importPKCS8, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { zpa } from '../../../src/dialects/zpa/dialect.ts'
import { compose } from '../../support/composed.ts'
import { anyone, BASE, eventually, type Json } from '../../support/native-client.ts'
import {
  asking,
  certificateNamed,
  enroll,
  GROUP,
  isChain,
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
const other = await newCustomer()
const { ask } = customer
const DENIED = { id: 'access.denied', reason: 'Access denied' }

describe('sign-in', () => {
  test('legacy: the life is a string; OneAPI: a number; both a three-part JWT with a numeric exp', async () => {
    const { clientId, secret } = customer
    const legacy = must(await signIn(clientId, secret), 200)
    expect(legacy).toEqual({ token_type: 'Bearer', access_token: expect.any(String), expires_in: '3600' })
    const oneApi = must(
      await postForm('/oauth2/v1/token', {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: secret,
        audience: 'https://api.zscaler.com',
      }),
      200,
    )
    expect(oneApi).toMatchObject({ token_type: 'Bearer', expires_in: 3_600 })
    for (const { access_token } of [legacy, oneApi]) {
      const [, payload = '', ...rest] = access_token.split('.')
      expect(rest).toHaveLength(1)
      expect(payload).toMatch(/^[A-Za-z0-9_-]+$/)
      const { exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
      expect(exp).toBeGreaterThan(Date.now() / 1_000)
      const list = await asking(access_token, customer.id)('GET', KEYS)
      expect(list.status).toBe(200)
    }
  })

  test('wrong credentials are one 401, and a known client’s failure is in the audit', async () => {
    const { clientId, secret } = customer
    const wrong = [
      await signIn(clientId, `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`),
      await signIn(clientId, other.secret),
      await signIn('nobody', secret),
    ]
    for (const answer of wrong) expect(must(answer, 401)).toEqual(DENIED)
    must(await postForm('/signin', { client_id: clientId }), 400)
    const log = must(await ask('GET', 'auditLog?pagesize=500'), 200)
    const failures = log.list.filter((entry: Json) => entry.auditOperationType === 'Sign In Failure')
    expect(failures.length).toBeGreaterThanOrEqual(2)
    expect(JSON.stringify(log)).not.toContain(secret)
  })

  test('an assertion by the client’s private key signs in; one of another key, client or time does not', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
    const made = must(
      await ask('POST', 'apiKeys', { name: 'asserting', publicKey: await exportSPKI(publicKey) }),
      201,
    )
    const key = await importPKCS8(await exportPKCS8(privateKey), 'RS256')
    const assertion = (by: string, audience: string, minutes: number, signer = key) =>
      new SignJWT({ iss: by, sub: by })
        .setProtectedHeader({ alg: 'RS256' })
        .setAudience(audience)
        .setExpirationTime(Math.floor(Date.now() / 1_000) + 60 * minutes)
        .sign(signer)
    const token = (client_assertion: string) =>
      postForm('/oauth2/v1/token', {
        grant_type: 'client_credentials',
        client_id: made.clientId,
        client_assertion,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      })
    const vendor = 'https://api.zscaler.com'
    must(await token(await assertion(made.clientId, vendor, 10)), 200)
    const foreign = (await generateKeyPair('RS256')).privateKey
    for (const bad of [
      await assertion(made.clientId, vendor, 10, foreign as CryptoKey),
      await assertion(customer.clientId, vendor, 10),
      await assertion(made.clientId, 'https://elsewhere.example', 10),
      await assertion(made.clientId, vendor, -1),
      await assertion(made.clientId, vendor, 60),
      'junk',
    ]) {
      must(await token(bad), 401)
    }
  })

  test('signed out, disabled and deleted end a token', async () => {
    const made = must(await ask('POST', 'apiKeys', { name: 'short', tokenExpiryTimeInSec: '60' }), 201)
    const { access_token, expires_in } = must(await signIn(made.clientId, made.clientSecret), 200)
    expect(expires_in).toBe('60')
    const mine = asking(access_token, customer.id)
    expect((await mine('GET', KEYS)).status).toBe(200)
    must(await mine('POST', '/signout'), 204)
    expect(must(await mine('GET', KEYS), 401)).toEqual(DENIED)
    must(await ask('PUT', `apiKeys/${made.id}`, { enabled: 'false' }), 204)
    must(await signIn(made.clientId, made.clientSecret), 401)
    must(await ask('PUT', `apiKeys/${made.id}`, { enabled: true, roleId: 2 }), 204)
    const again = must(await signIn(made.clientId, made.clientSecret), 200)
    const reader = asking(again.access_token, customer.id)
    expect((await reader('GET', KEYS)).status).toBe(200)
    expect(must(await reader('POST', 'appConnectorGroup', { name: 'x', ...GROUP }), 403)).toEqual(DENIED)
    must(await ask('DELETE', `apiKeys/${made.id}`), 204)
    must(await reader('GET', KEYS), 401)
    const listed = must(await ask('GET', 'apiKeys?pageSize=500'), 200)
    expect(JSON.stringify(listed)).not.toContain('clientSecret')
  })

  test('an agent’s token and an API key of another dialect are none here', async () => {
    must(await anyone('GET', `/mgmtconfig/v1/admin/customers/${customer.id}/${KEYS}`), 401)
    for (const authorization of ['Bearer junk', 'Basic YTpi', 'Bearer eyJhbGciOiJub25lIn0.e30.']) {
      const path = `/mgmtconfig/v1/admin/customers/${customer.id}/${KEYS}`
      must(await anyone('GET', path, undefined, { authorization }), 401)
    }
  })
})

describe('every route', () => {
  const guarded = zpa.chapter.routes.filter(
    (route) => (route as unknown as { access: string }).access !== 'public',
  )
  const pathOf = (path: string, id: string) =>
    path
      .replace(':customer', id)
      .replace(/:glued\{[^}]*\}/, 'CONNECTOR_GRPzcomponent')
      .replace(':type', 'CONNECTOR_GRP')
      .replaceAll(/:[a-z]+/g, '1')

  test.each(guarded.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const))(
    '%s: 401 without a token, 403 with another customer’s, 400 for junk, never 500',
    async (_, route) => {
      const method = route.method.toUpperCase()
      const path = pathOf(route.path, customer.id)
      expect((await anyone(method, path)).status).toBe(401)
      if (route.path.includes(':customer')) expect((await other.ask(method, path)).status).toBe(403)
      if (!route.body) return
      for (const raw of ['{', '[]', '"x"', 'null', '', '{"name":{}}']) {
        const { authorization } = { authorization: `Bearer ${await tokenOf()}` }
        const answer = await anyone(method, path, undefined, { raw, authorization })
        expect([400, 404, 415]).toContain(answer.status)
        expect(answer.headers.get('Content-Type')).toBe('application/json')
      }
    },
  )

  test('an unknown path is 404, an unknown method 405, and both are JSON', async () => {
    expect(must(await ask('GET', 'nothing/here'), 404).id).toBe('resource.not.found')
    expect(must(await ask('PATCH', KEYS, {}), 405).id).toBe('method.not.allowed')
    for (const method of ['HEAD', 'OPTIONS']) {
      const url = `${BASE}/mgmtconfig/v1/admin/customers/${customer.id}/${KEYS}`
      const headers = { Authorization: `Bearer ${await tokenOf()}` }
      const answer = await exports.default.fetch(url, { method, headers })
      expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'GET, POST'])
    }
    expect(must(await ask('GET', 'policySet/policyType/ACCESS_POLICY'), 404)).toHaveProperty('reason')
    must(await ask('GET', 'associationType/NONSENSE/provisioningKey'), 400)
    expect(must(await ask('GET', 'associationType/EXPORTER_GRP/provisioningKey'), 200)).toEqual({
      totalPages: '0',
      totalCount: '0',
      list: [],
    })
    expect(must(await ask('GET', 'visible/versionProfiles'), 200).list).toHaveLength(3)
    expect(must(await ask('GET', 'microtenants'), 200).list).toEqual([])
  })

  test('a body that is JSON may be called anything; one that is none is 415, or 400 if it is called JSON', async () => {
    const path = `/mgmtconfig/v1/admin/customers/${customer.id}/apiKeys`
    const send = async (raw: string, type: string) => {
      const headers = { 'Content-Type': type }
      return anyone('POST', path, undefined, { raw, headers, authorization: `Bearer ${await tokenOf()}` })
    }
    must(await send('{"name":"typed"}', 'text/csv'), 201)
    must(await send('name=typed', 'application/x-www-form-urlencoded'), 415)
    expect(must(await send('<name/>', 'text/xml'), 415).id).toBe('unsupported.media.type')
    must(await send('{', 'application/json; charset=utf-8'), 400)
    const form = { raw: '{"client_id":"a"}', headers: { 'Content-Type': 'application/json' } }
    must(await anyone('POST', '/signin', undefined, form), 415)
  })

  let token: string | undefined
  async function tokenOf(): Promise<string> {
    token ??= must(await signIn(customer.clientId, customer.secret), 200).access_token as string
    return token
  }
})

describe('a provisioning key', () => {
  test('what is missing or wrong is named, and nothing is made', async () => {
    const group = await newGroup(customer)
    const enrollmentCertId = (await certificateNamed(customer, 'Connector')).id
    const whole = { name: 'k', maxUsage: 1, enrollmentCertId, zcomponentId: group.id }
    const wrong: readonly [object, string, string][] = [
      [{ name: ' ' }, 'invalid.resource.argument', 'name'],
      [{ maxUsage: 0 }, 'invalid.resource.argument', 'maxUsage'],
      [{ maxUsage: '1.5' }, 'invalid.resource.argument', 'maxUsage'],
      [{ maxUsage: 2_147_483_648 }, 'invalid.resource.argument', 'maxUsage'],
      [{ enrollmentCertId: null }, 'invalid.resource.argument', 'enrollmentCertId'],
      [{ enrollmentCertId: 999_999 }, 'resource.not.found', '999999'],
      [{ zcomponentId: '' }, 'invalid.resource.argument', 'zcomponentId'],
      [{ zcomponentId: '123' }, 'resource.not.found', '123'],
      [{ enabled: 'maybe' }, 'invalid.resource.argument', 'enabled'],
      [{ ipAcl: ['10.0.0.0/33'] }, 'invalid.resource.argument', 'ipAcl'],
      [{ expirationInEpochSec: '1000000000' }, 'invalid.resource.argument', 'expirationInEpochSec'],
    ]
    for (const [members, id, param] of wrong) {
      const answer = must(await ask('POST', KEYS, { ...whole, ...members }), 400)
      expect(answer).toMatchObject({ id, params: [param] })
    }
    const edges = await newGroup(customer, {}, 'serviceEdgeGroup')
    must(await ask('POST', KEYS, { ...whole, zcomponentId: edges.id }), 400)
    must(await ask('POST', KEYS, { ...whole, zcomponentId: (await newGroup(other)).id }), 400)
    const open = must(await ask('POST', 'enrollmentCert/csr/generate', { name: 'only a request' }), 201)
    expect(open).toMatchObject({ allowSigning: false, privateKeyPresent: true })
    expect(open).not.toHaveProperty('certificate')
    must(await ask('POST', KEYS, { ...whole, enrollmentCertId: open.id }), 400)
    expect(
      must(await ask('GET', `associationType/CONNECTOR_GRP/zcomponent/${group.id}/provisioningKey`), 200),
    ).toEqual([])
  })

  test('exportable is one-way: hidden once, its secret is shown no more, and is nowhere', async () => {
    const key = await newKey(customer)
    expect(must(await ask('GET', `${KEYS}/${key.id}`), 200).provisioningKey).toBe(key.provisioningKey)
    must(await ask('PUT', `${KEYS}/${key.id}`, { exportable: 'false' }), 204)
    const hidden = must(await ask('GET', `${KEYS}/${key.id}`), 200)
    expect([hidden.exportable, 'provisioningKey' in hidden]).toEqual([false, false])
    must(await ask('PUT', `${KEYS}/${key.id}`, { name: 'still hidden' }), 204)
    expect(must(await ask('PUT', `${KEYS}/${key.id}`, { exportable: true }), 400).params).toEqual([
      'exportable',
    ])
    must(await enroll(key.provisioningKey), 201)
    const born = await newKey(customer, { exportable: false })
    expect(born.provisioningKey).toMatch(/^3\|/)
    expect(must(await ask('GET', `${KEYS}/${born.id}`), 200)).not.toHaveProperty('provisioningKey')
  })

  test('no secret is at rest in the clear, nor in an event', async () => {
    const key = await newKey(customer)
    const blob = key.provisioningKey.split('|')[2].slice(0, 384)
    const rows = await env.DB.prepare('SELECT record FROM keys UNION ALL SELECT record FROM events').all<{
      record: string
    }>()
    const all = rows.results.map(({ record }) => record).join()
    for (let at = 12; at + 24 < blob.length; at += 24) expect(all).not.toContain(blob.slice(at, at + 24))
  })

  test('an update keeps what it does not name, ignores what only answers have, and raising the limit is recorded', async () => {
    const key = await newKey(customer, { maxUsage: 5, ipAcl: ['192.0.2.0/24'], uiConfig: '{"a":1}' })
    const whole = must(await ask('GET', `${KEYS}/${key.id}`), 200)
    must(
      await ask('PUT', `${KEYS}/${key.id}`, {
        ...whole,
        usageCount: '99',
        associationType: '',
        maxUsage: '6',
      }),
      204,
    )
    must(await ask('PUT', `${KEYS}/${key.id}`, { name: '', enabled: null, maxUsage: '' }), 204)
    expect(must(await ask('GET', `${KEYS}/${key.id}`), 200)).toEqual({
      ...whole,
      maxUsage: '6',
      modifiedTime: expect.any(String),
    })
    const log = must(await ask('GET', 'auditLog?pagesize=500'), 200)
    const actions = log.list
      .filter((entry: Json) => entry.objectName === key.name)
      .map((entry: Json) => entry.auditOperationType)
    expect(actions).toEqual(['Nonce MaxUsage Increment', 'Create'])
  })

  test('is of its own kind and customer alone', async () => {
    const key = await newKey(customer)
    must(await ask('GET', `associationType/SERVICE_EDGE_GRP/provisioningKey/${key.id}`), 404)
    must(await other.ask('GET', `${KEYS}/${key.id}`), 404)
    expect(must(await ask('GET', `${KEYS}/999999`), 404)).toEqual({
      id: 'resource.not.found',
      reason: 'No resource exists with the given id/name :999999',
      params: ['999999'],
    })
    must(await ask('GET', `${KEYS}/not-a-number`), 404)
    const byGroup = `associationType/CONNECTOR_GRP/zcomponent/${key.zcomponentId}/provisioningKey`
    expect(must(await ask('GET', byGroup), 200)).toMatchObject([{ id: key.id }])
    const glued = byGroup.replace('GRP/z', 'GRPz')
    expect(must(await ask('GET', glued), 200).id).toBe(key.id)
    const np = await ask('POST', 'associationType/NP_ASSISTANT_GRP/provisioningKey', { ...key, name: 'np' })
    expect(must(np, 201).zcomponentId).toBe(key.zcomponentId)
  })

  test('microtenants: 0 is the default one, a number is itself, absent is all', async () => {
    const mine = await newCustomer()
    await newKey(mine, { name: 'default' })
    await newKey(mine, { name: 'of seven', microtenantId: 7 })
    await newKey(mine, { name: 'default', microtenantId: '7' })
    const count = async (query: string) => must(await mine.ask('GET', KEYS + query), 200).totalCount
    expect(
      await Promise.all(['', '?microtenantId=0', '?microtenantId=7', '?microtenantId=null'].map(count)),
    ).toEqual(['3', '1', '2', '3'])
  })
})

describe('lists', () => {
  test('pages, order and every search, in every form on the wire', async () => {
    const mine = await newCustomer()
    const group = await newGroup(mine, { name: 'Büro ÄÖ' })
    const names = ['alpha', 'Beta Key', 'gamma (x)', 'ΔELTA', 'o\'brien " % _']
    for (const [i, name] of names.entries())
      await newKey(mine, { name, maxUsage: i + 1, zcomponentId: group.id })
    const list = async (query: string): Promise<string[]> =>
      must(await mine.ask('GET', `${KEYS}${query}`), 200).list.map((key: Json) => key.name)
    const search = (text: string) => list(`?search=${encodeURIComponent(text)}`)
    expect(await list('')).toEqual(names)
    expect(await list('?page=2&pagesize=2')).toEqual(names.slice(2, 4))
    expect(must(await mine.ask('GET', `${KEYS}?pagesize=2&page=9`), 200)).toEqual({
      totalPages: '3',
      totalCount: '5',
      list: [],
    })
    expect(await list('?sortBy=maxUsage&sortdir=DESC')).toEqual(names.toReversed())
    expect(await list('&search=maxUsage%20EQ%202')).toEqual(['Beta Key'])
    expect(await list('?search=name%2BEQ%2BBeta+Key')).toEqual(['Beta Key'])
    expect(await list('?search=name%2BEQ%2BBeta%20Key')).toEqual(['Beta Key'])
    expect(await search('name eq beta key')).toEqual(['Beta Key'])
    expect(await search('name EQ δelta')).toEqual(['ΔELTA'])
    expect(await search('name EQ beta')).toEqual([])
    expect(await search('name NE alpha')).toEqual(names.slice(1))
    expect(await search('name LIKE A K')).toEqual(['Beta Key'])
    expect(await search('name STARTSWITH gam AND maxUsage EQ 3')).toEqual(['gamma (x)'])
    expect(await search('name ENDSWITH (X)')).toEqual(['gamma (x)'])
    expect(await search('maxUsage GT 1 AND maxUsage LTEQ 3')).toEqual(names.slice(1, 3))
    expect(await search(`name EQ ${names[4]}`)).toEqual([names[4]])
    expect(await search('%')).toEqual([names[4]])
    expect(await search('beta')).toEqual(['Beta Key'])
    expect(await search('enabled EQ TRUE AND usageCount EQ 0')).toHaveLength(5)
    expect(await search('exportable EQ false')).toEqual([])
    expect(await search('zcomponentName LIKE büro')).toHaveLength(5)
    expect(await search(`zcomponentId EQ ${group.id} AND enrollmentCertName EQ connector`)).toHaveLength(5)
    expect(await search('creationTime GT 1000000000')).toHaveLength(5)
    expect(await search('id EQ 2')).toEqual(['Beta Key'])
    expect(await search('readOnly EQ FALSE AND zscalerManaged NE true')).toHaveLength(5)
    expect(await search('readOnly EQ true')).toEqual([])
    expect(await search('zscalerManaged NE false')).toEqual([])
    const [first] = must(await mine.ask('GET', KEYS), 200).list
    expect(await search(`modifiedBy EQ ${first.modifiedBy}`)).toHaveLength(5)
    expect(await search('modifiedBy EQ 3')).toEqual([])
    expect(await search('modifiedBy NE 3')).toHaveLength(5)
    must(await enroll(first.provisioningKey), 201)
    const used = await eventually(async () => {
      const names = await search('modifiedBy EQ 3')
      return names.length > 0 ? names : undefined
    })
    expect(used).toEqual(['alpha'])
    const { modifiedTime } = must(await mine.ask('GET', `${KEYS}/${first.id}`), 200)
    expect(await search(`modifiedTime EQ ${modifiedTime}`)).toContain('alpha')
    const connectors = async (text: string) =>
      must(await mine.ask('GET', `connector?search=${encodeURIComponent(text)}`), 200).list
    const [connector] = await connectors('modifiedBy EQ -2 AND readOnly EQ false')
    expect(connector).toMatchObject({ name: 'alpha-1', modifiedBy: '-2' })
    expect(await connectors(`modifiedTime EQ ${connector.modifiedTime}`)).toHaveLength(1)
    for (const collection of ['appConnectorGroup', 'enrollmentCert', 'apiKeys']) {
      const all = must(await mine.ask('GET', `${collection}?search=readOnly%20EQ%20false`), 200)
      expect(all.totalCount).not.toBe('0')
    }
    must(await mine.ask('GET', `${KEYS}?search=${encodeURIComponent('provisioningKey LIKE x')}`), 400)
    must(await mine.ask('GET', `${KEYS}?search=${'x'.repeat(1_025)}`), 400)
  })

  test('no search makes a 500 or finds what is another’s', async () => {
    await newKey(other, { name: 'not yours' })
    const word = fc.constantFrom(
      'name',
      'maxUsage',
      'EQ',
      'LIKE',
      'GT',
      'AND',
      '"',
      "'",
      ';',
      '--',
      '%',
      '+',
      ' ',
      'x',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 12 }), async (words) => {
        const text = encodeURIComponent(words.join(' '))
        const answer = await ask('GET', `${KEYS}?pagesize=500&search=${text}`)
        expect([200, 400]).toContain(answer.status)
        expect(answer.text).not.toContain('not yours')
      }),
      { numRuns: 60 },
    )
  })

  test('the organization’s index serves them', async () => {
    const { results } = await env.DB.prepare(
      `EXPLAIN QUERY PLAN SELECT record FROM keys WHERE organization_id = 1 AND dialect = 'zpa'
       AND search ->> '$.name' = 'x' ORDER BY ledger, n LIMIT 20`,
    ).all<{ detail: string }>()
    expect(results.map(({ detail }) => detail).join()).toContain('keys_of_dialect')
  })
})

describe('enrollment certificates', () => {
  test('the five well-known ones, made once, found by their exact names in both versions', async () => {
    const mine = await newCustomer()
    const wanted = ['Root', 'Client', 'Connector', 'Service Edge', 'Isolation Client']
    const lists = await Promise.all(wanted.map(() => mine.ask('GET', 'enrollmentCert')))
    expect(lists.every(({ status }) => status === 200)).toBe(true)
    const all = must(await mine.ask('GET', 'enrollmentCert&search=privateKeyPresent EQ true'), 200)
    expect(all.list.map((one: Json) => one.name).toSorted()).toEqual(wanted.toSorted())
    for (const name of wanted) expect((await certificateNamed(mine, name.toUpperCase())).name).toBe(name)
    const [root, connector] = [
      await certificateNamed(mine, 'Root'),
      await certificateNamed(mine, 'Connector'),
    ]
    expect(root).not.toHaveProperty('parentCertId')
    expect(connector).toMatchObject({
      parentCertId: root.id,
      parentCertName: 'Root',
      cName: `${mine.id}.zpa-customer.com/Connector`,
      issuedBy: `O=Latchkey,OU=Private Access,CN=${mine.id}.zpa-customer.com/Root`,
      allowSigning: true,
      privateKeyPresent: true,
    })
    expect(JSON.stringify(all)).not.toMatch(/PRIVATE KEY/)
    must(await mine.ask('DELETE', `enrollmentCert/${connector.id}`), 400)
  })

  test('one of one’s own: made, used, refused to go while it is, gone', async () => {
    const root = await certificateNamed(customer, 'Root')
    const own = must(
      await ask('POST', 'enrollmentCert/selfsigned/generate', { name: 'Ours', parentCertId: root.id }),
      201,
    )
    must(await ask('POST', 'enrollmentCert/selfsigned/generate', { name: 'oURS' }), 400)
    const key = await newKey(customer, { enrollmentCertId: own.id })
    must(await ask('DELETE', `enrollmentCert/${own.id}?dryRun=true`), 400)
    must(await ask('DELETE', `enrollmentCert/${own.id}`), 400)
    must(await ask('DELETE', `${KEYS}/${key.id}`), 204)
    must(await ask('DELETE', `enrollmentCert/${own.id}?dryRun=true`), 204)
    must(await ask('DELETE', `enrollmentCert/${own.id}`), 204)
    must(await ask('GET', `enrollmentCert/${own.id}`), 404)
    must(await other.ask('GET', `enrollmentCert/${root.id}`), 404)
  })
})

test('a request is signed by ours, and its certificate completes it: then it issues', async () => {
  const mine = await newCustomer()
  const root = await certificateNamed(mine, 'Root')
  const open = must(await mine.ask('POST', 'enrollmentCert/csr/generate', { name: 'Intermediate' }), 201)
  const signed = must(
    await mine.ask('POST', 'enrollmentCert', { name: 'signed', csr: open.csr, parentCertId: root.id }),
    201,
  )
  expect(signed).toMatchObject({ parentCertId: root.id, privateKeyPresent: false, allowSigning: false })
  const complete = (certificate: string) =>
    mine.ask('PUT', `enrollmentCert/${open.id}`, { certificate, description: 'complete' })
  expect(must(await complete(root.certificate), 400).params).toEqual(['certificate'])
  must(await complete(signed.certificate), 204)
  const completed = must(await mine.ask('GET', `enrollmentCert/${open.id}`), 200)
  expect(completed).toMatchObject({
    allowSigning: true,
    privateKeyPresent: true,
    description: 'complete',
    issuedBy: root.issuedTo,
  })
  const key = await newKey(mine, { enrollmentCertId: open.id })
  const csr = await requestOf(await keyPair())
  const { certificate, chain } = must(await enroll(key.provisioningKey, { csr }), 201)
  expect(await isChain([certificate, ...chain, root.certificate])).toBe(true)

  const foreign = await certificateNamed(other, 'Root')
  const uploaded = must(
    await mine.ask('POST', 'enrollmentCert', { name: 'foreign', certificate: foreign.certificate }),
    201,
  )
  expect(uploaded).toMatchObject({
    privateKeyPresent: false,
    cName: foreign.cName,
    serialNo: foreign.serialNo,
  })
  for (const bad of [
    {},
    { csr: open.csr },
    { certificate: 'junk' },
    { csr: 'junk', parentCertId: root.id },
  ]) {
    must(await mine.ask('POST', 'enrollmentCert', { name: 'bad', ...bad }), 400)
  }
  must(await mine.ask('POST', 'enrollmentCert', { name: 'x', csr: open.csr, parentCertId: foreign.id }), 400)
  // An id keeps all its digits, also where it is unknown.
  const parentCertId = '576460754048254017'
  for (const path of ['enrollmentCert', 'enrollmentCert/selfsigned/generate']) {
    const refused = must(await mine.ask('POST', path, { name: 'x', csr: open.csr, parentCertId }), 400)
    expect(refused).toMatchObject({ id: 'resource.not.found', params: [parentCertId] })
  }
  const backwards = { name: 'x', validFromInEpochSec: '2000000000', validToInEpochSec: '1900000000' }
  must(await mine.ask('POST', 'enrollmentCert/selfsigned/generate', backwards), 400)
})

test('a network connector’s key names its App Connector group by either id', async () => {
  const { npAssistantGroup } = await newGroup(customer, { npAssistantGroup: { mtu: '1400' } })
  const { id: enrollmentCertId } = await certificateNamed(customer, 'Connector')
  const np = 'associationType/NP_ASSISTANT_GRP/provisioningKey'
  const body = { name: `np ${crypto.randomUUID()}`, maxUsage: 1, enrollmentCertId }
  const key = must(await ask('POST', np, { ...body, zcomponentId: npAssistantGroup.id }), 201)
  // As it was sent: Terraform would show any other for ever.
  expect(key.zcomponentId).toBe(npAssistantGroup.id)
  must(await ask('POST', KEYS, { ...body, zcomponentId: npAssistantGroup.id }), 400)
  const { id } = must(await enroll(key.provisioningKey), 201)
  expect(must(await ask('GET', `connector/${id}`), 200).provisioningKeyId).toBe(key.id)
})

test('groups come back as they were sent, and a partial update loses nothing', async () => {
  const sent = {
    ...GROUP,
    name: 'whole',
    description: 'd',
    cityCountry: 'San Jose, US',
    countryCode: 'US',
    upgradeDay: 'MONDAY',
    upgradeTimeInSecs: 66600,
    overrideVersionProfile: 'true',
    versionProfileName: 'New Release',
    dnsQueryType: 'IPV4',
    praEnabled: true,
    npAssistantGroup: { mtu: '1400', lanSubnets: ['10.0.0.0/8'] },
  }
  const made = await newGroup(customer, sent)
  expect(made).toMatchObject({
    ...sent,
    upgradeTimeInSecs: '66600',
    overrideVersionProfile: true,
    versionProfileId: '2',
    enabled: true,
    connectorGroupType: 'APP',
    wafDisabled: false,
  })
  must(await ask('PUT', `appConnectorGroup/${made.id}`, { name: 'renamed' }), 204)
  const modified = { modifiedTime: expect.any(String) }
  const npAssistantGroup = { ...made.npAssistantGroup, ...modified }
  // As recorded, a POST does not answer these.
  const more = {
    upgradePriority: 'WEEK',
    versionProfileVisibilityScope: 'ALL',
    version: { version_profile_gid: '2', versionProfileName: 'New Release' },
  }
  const after = { ...made, name: 'renamed', ...modified, npAssistantGroup, ...more }
  expect(must(await ask('GET', `appConnectorGroup/${made.id}`), 200)).toEqual(after)
  const listed = must(await ask('GET', 'appConnectorGroup?page=1&pagesize=500'), 200)
  expect(listed.list).toContainEqual(after)
  expect(must(await ask('POST', 'appConnectorGroup', { name: 'x' }), 400).params).toEqual([
    'latitude',
    'longitude',
    'location',
  ])
  must(await ask('GET', `serviceEdgeGroup/${made.id}`), 404)
})

test('past a limit of reads or writes: 429 as documented; enrollment is not counted', async () => {
  const taken: string[] = []
  const limits = { take: async (name: string, key: string) => taken.push(`${name} ${key}`) <= 1 }
  const { fetch } = await compose({ limits })
  const { access_token } = must(await signIn(customer.clientId, customer.secret), 200)
  const url = `https://latchkey.example/zpa/mgmtconfig/v1/admin/customers/${customer.id}/${KEYS}`
  const headers = { Authorization: `Bearer ${access_token}`, 'X-Test-Address': '2001:db8::1' }
  expect((await fetch(url, { headers })).status).toBe(200)
  const refused = await fetch(url, { headers, method: 'POST', body: '{}' })
  expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
    429,
    '10s',
    {
      exception: 'invalid.toomanyrequests',
      id: 'invalid.toomanyrequests',
      reason: 'Exceeded the number of requests allowed.',
    },
  ])
  expect(taken.map((name) => name.split(' ')[0])).toEqual(['zpa_read', 'zpa_write'])
  const key = await newKey(customer)
  const body = JSON.stringify({ provisioningKey: key.provisioningKey })
  expect((await fetch('https://latchkey.example/enroll', { method: 'POST', body })).status).toBe(201)
})

import { describe, expect, test } from 'vitest'
import { anyone, eventually, type Json } from '../../support/native-client.ts'
import {
  asking,
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
  requestOf,
  signIn,
} from '../../support/zpa.ts'

const customer = await newCustomer()
const { ask } = customer
const { access_token } = must(await signIn(customer.clientId, customer.secret), 200)

/** Sends a body with numbers that JSON.stringify would round. */
function send(method: string, path: string, raw: string) {
  const authorization = `Bearer ${access_token}`
  return anyone(method, `/mgmtconfig/v1/admin/customers/${customer.id}/${path}`, undefined, {
    raw,
    authorization,
  })
}

const search = (text: string) => `?search=${encodeURIComponent(text)}`

describe('an id that is written as a JSON number', () => {
  test('is that very id, though a double cannot hold it', async () => {
    const group = await newGroup(customer)
    const { id: certificate } = await certificateNamed(customer, 'Connector')
    const made = await send(
      'POST',
      KEYS,
      `{"name":"by number","maxUsage":2,"enrollmentCertId":${certificate},"zcomponentId":${group.id}}`,
    )
    expect(must(made, 201).zcomponentId).toBe(group.id)
  })

  test('deletes no other component', async () => {
    const key = await newKey(customer, { maxUsage: 130 })
    const made = await Promise.all(Array.from({ length: 130 }, () => enroll(key.provisioningKey)))
    const ids = made.map((answer) => must(answer, 201).id as string)
    const [victim = ''] = ids.filter((id) => BigInt(id) !== BigInt(Number(id)))
    must(await send('POST', 'connector/bulkDelete', `{"ids":[${victim}]}`), 200)
    const left = await Promise.all(ids.map(async (id) => (await ask('GET', `connector/${id}`)).status))
    expect(left).toEqual(ids.map((id) => (id === victim ? 404 : 200)))
  })
})

describe('enrollment certificates', () => {
  test('a long name is cut between characters, never within one', async () => {
    for (const pad of ['', 'x']) {
      const name = `${pad}${'🔑'.repeat(60)}`
      must(await ask('POST', 'enrollmentCert/selfsigned/generate', { name }), 201)
    }
  })

  test('a customer’s own can’t take the place of the predefined ones', async () => {
    const mine = await newCustomer()
    const { certificate } = await certificateNamed(customer, 'Root')
    must(await mine.ask('POST', 'enrollmentCert', { name: 'Root', certificate }), 400)
    const root = await certificateNamed(mine, 'Root')
    expect(root.privateKeyPresent).toBe(true)
    must(await mine.ask('PUT', `enrollmentCert/${root.id}`, { name: 'Another' }), 400)
    must(await mine.ask('PUT', `enrollmentCert/${root.id}`, { name: 'Root', description: 'the first' }), 204)
    expect(must(await mine.ask('GET', 'enrollmentCert'), 200).totalCount).toBe('5')
  })

  test('one that may sign no more enrolls no machine, and still says what it revoked', async () => {
    const own = must(await ask('POST', 'enrollmentCert/selfsigned/generate', { name: 'retired' }), 201)
    const key = await newKey(customer, { enrollmentCertId: own.id })
    const csr = await requestOf(await keyPair())
    const { id, certificate } = must(await enroll(key.provisioningKey, { csr }), 201)
    must(await ask('PUT', `enrollmentCert/${own.id}`, { allowSigning: false }), 204)
    must(await enroll(key.provisioningKey, { csr }), 401)
    must(await anyone('GET', `/crl/${own.id}.crl`), 200)
    expect(must(await ask('GET', `${KEYS}/${key.id}`), 200).usageCount).toBe('1')
    const refused = await eventually(async () => {
      const log = must(await ask('GET', 'auditLog?pagesize=500'), 200).list
      return log.find((entry: Json) => entry.objectName === key.name && !entry.isSuccess)
    })
    expect(JSON.parse(refused.detail)).toEqual({ reason: 'issuer_unavailable' })
    for (let n = 0; n < 3; n++) must(await anyone('POST', '/enroll/renew', { certificate, csr }), 401)
    const unrenewed = await eventually(async () => {
      const log = must(await ask('GET', 'auditLog?pagesize=500'), 200).list
      return log.find((entry: Json) => entry.objectID === id && !entry.isSuccess)
    })
    expect(unrenewed).toMatchObject({ auditOperationType: 'Update', objectType: 'App Connector' })
    expect(JSON.parse(unrenewed.detail)).toEqual({ reason: 'issuer_unavailable' })
    // A key that moves to another one enrolls at once, whatever an isolate remembers of the one before.
    const { id: enrollmentCertId } = await certificateNamed(customer, 'Connector')
    must(await ask('PUT', `${KEYS}/${key.id}`, { enrollmentCertId }), 204)
    must(await enroll(key.provisioningKey, { csr }), 201)
  })

  test('one is deleted, or a key takes it: never both, whichever comes first', async () => {
    const group = await newGroup(customer)
    for (let round = 0; round < 12; round++) {
      const name = `contended ${round}`
      const own = must(await ask('POST', 'enrollmentCert/selfsigned/generate', { name }), 201)
      const key = { name, maxUsage: 1, enrollmentCertId: own.id, zcomponentId: group.id }
      const [deleted, made] = await Promise.all([
        ask('DELETE', `enrollmentCert/${own.id}`),
        ask('POST', KEYS, key),
      ])
      expect([
        [204, 400],
        [400, 201],
      ]).toContainEqual([deleted.status, made.status])
      must(await ask('GET', `enrollmentCert/${own.id}`), deleted.status === 204 ? 404 : 200)
    }
  })

  test('one that two delete at once is deleted by one of them, and found by neither again', async () => {
    const own = must(await ask('POST', 'enrollmentCert/selfsigned/generate', { name: 'twice deleted' }), 201)
    const path = `enrollmentCert/${own.id}`
    const answers = await Promise.all([ask('DELETE', path), ask('DELETE', path)])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 404])
  })

  test('one that is deleted and one that it signs at once: never a child without its parent', async () => {
    for (let round = 0; round < 12; round++) {
      const parent = must(
        await ask('POST', 'enrollmentCert/selfsigned/generate', { name: `parent ${round}` }),
        201,
      )
      const below = { name: `child ${round}`, parentCertId: parent.id }
      const [deleted, made] = await Promise.all([
        ask('DELETE', `enrollmentCert/${parent.id}`),
        ask('POST', 'enrollmentCert/selfsigned/generate', below),
      ])
      expect([
        [204, 400],
        [400, 201],
      ]).toContainEqual([deleted.status, made.status])
    }
  })

  test('one that signed another stays, and keys may still take it; a dry run deletes nothing', async () => {
    const parent = must(await ask('POST', 'enrollmentCert/selfsigned/generate', { name: 'a parent' }), 201)
    const below = { name: 'a child', parentCertId: parent.id }
    const child = must(await ask('POST', 'enrollmentCert/selfsigned/generate', below), 201)
    must(await ask('DELETE', `enrollmentCert/${parent.id}`), 400)
    must(await ask('DELETE', `enrollmentCert/${child.id}?dryRun=true`), 204)
    await newKey(customer, { enrollmentCertId: parent.id })
    await newKey(customer, { enrollmentCertId: child.id })
    must(await ask('DELETE', `enrollmentCert/${child.id}?dryRun=true`), 400)
  })

  test('one whose certificate a connector carries stays, though its key went to another', async () => {
    const own = must(await ask('POST', 'enrollmentCert/selfsigned/generate', { name: 'left behind' }), 201)
    const key = await newKey(customer, { enrollmentCertId: own.id })
    must(await enroll(key.provisioningKey, { csr: await requestOf(await keyPair()) }), 201)
    const { id: enrollmentCertId } = await certificateNamed(customer, 'Connector')
    must(await ask('PUT', `${KEYS}/${key.id}`, { enrollmentCertId }), 204)
    expect(must(await ask('DELETE', `enrollmentCert/${own.id}`), 400).id).toBe('resource.in.use')
  })

  test('one that its certificate completes signs, unless that very change says it may not', async () => {
    const root = await certificateNamed(customer, 'Root')
    for (const allowSigning of [undefined, false]) {
      const name = `requested ${allowSigning}`
      const { id, csr } = must(await ask('POST', 'enrollmentCert/csr/generate', { name }), 201)
      const signed = must(
        await ask('POST', 'enrollmentCert', { name: `${name}, signed`, csr, parentCertId: root.id }),
        201,
      )
      const { certificate } = signed
      must(await ask('PUT', `enrollmentCert/${id}`, { certificate, allowSigning }), 204)
      const completed = must(await ask('GET', `enrollmentCert/${id}`), 200)
      expect([completed.certificate, completed.allowSigning]).toEqual([certificate, allowSigning ?? true])
    }
  })

  test('one whose certificates are carried stays, though the key that they came by is gone', async () => {
    const own = must(await ask('POST', 'enrollmentCert/selfsigned/generate', { name: 'carried' }), 201)
    const key = await newKey(customer, { enrollmentCertId: own.id })
    const csr = await requestOf(await keyPair())
    const { id } = must(await enroll(key.provisioningKey, { csr }), 201)
    must(await ask('DELETE', `${KEYS}/${key.id}`), 204)
    expect(must(await ask('DELETE', `enrollmentCert/${own.id}`), 400).id).toBe('resource.in.use')
    must(await ask('DELETE', `connector/${id}`), 204)
    must(await ask('DELETE', `enrollmentCert/${own.id}`), 204)
  })

  test('one that is over, or not yet valid, signs nothing, and no use is spent', async () => {
    const now = Math.floor(Date.now() / 1_000)
    for (const [name, from, to] of [
      ['over', now - 2_000, now - 1_000],
      ['not yet', now + 1_000, now + 2_000],
    ] as const) {
      const validity = { validFromInEpochSec: from, validToInEpochSec: String(to) }
      const own = must(await ask('POST', 'enrollmentCert/selfsigned/generate', { name, ...validity }), 201)
      const key = await newKey(customer, { enrollmentCertId: own.id })
      const machine = { fingerprint: await fingerprint(), csr: await requestOf(await keyPair()) }
      must(await enroll(key.provisioningKey, machine), 401)
      expect(must(await ask('GET', `${KEYS}/${key.id}`), 200).usageCount).toBe('0')
    }
  })
})

describe('two changes at once', () => {
  test('of an API key: neither undoes the other', async () => {
    const { id } = must(await ask('POST', 'apiKeys', { name: 'contended' }), 201)
    for (let round = 0; round < 10; round++) {
      const [enabled, name] = [round % 2 === 1, `contended ${round}`]
      const answers = await Promise.all([
        ask('PUT', `apiKeys/${id}`, { enabled }),
        ask('PUT', `apiKeys/${id}`, { name }),
        ask('PUT', `apiKeys/${id}`, { tokenExpiryTimeInSec: 100 + round }),
      ])
      expect(answers.map(({ status }) => status)).toEqual([204, 204, 204])
      expect(must(await ask('GET', `apiKeys/${id}`), 200)).toMatchObject({
        enabled,
        name,
        tokenExpiryTimeInSec: String(100 + round),
      })
    }
  })

  test('of an enrollment certificate: neither undoes the other', async () => {
    const { id } = must(await ask('POST', 'enrollmentCert/selfsigned/generate', { name: 'contended' }), 201)
    for (let round = 0; round < 10; round++) {
      const [allowSigning, description] = [round % 2 === 1, `round ${round}`]
      await Promise.all([
        ask('PUT', `enrollmentCert/${id}`, { allowSigning }),
        ask('PUT', `enrollmentCert/${id}`, { description }),
      ])
      expect(must(await ask('GET', `enrollmentCert/${id}`), 200)).toMatchObject({ allowSigning, description })
    }
  })
})

test('the last API key that can make another is not deleted, disabled or demoted, by however many calls at once', async () => {
  const mine = await newCustomer()
  const [first] = must(await mine.ask('GET', 'apiKeys'), 200).list
  must(await mine.ask('POST', 'apiKeys', { name: 'reader', roleId: '2' }), 201)
  const path = `apiKeys/${first.id}`
  for (const [method, body] of [
    ['DELETE', undefined],
    ['PUT', { enabled: false }],
    ['PUT', { roleId: 2 }],
  ] as const) {
    expect(must(await mine.ask(method, path, body), 400).id).toBe('resource.in.use')
  }
  must(await mine.ask('PUT', path, { name: 'renamed' }), 204)
  const second = must(await mine.ask('POST', 'apiKeys', { name: 'second' }), 201)
  const answers = await Promise.all([
    mine.ask('DELETE', path),
    mine.ask('PUT', `apiKeys/${second.id}`, { enabled: false }),
  ])
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
})

describe('lists', () => {
  test('a part of an id that is made of parts finds nothing by chance: it is refused', async () => {
    const { id } = await newGroup(customer)
    for (const operator of ['LIKE', 'STARTSWITH', 'GT']) {
      must(await ask('GET', `appConnectorGroup${search(`id ${operator} ${id.slice(0, 5)}`)}`), 400)
      must(await ask('GET', `${KEYS}${search(`zcomponentId ${operator} ${id.slice(0, 5)}`)}`), 400)
    }
    expect(must(await ask('GET', `appConnectorGroup${search(`id EQ ${id}`)}`), 200).totalCount).toBe('1')
    expect(must(await ask('GET', `appConnectorGroup${search('id EQ 5')}`), 200).totalCount).toBe('0')
  })
})

test('a group is made in the microtenant that the query names', async () => {
  const name = `of nine ${crypto.randomUUID()}`
  const made = must(await ask('POST', 'appConnectorGroup?microtenantId=9', { name, ...GROUP }), 201)
  expect(made.microtenantId).toBe('9')
  const body = { name, ...GROUP, microtenantId: '8' }
  expect(must(await ask('POST', 'serviceEdgeGroup?microtenantId=9', body), 201).microtenantId).toBe('9')
})

test('a Network Connector’s key names its group as it was named', async () => {
  const group = await newGroup(customer, { npAssistantGroup: { mtu: '1500' } })
  const [own, embedded] = [group.id, group.npAssistantGroup.id]
  const NP = 'associationType/NP_ASSISTANT_GRP/provisioningKey'
  const { id: enrollmentCertId } = await certificateNamed(customer, 'Connector')
  const made = must(
    await ask('POST', NP, { name: 'np', maxUsage: 1, enrollmentCertId, zcomponentId: embedded }),
    201,
  )
  const shown = async () => must(await ask('GET', `${NP}/${made.id}`), 200).zcomponentId
  expect([made.zcomponentId, await shown()]).toEqual([embedded, embedded])
  const found = must(await ask('GET', `${NP}${search(`zcomponentId EQ ${embedded}`)}`), 200)
  expect(found.list.map((key: Json) => key.id)).toEqual([made.id])
  must(await ask('PUT', `${NP}/${made.id}`, { zcomponentId: own }), 204)
  expect(await shown()).toBe(own)
  must(await ask('PUT', `${NP}/${made.id}`, { zcomponentId: embedded }), 204)
  must(await ask('PUT', `${NP}/${made.id}`, { name: 'np again' }), 204)
  expect(await shown()).toBe(embedded)
})

test('no odd sign-in makes a 500', async () => {
  for (const clientId of ['\0', '\ud800', 'x'.repeat(500_000), '%', '__proto__', '🔑']) {
    must(await signIn(clientId, 'junk'), clientId.length > 255 ? 400 : 401)
    must(await signIn(customer.clientId, clientId), 401)
  }
})

test('the audit log calls things what the portal calls them, by the ids that the API uses', async () => {
  const mine = await newCustomer()
  const key = await newKey(mine, { name: 'audited', maxUsage: 3 })
  const edge = await newGroup(mine, { name: 'edges' }, 'serviceEdgeGroup')
  const { id: connector } = must(await enroll(key.provisioningKey), 201)
  must(await mine.ask('PUT', `connector/${connector}`, { name: 'renamed' }), 204)
  const client = must(await mine.ask('POST', 'apiKeys', { name: 'programs' }), 201)
  const log = must(await mine.ask('GET', 'auditLog?pagesize=500'), 200).list
  const recorded = log.map((entry: Json) => [entry.auditOperationType, entry.objectType, entry.objectID])
  for (const expected of [
    ['Create', 'App Connector Provisioning Key', key.id],
    ['Create', 'App Connector Group', key.zcomponentId],
    ['Create', 'Private Service Edge Group', edge.id],
    ['Update', 'App Connector', connector],
    ['Create', 'Client Credentials', client.id],
    ['Create', 'Enrollment Certificate', key.enrollmentCertId],
  ]) {
    expect(recorded).toContainEqual(expected)
  }
  // Nothing of another dialect's, whose profile the organization began with.
  expect(recorded.filter(([, type]: string[]) => type === 'Component Group')).toEqual([])
})

test('a reader reads, and changes nothing', async () => {
  const reader = must(await ask('POST', 'apiKeys', { name: 'reader', roleId: '2' }), 201)
  const token = must(await signIn(reader.clientId, reader.clientSecret), 200).access_token
  const read = asking(token, customer.id)
  must(await read('PUT', `apiKeys/${reader.id}`, { roleId: '1' }), 403)
  must(await read('POST', 'apiKeys', { name: 'mine' }), 403)
  must(await read('POST', 'enrollmentCert/selfsigned/generate', { name: 'mine' }), 403)
})

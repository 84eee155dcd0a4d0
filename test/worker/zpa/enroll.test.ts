import 'reflect-metadata'

import { runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import * as x509 from '@peculiar/x509'
import { describe, expect, test } from 'vitest'
import { anyone, eventually } from '../../support/native-client.ts'
import {
  enroll,
  fingerprint,
  isChain,
  KEYS,
  keyPair,
  must,
  newCustomer,
  newGroup,
  newKey,
  requestOf,
} from '../../support/zpa.ts'

const customer = await newCustomer()
const DENIED = { id: 'access.denied', reason: 'Access denied' }

async function usageOf(id: string): Promise<string> {
  return must(await customer.ask('GET', `${KEYS}/${id}`), 200).usageCount
}

test('300 concurrent enrollments with distinct keys and fingerprints on a key of 40: exactly 40 connectors', async () => {
  const key = await newKey(customer, { maxUsage: 40, name: 'rush' })
  const machines = await Promise.all(
    Array.from({ length: 300 }, async () => ({
      fingerprint: await fingerprint(),
      csr: await requestOf(await keyPair()),
    })),
  )
  const answers = await Promise.all(machines.map((machine) => enroll(key.provisioningKey, machine)))
  const enrolled = answers.filter(({ status }) => status === 201)
  expect(enrolled).toHaveLength(40)
  expect(new Set(enrolled.map(({ json }) => json.id)).size).toBe(40)
  expect(new Set(enrolled.map(({ json }) => json.issuedCertId)).size).toBe(40)
  const names = Array.from({ length: 40 }, (_, i) => `rush-${i + 1}`)
  expect(enrolled.map(({ json }) => json.name).toSorted()).toEqual(names.toSorted())
  for (const { status, json } of answers.filter((answer) => answer.status !== 201)) {
    expect([status, json]).toEqual([401, DENIED])
  }
  expect(await usageOf(key.id)).toBe('40')
  for (const { json } of enrolled) expect(await isChain([json.certificate, ...json.chain])).toBe(true)

  await customer.ask('PUT', `${KEYS}/${key.id}`, { maxUsage: 3 })
  const late = await enroll(key.provisioningKey, { fingerprint: await fingerprint() })
  expect([late.status, await usageOf(key.id)]).toEqual([401, '40'])
  const listed = await eventually(async () => {
    const search = encodeURIComponent(`provisioningKeyId EQ ${key.id}`)
    const page = must(await customer.ask('GET', `connector?pagesize=500&search=${search}`), 200)
    return page.totalCount === '40' ? page : undefined
  })
  expect(listed.list).toHaveLength(40)
  expect(must(await customer.ask('GET', `${KEYS}/${key.id}`), 200).modifiedBy).toMatch(/^[0-9]{17}$/)
})

describe('the claim', () => {
  test('the same fingerprint and public key again: the same connector, a fresh certificate, nothing spent', async () => {
    const key = await newKey(customer)
    const machine = { fingerprint: await fingerprint(), csr: await requestOf(await keyPair()) }
    const first = must(await enroll(key.provisioningKey, machine), 201)
    const again = must(await enroll(key.provisioningKey, machine), 200)
    expect(again).toEqual({ ...first, certificate: expect.any(String), issuedCertId: expect.any(String) })
    expect(again.issuedCertId).not.toBe(first.issuedCertId)
    expect(again.certificate).not.toBe(first.certificate)
    expect(await usageOf(key.id)).toBe('1')
  })

  test('another public key is refused, until an operator allows it; once', async () => {
    const key = await newKey(customer)
    const print = await fingerprint()
    const csrs = await Promise.all([1, 2, 3].map(async () => requestOf(await keyPair())))
    const first = must(await enroll(key.provisioningKey, { fingerprint: print, csr: csrs[0] }), 201)
    const takeOver = () => enroll(key.provisioningKey, { fingerprint: print, csr: csrs[1] })
    expect(must(await takeOver(), 401)).toEqual(DENIED)
    must(await customer.ask('POST', `connector/${first.id}/allowReenrollment`), 204)
    const moved = must(await takeOver(), 200)
    expect(moved.id).toBe(first.id)
    must(await takeOver(), 200)
    must(await enroll(key.provisioningKey, { fingerprint: print, csr: csrs[2] }), 401)
    must(await enroll(key.provisioningKey, { fingerprint: print, csr: csrs[0] }), 401)
    expect(await usageOf(key.id)).toBe('1')
  })

  test('an allowance is for one public key, however many ask at once', async () => {
    const key = await newKey(customer)
    const print = await fingerprint()
    const first = must(await enroll(key.provisioningKey, { fingerprint: print }), 201)
    must(await customer.ask('POST', `connector/${first.id}/allowReenrollment`), 204)
    const csrs = await Promise.all(Array.from({ length: 10 }, async () => requestOf(await keyPair())))
    const answers = await Promise.all(
      csrs.map((csr) => enroll(key.provisioningKey, { fingerprint: print, csr })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await usageOf(key.id)).toBe('1')
  })

  test('one that enrolled without a request gets no certificate by its public fingerprint', async () => {
    const key = await newKey(customer)
    const print = await fingerprint()
    const first = must(await enroll(key.provisioningKey, { fingerprint: print }), 201)
    expect(Object.keys(first).toSorted()).toEqual(['id', 'name'])
    must(
      await enroll(key.provisioningKey, { fingerprint: print, csr: await requestOf(await keyPair()) }),
      401,
    )
    expect(must(await enroll(key.provisioningKey, { fingerprint: print }), 200)).toEqual(first)
  })

  test('without a fingerprint each call is a new use', async () => {
    const key = await newKey(customer)
    const csr = await requestOf(await keyPair())
    const [one, two] = [
      must(await enroll(key.provisioningKey, { csr }), 201),
      must(await enroll(key.provisioningKey, { csr }), 201),
    ]
    expect(one.id).not.toBe(two.id)
    must(await enroll(key.provisioningKey, { csr }), 401)
    expect(await usageOf(key.id)).toBe('2')
  })

  test('the same fingerprint 20 times at once: one connector, one use', async () => {
    const key = await newKey(customer)
    const machine = { fingerprint: await fingerprint(), csr: await requestOf(await keyPair()) }
    const answers = await Promise.all(Array.from({ length: 20 }, () => enroll(key.provisioningKey, machine)))
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1)
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(await usageOf(key.id)).toBe('1')
  })
})

describe('a refusal is the same 401 and changes no count', () => {
  type Key = { readonly id: string; readonly zcomponentId: string; readonly provisioningKey: string }
  const put = async (path: string, body: object) => must(await customer.ask('PUT', path, body), 204)
  const refusals: Record<string, (key: Key) => Promise<string>> = {
    'a key with one character changed': async ({ provisioningKey: shown }) =>
      `${shown.slice(0, 60)}${shown[60] === 'A' ? 'B' : 'A'}${shown.slice(61)}`,
    'a deleted key': async ({ id, provisioningKey }) => {
      must(await customer.ask('DELETE', `${KEYS}/${id}`), 204)
      return provisioningKey
    },
    'a disabled key': async ({ id, provisioningKey }) => {
      await put(`${KEYS}/${id}`, { enabled: 'false' })
      return provisioningKey
    },
    'an expired key': async ({ id, provisioningKey }) => {
      await put(`${KEYS}/${id}`, { expirationInEpochSec: '1' })
      return provisioningKey
    },
    'a key of a disabled group': async ({ zcomponentId, provisioningKey }) => {
      await put(`appConnectorGroup/${zcomponentId}`, { enabled: false })
      return provisioningKey
    },
    'an address that is not on the list': async ({ id, provisioningKey }) => {
      await put(`${KEYS}/${id}`, { ipAcl: ['192.0.2.0/24'] })
      return provisioningKey
    },
  }
  test.each(Object.entries(refusals))('%s', async (_, arrange) => {
    const key = await newKey(customer)
    const shown = await arrange(key)
    const answer = await enroll(shown, {
      fingerprint: await fingerprint(),
      csr: await requestOf(await keyPair()),
    })
    expect([answer.status, answer.json]).toEqual([401, DENIED])
    const found = await customer.ask('GET', `${KEYS}/${key.id}`)
    if (found.status === 200) expect(found.json.usageCount).toBe('0')
  })

  test('a request that is no request is a bad body, before a use is spent; with an unknown key it is not read', async () => {
    const key = await newKey(customer)
    for (const csr of [
      '',
      'junk',
      '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----',
    ]) {
      const answer = await enroll(key.provisioningKey, { fingerprint: await fingerprint(), csr })
      expect(must(answer, 400)).toMatchObject({ id: 'invalid.resource.argument', params: ['csr'] })
      const junk = await refusals['a key with one character changed']?.(key)
      expect(must(await enroll(String(junk), { csr }), 401)).toEqual(DENIED)
    }
    const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]) }
    const weak = await keyPair({ ...rsa, modulusLength: 1_024 })
    must(await enroll(key.provisioningKey, { csr: await requestOf(weak, rsa) }), 400)
    const strong = await keyPair({ ...rsa, modulusLength: 2_048 })
    must(await enroll(key.provisioningKey, { csr: await requestOf(strong, rsa) }), 201)
    const ed = { name: 'Ed25519' }
    must(await enroll(key.provisioningKey, { csr: await requestOf(await keyPair(ed), ed) }), 201)
    expect(await usageOf(key.id)).toBe('2')
  })
})

describe('a certificate', () => {
  test('is the client’s for a year, and says who it is in our words', async () => {
    const key = await newKey(customer)
    const keys = await keyPair()
    const answer = must(await enroll(key.provisioningKey, { csr: await requestOf(keys) }), 201)
    const certificate = new x509.X509Certificate(answer.certificate)
    expect(certificate.subjectName.getField('CN')).toEqual([`${answer.id}.${customer.id}.zpa-customer.com`])
    expect(certificate.getExtension(x509.ExtendedKeyUsageExtension)?.usages).toEqual(['1.3.6.1.5.5.7.3.2'])
    expect(certificate.getExtension(x509.BasicConstraintsExtension)?.ca).toBe(false)
    const days = (certificate.notAfter.getTime() - Date.now()) / 86_400_000
    expect(days).toBeGreaterThan(364)
    expect(days).toBeLessThan(366)
    expect(answer.enrollmentCertId).toBe(key.enrollmentCertId)
    const connector = must(await customer.ask('GET', `connector/${answer.id}`), 200)
    expect(connector).toMatchObject({
      id: answer.id,
      name: `${key.name}-1`,
      enabled: true,
      modifiedBy: '-2',
      issuedCertId: answer.issuedCertId,
      provisioningKeyId: key.id,
      provisioningKeyName: key.name,
      enrollmentCert: { id: key.enrollmentCertId, name: 'Connector' },
      appConnectorGroupId: key.zcomponentId,
      location: 'San Jose, CA, USA',
    })
  })

  test('repeated without end is signed again, and granted no further', async () => {
    const key = await newKey(customer)
    const machine = { fingerprint: await fingerprint(), csr: await requestOf(await keyPair()) }
    const { id, certificate } = must(await enroll(key.provisioningKey, machine), 201)
    const granted = new Set<string>()
    for (let i = 0; i < 15; i++) {
      const repeated = must(await enroll(key.provisioningKey, machine), 200)
      const renewed = must(await anyone('POST', '/enroll/renew', { certificate, csr: machine.csr }), 200)
      expect(await isChain([renewed.certificate, ...renewed.chain])).toBe(true)
      for (const { issuedCertId } of [repeated, renewed]) granted.add(issuedCertId)
    }
    expect(granted.size).toBe(9)
    const last = must(await enroll(key.provisioningKey, machine), 200).issuedCertId
    expect(must(await customer.ask('GET', `connector/${id}`), 200).issuedCertId).toBe(last)
  })

  test('is renewed for the same public key, and by no other', async () => {
    const key = await newKey(customer)
    const keys = await keyPair()
    const csr = await requestOf(keys)
    const first = must(await enroll(key.provisioningKey, { fingerprint: await fingerprint(), csr }), 201)
    const renew = (certificate: string, request: string) =>
      anyone('POST', '/enroll/renew', { certificate, csr: request })
    const second = must(await renew(first.certificate, csr), 200)
    expect(second).toMatchObject({ id: first.id, name: first.name })
    expect(second.issuedCertId).not.toBe(first.issuedCertId)
    expect(await isChain([second.certificate, ...second.chain])).toBe(true)
    must(await renew(second.certificate, await requestOf(await keyPair())), 401)
    // An issuer's certificate names no ledger of ours.
    must(await renew(first.chain[0], csr), 401)
    must(await customer.ask('DELETE', `${KEYS}/${key.id}`), 204)
    must(await renew(second.certificate, csr), 200)
    must(await customer.ask('DELETE', `connector/${first.id}`), 204)
    must(await renew(second.certificate, csr), 401)
    must(await customer.ask('GET', `connector/${first.id}`), 404)
  })

  test('of a deleted connector is on its issuer’s list', async () => {
    const key = await newKey(customer)
    const machine = { fingerprint: await fingerprint(), csr: await requestOf(await keyPair()) }
    const { id, certificate } = must(await enroll(key.provisioningKey, machine), 201)
    const leaf = new x509.X509Certificate(certificate)
    const url = leaf.getExtension(x509.CRLDistributionPointsExtension)?.distributionPoints[0]
      ?.distributionPoint?.fullName?.[0]?.uniformResourceIdentifier
    expect(url).toBe(`https://latchkey.example/crl/${key.enrollmentCertId}.crl`)
    const listed = async () => {
      const reply = await exports.default.fetch(String(url))
      expect([reply.status, reply.headers.get('Content-Type')]).toEqual([200, 'application/pkix-crl'])
      const list = new x509.X509Crl(await reply.arrayBuffer())
      return list.entries.map(({ serialNumber }) => serialNumber)
    }
    expect(await listed()).not.toContain(leaf.serialNumber)
    must(await customer.ask('POST', 'connector/bulkDelete', { ids: [id] }), 200)
    expect(await listed()).toContain(leaf.serialNumber)
    // A revoked claim does not come back.
    must(await enroll(key.provisioningKey, machine), 401)
    must(await anyone('GET', '/crl/999999999.crl'), 404)
    expect(must(await anyone('GET', '/crl/none'), 404)).toMatchObject({ code: 'not_found' })
  })
})

test('a list says all that was revoked of the certificates that name it, and no list is more than 1,024 long', async () => {
  const mine = await newCustomer()
  const key = await newKey(mine, { maxUsage: 9 })
  const row = await env.DB.prepare('SELECT ledger FROM keys WHERE organization_id = ? LIMIT 1')
    .bind(mine.organization)
    .first<{ ledger: number }>()
  const issuer = Number(key.enrollmentCertId)
  const now = Date.now()
  // Numbers 1 to 4,095: those below 1,024 were revoked, and the last of them has expired since.
  await runInDurableObject(env.LEDGERS.getByName(String(row?.ledger)), (_, { storage }) => {
    storage.sql.exec(
      `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 4095)
       INSERT INTO certificates (n, agent, issuer, binding, ring_version, issued_at, expires_at, revoked_at)
         SELECT n, 0, ?1, '', 1, ?2, iif(n = 1023, ?2, ?2 + 1000000), iif(n < 1024, ?2, NULL) FROM numbers`,
      issuer,
      now,
    )
  })
  const listed = async (url: string) => {
    const reply = await exports.default.fetch(url)
    expect(reply.status).toBe(200)
    return new x509.X509Crl(await reply.arrayBuffer())
  }
  const base = `https://latchkey.example/crl/${issuer}`
  expect((await listed(`${base}.crl`)).entries).toHaveLength(1_022)
  expect((await listed(`${base}-1.crl`)).entries).toHaveLength(0)
  const { id, certificate } = must(
    await enroll(key.provisioningKey, { csr: await requestOf(await keyPair()) }),
    201,
  )
  const leaf = new x509.X509Certificate(certificate)
  const points = leaf.getExtension(x509.CRLDistributionPointsExtension)?.distributionPoints
  const url = String(points?.[0]?.distributionPoint?.fullName?.[0]?.uniformResourceIdentifier)
  expect(url).toBe(`${base}-4.crl`)
  must(await mine.ask('DELETE', `connector/${id}`), 204)
  const list = await listed(url)
  expect(list.entries.map(({ serialNumber }) => serialNumber)).toEqual([leaf.serialNumber])
  const scope = list.extensions.find(({ type }) => type === '2.5.29.28')
  expect(scope?.critical).toBe(true)
  expect(new TextDecoder('latin1').decode(scope?.value)).toContain(url)
  for (const none of ['-5', '-99999999']) must(await anyone('GET', `/crl/${issuer}${none}.crl`), 404)
})

test('groups: connectors are shown, hold their group, and keys move between groups at once', async () => {
  const [from, to] = [await newGroup(customer), await newGroup(customer)]
  const key = await newKey(customer, { zcomponentId: from.id, maxUsage: 5 })
  const first = must(await enroll(key.provisioningKey), 201)
  must(await customer.ask('PUT', `${KEYS}/${key.id}`, { zcomponentId: to.id }), 204)
  const second = must(await enroll(key.provisioningKey), 201)
  expect(must(await customer.ask('GET', `connector/${second.id}`), 200).appConnectorGroupId).toBe(to.id)
  const shown = await eventually(async () => {
    const group = must(await customer.ask('GET', `appConnectorGroup/${from.id}`), 200)
    return group.connectors ? group : undefined
  })
  expect(shown.connectors).toMatchObject([{ id: first.id, name: `${key.name}-1` }])
  expect(must(await customer.ask('DELETE', `appConnectorGroup/${from.id}`), 400).id).toBe('resource.in.use')
  must(await customer.ask('DELETE', `connector/${first.id}`), 204)
  must(await customer.ask('DELETE', `appConnectorGroup/${from.id}`), 204)
  // Its last key had moved away, and lives.
  expect(await usageOf(key.id)).toBe('2')
})

/** Certificates of native agents: what they say, who gets one, and how they end. */
import 'reflect-metadata'
import { exports } from 'cloudflare:workers'
import * as x509 from '@peculiar/x509'
import { beforeAll, describe, expect, test } from 'vitest'
import { hashRequest } from '../../../src/core/issuers/request.ts'
import { parseId } from '../../../src/core/kernel/ids.ts'
import {
  type Answer,
  anyone,
  BASE,
  eventually,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
} from '../../support/native-client.ts'
import { isChain, keyPair, requestOf } from '../../support/zpa.ts'

let acme: Organization
let profile: string
beforeAll(async () => {
  acme = await newOrganization()
  profile = await acme.profile({ certificates: { trust_domain: 'acme.example', lifetime_seconds: 3_600 } })
})

function must({ status, json, text }: Answer, expected: number): Json {
  expect([status, status === expected ? '' : text]).toEqual([expected, ''])
  return json
}

const newKey = (members: object = {}) => acme.key({ profile_id: profile, max_uses: 5, ...members })
const enroll = (code: string, csr?: string, claim = newClaim(), more: object = {}) =>
  anyone('POST', '/v1/enroll', { code, claim, ...(csr !== undefined && { csr }), ...more })
const newRequest = async () => requestOf(await keyPair())
const usesOf = async (key: Json) => must(await acme.owner('GET', `/v1/keys/${key.id}`), 200).uses
const certify = ({ access_token }: Json, csr: string) =>
  anyone('POST', '/v1/agents/self/certificate', { csr }, { authorization: `Bearer ${access_token}` })

function listUrlOf(certificate: string): string {
  const points = new x509.X509Certificate(certificate).getExtension(x509.CRLDistributionPointsExtension)
  return String(
    points?.distributionPoints[0]?.distributionPoint?.fullName?.[0]?.uniformResourceIdentifier ?? '',
  )
}

async function isListed(certificate: string): Promise<boolean> {
  const reply = await exports.default.fetch(listUrlOf(certificate))
  expect([reply.status, reply.headers.get('Content-Type')]).toEqual([200, 'application/pkix-crl'])
  const list = new x509.X509Crl(await reply.arrayBuffer())
  const { serialNumber } = new x509.X509Certificate(certificate)
  return list.entries.some((entry) => entry.serialNumber === serialNumber)
}

describe('an enrollment with a request', () => {
  test('answers tokens and a certificate that names the agent, and nothing that the machine says', async () => {
    const { code } = await newKey()
    const enrolled = must(await enroll(code, await newRequest(), newClaim(), { hostname: 'admin' }), 201)
    const { certificate, chain, serial, spiffe_id, expires_at } = enrolled.certificate
    expect(await isChain([certificate, ...chain])).toBe(true)
    const leaf = new x509.X509Certificate(certificate)
    expect(leaf.subject).toBe(`O=Latchkey, OU=Agents, CN=${enrolled.agent.id}`)
    expect(leaf.serialNumber).toBe(serial)
    expect(leaf.notAfter.toISOString().slice(0, 19)).toBe(expires_at.slice(0, 19))
    const lifetime = Date.parse(expires_at) - Date.parse(must(await selfOf(enrolled), 200).agent.enrolled_at)
    expect(lifetime).toBe(3_600_000)
    expect(spiffe_id).toBe(`spiffe://acme.example/agent/${enrolled.agent.id}`)
    const names = leaf.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? []
    expect(names.map(({ type, value }) => [type, value])).toEqual([['url', spiffe_id]])
    const usage = leaf.getExtension(x509.ExtendedKeyUsageExtension)?.usages
    expect(usage).toEqual([x509.ExtendedKeyUsage.clientAuth, x509.ExtendedKeyUsage.serverAuth])
    expect(await isListed(certificate)).toBe(false)
    must(await selfOf(enrolled), 200)
  })

  test('without a trust domain the certificate is a client’s, and names no URI', async () => {
    const plain = await acme.profile({ certificates: {} })
    const { code } = await acme.key({ profile_id: plain })
    const { certificate } = must(await enroll(code, await newRequest()), 201)
    const leaf = new x509.X509Certificate(certificate.certificate)
    expect(certificate.spiffe_id).toBeNull()
    expect(leaf.getExtension(x509.SubjectAlternativeNameExtension)).toBeNull()
    expect(leaf.getExtension(x509.ExtendedKeyUsageExtension)?.usages).toEqual([
      x509.ExtendedKeyUsage.clientAuth,
    ])
  })

  test('again with the same claim and request: the same agent, a fresh certificate, nothing spent', async () => {
    const key = await newKey()
    const [csr, claim] = [await newRequest(), newClaim()]
    const first = must(await enroll(key.code, csr, claim), 201)
    const again = must(await enroll(key.code, csr, claim), 200)
    expect(again.agent).toEqual(first.agent)
    expect(again.certificate.serial).not.toBe(first.certificate.serial)
    expect(again.certificate.spiffe_id).toBe(first.certificate.spiffe_id)
    expect(await usesOf(key)).toBe(1)
    // The claim goes with the public key: another one is no repeat.
    must(await enroll(key.code, await newRequest(), claim), 401)
    expect(await usesOf(key)).toBe(1)
  })

  test('100 at once on a key of 5: 5 agents with 5 certificates', async () => {
    const key = await newKey()
    const csrs = await Promise.all(Array.from({ length: 100 }, newRequest))
    const answers = await Promise.all(csrs.map((csr) => enroll(key.code, csr)))
    const made = answers.filter(({ status }) => status === 201)
    expect(new Set(made.map(({ json }) => json.certificate.serial)).size).toBe(5)
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(95)
  })

  test('as base64 of its DER; its hash is that of the DER, however it is wrapped', async () => {
    const { code } = await newKey()
    const pem = await newRequest()
    const body = pem.replaceAll(/-----[A-Z ]+-----|\s/g, '')
    must(await enroll(code, body), 201)
    const der = Uint8Array.from(atob(body), (character) => character.charCodeAt(0))
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', der))
    const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    expect(await hashRequest(pem)).toBe(hex)
    expect(await hashRequest(pem.replaceAll('\n', '\r\n'))).toBe(hex)
    expect(await hashRequest('junk')).toBeNull()
  })

  test('a held use becomes an agent with a certificate when it is confirmed with the request', async () => {
    const { code } = await newKey({ hold: 'allowed' })
    const [csr, claim] = [await newRequest(), newClaim()]
    expect(must(await enroll(code, csr, claim, { hold: 60 }), 202).status).toBe('held')
    const { certificate } = must(await anyone('POST', '/v1/enroll/confirm', { code, claim, csr }), 201)
    expect(certificate.serial).toMatch(/^[0-9a-f]{34}$/)
  })
})

describe('nothing is spent', () => {
  const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

  async function withNames(): Promise<string> {
    const request = await x509.Pkcs10CertificateRequestGenerator.create({
      name: 'CN=x',
      keys: await keyPair(),
      signingAlgorithm: P256,
      extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'bank.example' }])],
    })
    return request.toString('pem')
  }

  async function withOtherSignature(): Promise<string> {
    const request = new x509.Pkcs10CertificateRequest(await newRequest())
    const bytes = new Uint8Array(request.rawData)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    return new x509.Pkcs10CertificateRequest(bytes).toString('pem')
  }

  async function weak(): Promise<string> {
    const algorithm = {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 1_024,
      publicExponent: new Uint8Array([1, 0, 1]),
    }
    return requestOf(await keyPair(algorithm), algorithm)
  }

  test('by a request that is no good: 422 says what is wrong with it', async () => {
    const key = await newKey()
    const bad: readonly (readonly [string, RegExp])[] = [
      ['junk!', /PKCS #10/],
      ['', /PKCS #10/],
      ['A'.repeat(16_000), /PKCS #10/],
      [await weak(), /2,048 bits/],
      [await withOtherSignature(), /signed by its own key/],
      [await withNames(), /subjectAltName/],
      ['A'.repeat(16_385), /16384|16,384/],
    ]
    for (const [csr, message] of bad) {
      const { status, json } = await enroll(key.code, csr)
      expect([message.source, status, JSON.stringify(json)]).toEqual([
        message.source,
        422,
        expect.stringMatching(message),
      ])
      expect(json.errors[0].pointer ?? json.errors[0].path ?? '/csr').toContain('csr')
    }
    expect(await usesOf(key)).toBe(0)
    // What is no code is refused as ever, and no signature is checked for it.
    must(await enroll(`lk_${'A'.repeat(54)}`, await weak()), 401)
  })

  test('where the profile issues none; switched on, the same call gets one', async () => {
    const bare = await acme.profile()
    const key = await acme.key({ profile_id: bare })
    const [csr, claim] = [await newRequest(), newClaim()]
    must(await enroll(key.code, csr, claim), 401)
    expect(await usesOf(key)).toBe(0)
    const refusals = must(await acme.owner('GET', `/v1/keys/${key.id}/refusals`), 200)
    expect(JSON.stringify(refusals)).toContain('issuer_unavailable')
    const changed = must(await acme.owner('PATCH', `/v1/profiles/${bare}`, { certificates: {} }), 200)
    expect(changed.certificates).toEqual({ trust_domain: null, lifetime_seconds: 2_592_000 })
    must(await enroll(key.code, csr, claim), 201)
    // Without a request there is no certificate, and no word of it.
    expect(must(await enroll(key.code), 201)).not.toHaveProperty('certificate')
  })

  test('by a profile whose certificates are none that exist', async () => {
    for (const certificates of [
      { trust_domain: 'Not A Domain' },
      { lifetime_seconds: 1 },
      { lifetime_seconds: 1e9 },
      { issuer: 1 },
      'yes',
    ]) {
      must(await acme.owner('POST', '/v1/profiles', { name: 'web', certificates }), 422)
    }
  })
})

describe('a further certificate', () => {
  test('is of the public key that the agent enrolled with, by its access token, and of no other', async () => {
    const { code } = await newKey()
    const keys = await keyPair()
    const enrolled = must(await enroll(code, await requestOf(keys)), 201)
    const renewed = must(await certify(enrolled, await requestOf(keys)), 200)
    expect(renewed.serial).not.toBe(enrolled.certificate.serial)
    expect(renewed.spiffe_id).toBe(enrolled.certificate.spiffe_id)
    expect(await isChain([renewed.certificate, ...renewed.chain])).toBe(true)
    const other = must(await certify(enrolled, await newRequest()), 422)
    expect(JSON.stringify(other)).toMatch(/enrolled with/)
    must(await certify({ access_token: 'junk' }, await requestOf(keys)), 401)
    expect(JSON.stringify(must(await certify(enrolled, 'junk'), 422))).toMatch(/PKCS #10/)
    // An agent that showed no key has none to renew.
    must(await certify(must(await enroll(code), 201), await newRequest()), 422)
    const event = await eventually(async () => (await acme.events('agent.renew', enrolled.agent.id))[0])
    expect(event.cause.actor.kind).toBe('agent')
    // Nor does another dialect renew it.
    const shown = { certificate: renewed.certificate, csr: await requestOf(keys) }
    must(await anyone('POST', '/enroll/renew', shown), 401)
  })

  test('is none where the profile issues none any more, nor for an agent that was revoked', async () => {
    const own = await acme.profile({ certificates: {} })
    const { code } = await acme.key({ profile_id: own })
    const keys = await keyPair()
    const enrolled = must(await enroll(code, await requestOf(keys)), 201)
    must(await acme.owner('PATCH', `/v1/profiles/${own}`, { certificates: null }), 200)
    expect(JSON.stringify(must(await certify(enrolled, await requestOf(keys)), 422))).toMatch(
      /no certificates/,
    )
    must(await acme.owner('PATCH', `/v1/profiles/${own}`, { certificates: {} }), 200)
    must(await acme.owner('POST', `/v1/agents/${enrolled.agent.id}/revoke`, { and_key: 'keep' }), 200)
    must(await certify(enrolled, await requestOf(keys)), 401)
  })
})

describe('a certificate ends', () => {
  test('with its agent: revoked, or gone by itself', async () => {
    const { code } = await newKey()
    const [revoked, gone, kept] = await Promise.all(
      [1, 2, 3].map(async () => must(await enroll(code, await newRequest()), 201)),
    )
    must(await acme.owner('POST', `/v1/agents/${revoked.agent.id}/revoke`, { and_key: 'keep' }), 200)
    const authorization = `Bearer ${gone.access_token}`
    must(await anyone('DELETE', '/v1/agents/self', undefined, { authorization }), 204)
    const listed = [revoked, gone, kept].map((one) => isListed(one.certificate.certificate))
    expect(await Promise.all(listed)).toEqual([true, true, false])
  })

  test('by an operator: all of an agent’s, which then shows another public key, once', async () => {
    const key = await newKey()
    const claim = newClaim()
    const keys = await keyPair()
    const enrolled = must(await enroll(key.code, await requestOf(keys), claim), 201)
    const second = must(await certify(enrolled, await requestOf(keys)), 200)
    const path = `/v1/agents/${enrolled.agent.id}/certificates`
    const before = must(await acme.owner('GET', path), 200)
    expect(before.items.map(({ serial }: Json) => serial)).toEqual([
      second.serial,
      enrolled.certificate.serial,
    ])
    expect(before.items.every(({ revoked_at }: Json) => revoked_at === null)).toBe(true)

    const after = must(await acme.owner('POST', `${path}/revoke`), 200)
    expect(after.items.every(({ revoked_at }: Json) => revoked_at !== null)).toBe(true)
    expect(must(await acme.owner('POST', `${path}/revoke`), 200)).toEqual(after)
    expect(await acme.events('agent.revoke_certificates', enrolled.agent.id)).toHaveLength(1)
    for (const { certificate } of [second, enrolled.certificate])
      expect(await isListed(certificate)).toBe(true)

    const next = must(await enroll(key.code, await newRequest(), claim), 200)
    expect(next.agent.id).toBe(enrolled.agent.id)
    expect(await isListed(next.certificate.certificate)).toBe(false)
    must(await enroll(key.code, await newRequest(), claim), 401)
    expect(await usesOf(key)).toBe(1)
  })
})

test('what verifies is public: the issuer’s certificate, and lists of its own organization’s ledgers only', async () => {
  const { code } = await newKey()
  const { certificate } = must(await enroll(code, await newRequest()), 201)
  const access = new x509.X509Certificate(certificate.certificate).getExtension(
    x509.AuthorityInfoAccessExtension,
  )
  const url = String(access?.caIssuers[0]?.value)
  const own = await exports.default.fetch(url)
  expect([own.status, own.headers.get('Content-Type')]).toEqual([200, 'application/pkix-cert'])
  expect(new x509.X509Certificate(await own.arrayBuffer()).toString('pem').trim()).toBe(
    certificate.chain[0].trim(),
  )
  expect(url).toMatch(new RegExp(`^${BASE}/ca/[0-9]+\\.cer$`))
  const chain = await exports.default.fetch(url.replace('.cer', '.pem'))
  expect(new TextDecoder().decode(await chain.arrayBuffer())).toBe(certificate.chain.join(''))

  const [, issuer, ledger] = /crl\/([0-9]+)\.([0-9]+)\.crl$/.exec(listUrlOf(certificate.certificate)) ?? []
  const other = await newOrganization()
  const foreign = parseId((await other.profile()).replace('prf_', ''))?.ledger
  for (const name of [issuer, `${issuer}.${ledger}-7`, `${issuer}.999999999`, `${issuer}.${foreign}`]) {
    must(await anyone('GET', `/crl/${name}.crl`), 404)
  }
  for (const path of ['/crl/none', '/ca/none', '/ca/999999999.cer', '/ca/1.txt']) {
    expect(must(await anyone('GET', path), 404).code).toBe('not_found')
  }
})

function selfOf({ access_token }: Json): Promise<Answer> {
  const authorization = `Bearer ${access_token}`
  return anyone('GET', '/v1/agents/self?fresh=1', undefined, { authorization })
}

/** A customer of a test's own, made through the front door, and what asks its ZPA API. */
import 'reflect-metadata'

import { env } from 'cloudflare:workers'
import * as x509 from '@peculiar/x509'
import { expect } from 'vitest'
import { type Answer, anyone, clientOf, type Json } from './native-client.ts'

export type Customer = {
  readonly id: string
  readonly organization: number
  readonly clientId: string
  readonly secret: string
  readonly ask: Ask
}
export type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }

export function signIn(clientId: string, secret: string): Promise<Answer> {
  const form = new URLSearchParams({ client_id: clientId, client_secret: secret })
  return anyone('POST', '/signin', undefined, { raw: form.toString(), headers: FORM })
}

export function postForm(path: string, form: Readonly<Record<string, string>>): Promise<Answer> {
  return anyone('POST', path, undefined, { raw: new URLSearchParams(form).toString(), headers: FORM })
}

/** Asks below `/mgmtconfig/v1/admin/customers/{id}`; a path that begins with `/` stands as it is. */
export function asking(token: string, customer: string): Ask {
  const client = clientOf(`Bearer ${token}`)
  const base = `/mgmtconfig/v1/admin/customers/${customer}/`
  return (method, path, body) => client(method, path.startsWith('/') ? path : base + path, body)
}

export async function newCustomer(): Promise<Customer> {
  const made = await anyone(
    'POST',
    '/v1/bootstrap',
    { organization: `customer ${crypto.randomUUID()}`, email: `${crypto.randomUUID()}@test.example` },
    { authorization: `Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}` },
  )
  expect(made.status, made.text).toBe(201)
  const { customer_id: id, client_id: clientId, client_secret: secret } = made.json.zpa
  const { access_token } = must(await signIn(clientId, secret), 200)
  const organization = made.json.organization.id
  return { id, organization, clientId, secret, ask: asking(access_token, id) }
}

export function must(answer: Answer, status: number): Json {
  expect([answer.status, answer.status === status ? '' : answer.text]).toEqual([status, ''])
  return answer.json
}

export const GROUP = { latitude: '37.33874', longitude: '-121.8852525', location: 'San Jose, CA, USA' }

export async function newGroup(
  { ask }: Customer,
  members: object = {},
  collection = 'appConnectorGroup',
): Promise<Json> {
  const name = `group ${crypto.randomUUID()}`
  return must(await ask('POST', collection, { name, ...GROUP, ...members }), 201)
}

export async function certificateNamed({ ask, id }: Customer, name: string): Promise<Json> {
  const search = encodeURIComponent(`name+EQ+${name}`)
  const path = `/mgmtconfig/v2/admin/customers/${id}/enrollmentCert?search=${search}`
  return must(await ask('GET', path), 200).list[0]
}

export const KEYS = 'associationType/CONNECTOR_GRP/provisioningKey'

/** A provisioning key, of a group of its own unless one is named. */
export async function newKey(customer: Customer, members: object = {}): Promise<Json> {
  const zcomponentId = 'zcomponentId' in members ? undefined : (await newGroup(customer)).id
  const enrollmentCertId = (await certificateNamed(customer, 'Connector')).id
  const name = `key ${crypto.randomUUID()}`
  const body = { name, maxUsage: '2', enrollmentCertId, zcomponentId, ...members }
  return must(await customer.ask('POST', KEYS, body), 201)
}

export function enroll(provisioningKey: string, members: object = {}): Promise<Answer> {
  return anyone('POST', '/enroll', { provisioningKey, ...members })
}

export async function fingerprint(): Promise<string> {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
}

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

export async function keyPair(algorithm: object = P256): Promise<CryptoKeyPair> {
  return (await crypto.subtle.generateKey(algorithm as typeof P256, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair
}

/** A request whose subject is another's on purpose. */
export async function requestOf(keys: CryptoKeyPair, signingAlgorithm: object = P256): Promise<string> {
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=Somebody Else',
    keys,
    signingAlgorithm: signingAlgorithm as typeof P256,
  })
  return request.toString('pem')
}

/** Whether each certificate was signed by the next, and the last by itself. */
export async function isChain(pems: readonly string[]): Promise<boolean> {
  const certificates = pems.map((pem) => new x509.X509Certificate(pem))
  const checks = certificates.map((one, i) => {
    const { publicKey } = certificates[i + 1] ?? one
    return one.verify({ publicKey, date: new Date() })
  })
  return (await Promise.all(checks)).every(Boolean)
}

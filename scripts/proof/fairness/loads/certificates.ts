/** Certificate requests and lists of revocations: parsing, verifying and signing. */
import 'reflect-metadata'

import { randomBytes } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { must } from '../../api/ask.ts'
import { CONNECTIONS, type Load } from '../load.ts'
import { get, postJson } from '../requests.ts'
import type { Scene } from '../scene.ts'

const ZPA = 'Zscaler ZPA'
const LARGEST_RSA_BITS = 8_192
/** A list has at most 1,024. */
const REVOKED = 1_000
const DELETED_AT_ONCE = 500

/** Requests that are refused before a use is spent: bad signatures, a small key, a very large key, no DER. */
async function certificateRequests(): Promise<readonly string[]> {
  const good = await requestFor({ name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' })
  const rsa = (modulusLength: number) => ({
    ...{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength },
    publicExponent: new Uint8Array([1, 0, 1]),
  })
  const [small, large] = await Promise.all([requestFor(rsa(1_024)), requestFor(rsa(LARGEST_RSA_BITS))])
  return [
    spoiled(good),
    small,
    spoiled(large),
    `-----BEGIN CERTIFICATE REQUEST-----\n${'A'.repeat(16_000)}\n`,
  ]
}

type SigningAlgorithm = {
  readonly name: string
  readonly hash: string
  readonly namedCurve?: string
  readonly modulusLength?: number
  readonly publicExponent?: Uint8Array<ArrayBuffer>
}

async function requestFor(algorithm: SigningAlgorithm): Promise<string> {
  const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=fairness',
    keys,
    signingAlgorithm: algorithm,
  })
  return made.toString('pem')
}

/** With another last byte of its signature. */
function spoiled(pem: string): string {
  const der = new Uint8Array(new x509.Pkcs10CertificateRequest(pem).rawData)
  der[der.length - 1] = (der[der.length - 1] ?? 0) ^ 1
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----`
}

/** Revokes nearly as many certificates as a list has room for; returns the list's path. */
async function revokeMany({ client, own, share, tenant }: Scene): Promise<string> {
  const { names, credentials } = await own(ZPA)
  const base = `/mgmtconfig/v1/admin/customers/${tenant.customer.id}`
  const headers = credentials.api_token ?? null
  const post = (path: string, json: unknown) => must(client, { method: 'POST', path, headers, json })
  const { provisioningKey } = await post(`${base}/associationType/CONNECTOR_GRP/provisioningKey`, {
    ...{ name: `revoked ${randomBytes(4).toString('hex')}`, maxUsage: String(2 * REVOKED) },
    ...{ enrollmentCertId: names.issuer, zcomponentId: names.group },
  })
  const ids: string[] = []
  const enroll = async () => {
    for (; ids.length < REVOKED * share; ) {
      const fingerprint = randomBytes(32).toString('base64')
      ids.push((await post('/enroll', { provisioningKey, fingerprint, csr: names.csr })).id)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, enroll))
  for (let from = 0; from < ids.length; from += DELETED_AT_ONCE) {
    await post(`${base}/connector/bulkDelete`, { ids: ids.slice(from, from + DELETED_AT_ONCE) })
  }
  return `/crl/${names.list}`
}

export const certificates: readonly Load[] = [
  {
    name: 'certificate requests that are refused, ZPA',
    by: 'stranger',
    async prepare(scene) {
      const { names } = await scene.own(ZPA)
      const provisioningKey = names.provisioning_key
      const requests = (await certificateRequests()).map((csr) =>
        postJson('/enroll', { provisioningKey, fingerprint: randomBytes(32).toString('base64'), csr }),
      )
      return { connections: CONNECTIONS, requests }
    },
  },
  {
    name: 'certificates, ZPA',
    by: 'tenant',
    expects: 200,
    async prepare(scene) {
      // The same fingerprint and key again: each answer is signed afresh, and no use is spent.
      const { names } = await scene.own(ZPA)
      const { provisioning_key: provisioningKey, fingerprint, csr } = names
      return {
        connections: CONNECTIONS,
        requests: [postJson('/enroll', { provisioningKey, fingerprint, csr })],
      }
    },
  },
  {
    name: 'lists of revocations, ZPA',
    by: 'stranger',
    expects: 200,
    prepare: async (scene) => ({ connections: CONNECTIONS, requests: [get(await revokeMany(scene))] }),
  },
]

import 'reflect-metadata'

import { randomBytes } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import type { EntityId } from '../../../src/core/kernel/ids.ts'
import { formatGid, type IdKind, parseGid } from '../../../src/dialects/zpa/edge/ids.ts'
import type { Client } from '../../lib/http/agent-client.ts'
import { bearer } from '../../lib/http/credential.ts'
import { must } from './ask.ts'
import type { DialectTable, Stranger, Tenant } from './dialect.ts'
import { strangersOf } from './strangers.ts'

const PLACE = { latitude: '37.33', longitude: '-121.88', location: 'San Jose' }
const NO_LEDGER = 2 ** 30
const NO_NUMBER = 9_999

/** What `{id}` names in each collection. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  apiKeys: 'api_key_id',
  provisioningKey: 'key',
  appConnectorGroup: 'group',
  serviceEdgeGroup: 'edge_group',
  enrollmentCert: 'certificate',
  connector: 'connector',
  serviceEdge: 'edge',
}

export const zpa: DialectTable = {
  slug: 'zpa',
  tag: 'Zscaler ZPA',
  async furnish(client, tenant, secrets) {
    const { customer } = tenant
    const headers = bearer(await signIn(client, tenant))
    const base = `/mgmtconfig/v1/admin/customers/${customer.id}`
    const ask = (method: string, path: string, json?: unknown) =>
      must(client, { method, path: `${base}/${path}`, headers, json })
    const post = (path: string, json: unknown) => ask('POST', path, json)
    const issuerNamed = async (name: string) =>
      (await ask('GET', `enrollmentCert?search=${encodeURIComponent(`name EQ ${name}`)}`)).list[0].id
    const makeKey = async (type: string, group: string, issuer: string) => {
      const body = { name: 'proof', maxUsage: '100', enrollmentCertId: issuer, zcomponentId: group }
      const key = await post(`associationType/${type}/provisioningKey`, body)
      // The host before it, and the digits after it, are no secrets.
      secrets.add(key.provisioningKey.split(/[|-]/)[2] ?? '', 'a provisioning key')
      return key
    }
    const enroll = (provisioningKey: string, fingerprint: string, csr: string) =>
      must(client, { method: 'POST', path: '/enroll', json: { provisioningKey, fingerprint, csr } })

    const apiKey = await post('apiKeys', { name: 'proof' })
    const group = await post('appConnectorGroup', { name: 'proof', ...PLACE })
    const edgeGroup = await post('serviceEdgeGroup', { name: 'proof', ...PLACE })
    const certificate = await post('enrollmentCert/selfsigned/generate', { name: 'proof' })
    const issuer = await issuerNamed('Connector')
    const key = await makeKey('CONNECTOR_GRP', group.id, issuer)
    const edgeKey = await makeKey('SERVICE_EDGE_GRP', edgeGroup.id, await issuerNamed('Service Edge'))
    const fingerprint = randomBytes(32).toString('base64')
    const csr = await certificateRequest()
    const connector = await enroll(key.provisioningKey, fingerprint, csr)
    const edge = await enroll(edgeKey.provisioningKey, fingerprint, csr)
    // Groups of their own, which nothing that enrolled keeps from being deleted.
    const empty = await post('appConnectorGroup', { name: 'empty', ...PLACE })
    const emptyEdge = await post('serviceEdgeGroup', { name: 'empty', ...PLACE })
    return {
      names: {
        customer: customer.id,
        client_id: customer.clientId,
        client_secret: customer.clientSecret,
        type: 'CONNECTOR_GRP',
        glued: 'CONNECTOR_GRPzcomponent',
        api_key_id: apiKey.id,
        group: group.id,
        edge_group: edgeGroup.id,
        empty_group: empty.id,
        empty_edge_group: emptyEdge.id,
        certificate: certificate.id,
        certificate_pem: certificate.certificate,
        issuer,
        list: `${issuer}.crl`,
        key: key.id,
        provisioning_key: key.provisioningKey,
        connector: connector.id,
        edge: edge.id,
        client_certificate: connector.certificate,
        fingerprint,
        csr,
      },
      credentials: { api_token: headers },
    }
  },
  meanings({ path, method }): Record<string, string> {
    const [, collection = ''] = /\/(\w+)\/\{id\}/.exec(path) ?? []
    const kind = COLLECTIONS[collection]
    if (kind === undefined) return {}
    return { id: method === 'DELETE' && /group$/.test(kind) ? `empty_${kind}` : kind }
  },
  strangers(own, other) {
    const gids = (ids: Readonly<Record<string, IdKind>>) =>
      Object.entries(ids).flatMap(([kind, of]) => gidStrangers(kind, of, own[kind] ?? '', other[kind] ?? ''))
    return [
      ...strangersOf(other, ['customer', 'certificate', 'issuer', 'api_key_id']).map((one) =>
        one.kind === 'api_key_id' ? { ...one, nobodys: String(BigInt(one.others) + 9_999n) } : one,
      ),
      ...gids({ group: 'group', edge_group: 'group', empty_group: 'group', empty_edge_group: 'group' }),
      ...gids({ connector: 'component', edge: 'component' }),
    ]
  },
  samples: {
    zpa_signin: { form: { client_id: '{client_id}', client_secret: '{client_secret}' } },
    zpa_oauth2_token: {
      form: { grant_type: 'client_credentials', client_id: '{client_id}', client_secret: '{client_secret}' },
    },
    zpa_api_keys_post: { json: { name: '{nonce}' } },
    zpa_api_key_put: { json: { name: '{nonce}' } },
    zpa_provisioning_keys_post: {
      json: { name: '{nonce}', maxUsage: '5', enrollmentCertId: '{issuer}', zcomponentId: '{group}' },
    },
    zpa_provisioning_key_put: {
      json: { name: '{nonce}', zcomponentId: '{empty_group}', enrollmentCertId: '{issuer}' },
    },
    zpa_app_connector_groups_post: { json: { name: '{nonce}', ...PLACE } },
    zpa_app_connector_group_put: { json: { description: 'changed' } },
    zpa_service_edge_groups_post: { json: { name: '{nonce}', ...PLACE } },
    zpa_service_edge_group_put: { json: { description: 'changed' } },
    zpa_enrollment_certs_post: { json: { name: '{nonce}', certificate: '{certificate_pem}' } },
    zpa_enrollment_cert_put: { json: { description: 'changed' } },
    zpa_enrollment_cert_csr: { json: { name: '{nonce}' } },
    zpa_enrollment_cert_self_signed: { json: { name: '{nonce}', parentCertId: '{issuer}' } },
    zpa_connector_put: { json: { description: 'changed' } },
    zpa_connectors_bulk_delete: { json: { ids: ['{connector}'] } },
    zpa_service_edge_put: { json: { description: 'changed' } },
    zpa_service_edges_bulk_delete: { json: { ids: ['{edge}'] } },
    zpa_enroll: {
      json: { provisioningKey: '{provisioning_key}', fingerprint: '{fingerprint}', csr: '{csr}' },
    },
    zpa_enroll_renew: { json: { certificate: '{client_certificate}', csr: '{csr}' } },
  },
  redemption: {
    shape: /^(3\|[^|]+\|)([A-Za-z0-9+/]{384})(-\d{18})$/,
    ask: (provisioningKey, fingerprint) => ({
      method: 'POST',
      path: '/enroll',
      json: { provisioningKey, fingerprint },
    }),
  },
  clocks: ['modifiedTime'],
  secretMembers: ['provisioningKey', 'clientSecret', 'access_token', 'client_secret'],
}

async function signIn(client: Client, { customer }: Tenant): Promise<string> {
  const form = new URLSearchParams({ client_id: customer.clientId, client_secret: customer.clientSecret })
  const raw = { type: 'application/x-www-form-urlencoded', body: form.toString() }
  return (await must(client, { method: 'POST', path: '/signin', raw })).access_token
}

async function certificateRequest(): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const usages = ['sign', 'verify'] as const
  const keys = (await crypto.subtle.generateKey(algorithm, true, [...usages])) as CryptoKeyPair
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=proof',
    keys,
    signingAlgorithm: algorithm,
  })
  return made.toString('pem')
}

/** In the other's ledger, and in one that does not exist; the numbers there are unknown. */
function gidStrangers(kind: string, of: IdKind, own: string, others: string): Stranger[] {
  const [mine, theirs] = [parseGid(of, own), parseGid(of, others)]
  if (!mine || !theirs) throw new Error(`${kind} is no id`)
  const nowhere: EntityId[] = [
    { ledger: theirs.ledger, n: NO_NUMBER },
    { ledger: mine.ledger, n: NO_NUMBER },
    { ledger: NO_LEDGER, n: 1 },
  ]
  return nowhere.map((id) => ({ kind, others, nobodys: formatGid(of, id) }))
}

/** A version of the ring comes and goes under what each dialect made with it. */
import 'reflect-metadata'

import { env, exports } from 'cloudflare:workers'
import * as x509 from '@peculiar/x509'
import { expect, test } from 'vitest'
import { createRingKeeper } from '../../src/stores/keyring/ring-keeper.ts'
import { createRingStore } from '../../src/stores/keyring/ring-store.ts'
import { compose } from '../support/composed.ts'
import { type Account, KEY_PAIRS, makeAccount } from '../support/datonis.ts'
import { BASE, clientOf, type Json, ringSettings } from '../support/native-client.ts'
import { enroll, fingerprint, keyPair, must, newCustomer, newKey, requestOf, signIn } from '../support/zpa.ts'

const maintain = clientOf(`Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}`)

/** An hour later, by the clock of an isolate of its own. */
async function anHourLater() {
  const now = () => Date.now() + 3_600_000
  const keeper = createRingKeeper({ ...ringSettings(), now })
  const bootstrapToken = 'a-token-of-this-deployment-0123456789'
  const ring = createRingStore({ ...ringSettings(), now }, keeper)
  const { fetch } = await compose({ now, keyring: () => keeper.keyring(), ring, bootstrapToken })
  return { fetch, later: clientOf(`Bearer ${bootstrapToken}`, fetch), anyoneLater: clientOf(null, fetch) }
}

async function revokedIn(list: Response): Promise<string[]> {
  expect(list.status).toBe(200)
  const { entries } = new x509.X509Crl(await list.arrayBuffer())
  return entries.map(({ serialNumber }) => serialNumber).sort()
}

const sealedSecretOf = ({ device }: Awaited<ReturnType<Account['device']>>) =>
  env.DB.prepare('SELECT sealed_secret AS sealed FROM key_pairs WHERE access_key = ?')
    .bind(device.accessKey)
    .first<string>('sealed')

test('what is shown or used again is resealed; what is left of a version ends when it is dropped, with an event each', async () => {
  const customer = await newCustomer()
  const key = await newKey(customer)
  const claim = { fingerprint: await fingerprint(), csr: await requestOf(await keyPair()) }
  const component = must(await enroll(key.provisioningKey, claim), 201)
  const account = await makeAccount()
  const old = await account.device()
  const { current } = must(await maintain('GET', '/v1/maintenance/keyring'), 200)

  const added = must(await maintain('POST', '/v1/maintenance/keyring/versions', { at_once: true }), 200)
  const kept = await account.device()
  const before = must(await maintain('GET', '/v1/maintenance/keyring'), 200)
  expect(before.sealed_by_older).toBeGreaterThan(1)
  expect(must(await maintain('POST', '/v1/maintenance/keyring/reseal'), 200)).toEqual({
    resealed: before.sealed_by_older,
    left: 0,
  })
  expect(await sealedSecretOf(old)).toMatch(new RegExp(`^${added.version}\\.`))
  // Its inbox has it, too, and issuers' private keys open as before.
  const pair = (await account.admin.get(`${KEY_PAIRS}/${old.device.accessKey}`)).json.key_pair
  expect(pair.secret_key).toHaveLength(40)
  expect((await old.device.event(old.thing)).status).toBe(200)
  must(await enroll(key.provisioningKey, claim), 200)

  const { credentials } = before
  const hanging = (version: number) =>
    Object.fromEntries(Object.entries(credentials).map(([name, of]) => [name, (of as Json)[version] ?? 0]))
  expect(hanging(current)).toEqual({ api_keys: 2, api_clients: 2, key_pairs: 1, passwords: 2, sessions: 1 })
  expect(hanging(added.version)).toMatchObject({ key_pairs: 1, api_clients: 0 })
  const survey = must(await maintain('POST', '/v1/maintenance/ledgers/survey', {}), 200)
  expect(survey.certificates).toEqual({ [current]: 1, [added.version]: 1 })

  // Revoked, so that its serial number is in its issuer's list.
  must(await customer.ask('DELETE', `connector/${component.id}`), 204)
  const crl = `${BASE}/crl/${key.enrollmentCertId}.crl`
  const revoked = await revokedIn(await exports.default.fetch(crl))
  expect(revoked).toHaveLength(2)

  const { fetch, later, anyoneLater } = await anHourLater()
  const version = `/v1/maintenance/keyring/versions/${current}`
  expect(must(await later('POST', `${version}/end`, {}), 200).keys).toBe(1)
  expect(must(await later('POST', `${version}/end-key-pairs`, {}), 200)).toEqual({ key_pairs: 1, next: null })
  const dropped = must(await later('DELETE', version), 200)
  expect(dropped).toEqual({ api_keys: 2, api_clients: 2, passwords: 2, sessions: 1 })
  expect(await revokedIn(await fetch(crl, {}))).toEqual(revoked)

  const { results } = await env.DB.prepare(
    `SELECT type, record ->> '$.subject.id' AS id, record ->> '$.detail.ringVersion' AS version FROM events
     WHERE type IN ('key_pair.delete', 'api_client.delete') AND organization_id IN (?, ?) ORDER BY type, organization_id`,
  )
    .bind(customer.organization, account.organization)
    .all()
  expect(results).toMatchObject([
    { type: 'api_client.delete' },
    { type: 'api_client.delete' },
    { type: 'key_pair.delete', id: old.device.accessKey, version: current },
  ])
  expect(await sealedSecretOf(old)).toBe('')
  must(await signIn(customer.clientId, customer.secret), 401)
  const renewal = { certificate: component.certificate, csr: claim.csr }
  must(await anyoneLater('POST', '/enroll/renew', renewal), 401)
  expect((await kept.device.event(kept.thing)).status).toBe(200)
})

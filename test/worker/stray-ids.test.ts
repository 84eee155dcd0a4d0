/** A made-up id wakes no object and makes no storage, with a credential or without. */
import { expect, test } from 'vitest'
import { compose } from '../support/composed.ts'
import { makeOrganization } from '../support/organization.ts'

test('no route opens a ledger that is not the caller’s', async () => {
  const { id: org, owner } = await makeOrganization()
  const { calls, fetch } = await compose()
  const authorized = { Authorization: owner.authorization }
  const stray = 1_999_999_999
  const native = (BigInt(stray) << 27n) | 1n
  const uuid = 'ee6b27ff-c000-4001-8000-000000000000'
  const script = `/api/v18/software/ven/image?pair_script=pair.sh&profile_id=${stray}`
  const paths = [
    ['GET', `/api/v2/orgs/${org}/pairing_profiles/${stray}`],
    ['PUT', `/api/v2/orgs/${org}/pairing_profiles/${stray}`],
    ['DELETE', `/api/v2/orgs/${org}/pairing_profiles/${stray}`],
    ['POST', `/api/v2/orgs/${org}/pairing_profiles/${stray}/pairing_key`],
    ['DELETE', `/api/v2/orgs/${org}/pairing_profiles/${stray}/pairing_keys`],
    ['GET', `/api/v2/orgs/${org}/workloads/${uuid}`],
    ['GET', `/v1/profiles/prf_${native}`],
    ['DELETE', `/v1/profiles/prf_${native}`],
    ['GET', `/v1/keys/key_${native}`],
    ['POST', `/v1/keys/key_${native}/revoke`],
    ['GET', `/v1/agents/${uuid}`],
  ] as const
  expect((await fetch(`https://latchkey.example${script}`, {})).status).toBe(200)
  for (const [method, path] of paths) {
    const body = method === 'GET' || method === 'DELETE' ? {} : { body: '{}' }
    const reply = await fetch(`https://latchkey.example${path}`, { method, headers: authorized, ...body })
    expect([path, reply.status]).toEqual([path, 404])
  }
  expect(calls.filter((call) => call.startsWith('ledgers.') || call.startsWith('ledger.'))).toEqual([])
  expect(calls).toContain('ledgerDirectory.isOwned')
})

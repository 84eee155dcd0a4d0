import { randomBytes } from 'node:crypto'
import { must } from '../api/ask.ts'
import type { Scene } from './scene.ts'

const WORKLOADS = 2_000
const INTERFACES = 100
const AT_ONCE = 16

/** As many workloads as one list can show, each with nearly the most facts that it may report (8 KiB). */
export async function addWorkloads(scene: Scene): Promise<void> {
  const { client, tenant, share } = scene
  const headers = tenant.credentials.api_key ?? null
  const post = (path: string, json: unknown) => must(client, { method: 'POST', path, headers, json })
  const profile = await post(`/api/v2/orgs/${tenant.id}/pairing_profiles`, { enabled: true, name: 'large' })
  const pairingKey = `/api/v2${profile.href}/pairing_key`
  const { activation_code } = await post(pairingKey, {})
  const interfaces = Array.from({ length: INTERFACES }, (_, i) => ({
    name: `eth${String(i).padStart(3, '0')}-of-a-large-host`,
    address: `10.20.${i}.40`,
    cidr_block: 24,
  }))
  const waiting = Array.from({ length: Math.ceil(WORKLOADS * share) }, (_, i) => i)
  const activate = async () => {
    for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
      const machine = { claim: randomBytes(24).toString('base64url'), hostname: `large-${i}` }
      await post('/api/v2/agents/activate', { activation_code, ...machine, interfaces })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, activate))
  // A management call brings D1 up to date.
  await post(pairingKey, {})
}

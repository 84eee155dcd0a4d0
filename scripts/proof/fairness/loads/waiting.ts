/** Machines that hold uses and cancel, and machines that ask every moment whether an operator let them in. */
import { randomBytes } from 'node:crypto'
import { must } from '../../api/ask.ts'
import { CONNECTIONS, type Load } from '../load.ts'
import { postJson } from '../requests.ts'
import type { Scene } from '../scene.ts'

const MACHINES = 100

async function newCode({ client, tenant }: Scene, rules: object): Promise<string> {
  const headers = tenant.credentials.api_key ?? null
  const post = (path: string, json: unknown) => must(client, { method: 'POST', path, headers, json })
  const { id } = await post('/v1/profiles', { name: `waiting ${randomBytes(4).toString('hex')}` })
  return (await post('/v1/keys', { profile_id: id, max_uses: null, ...rules })).code
}

function newClaims(): readonly string[] {
  return Array.from({ length: MACHINES }, () => randomBytes(24).toString('base64url'))
}

export const waiting: readonly Load[] = [
  {
    name: 'machines that wait for approval and poll',
    by: 'stranger',
    expects: 202,
    async prepare(scene) {
      const code = await newCode(scene, { approval: { expires_seconds: 3_600, max_pending: MACHINES } })
      const requests = newClaims().map((claim) => postJson('/v1/enroll', { code, claim }))
      return { connections: CONNECTIONS, requests }
    },
  },
  {
    name: 'machines that hold uses and cancel',
    by: 'stranger',
    expects: 202,
    async prepare(scene) {
      const code = await newCode(scene, { hold: 'allowed' })
      const requests = newClaims().flatMap((claim) => [
        postJson('/v1/enroll', { code, claim, hold: 60 }),
        postJson('/v1/enroll/cancel', { code, claim }),
      ])
      return { connections: CONNECTIONS, requests }
    },
  },
]

/** Twenty receivers, of which none takes anything, while enrollments make events for each of them. */
import { randomBytes } from 'node:crypto'
import { must } from '../../api/ask.ts'
import { CONNECTIONS, type Load } from '../load.ts'
import { postJson } from '../requests.ts'

const RECEIVERS = 20
const MACHINES = 200

export const webhooks: readonly Load[] = [
  {
    name: 'enrollments of a tenant whose webhooks are dead',
    by: 'tenant',
    expects: 201,
    goesOn: true,
    async prepare({ client, tenant }) {
      const headers = tenant.credentials.api_key ?? null
      const post = (path: string, json: unknown) => must(client, { method: 'POST', path, headers, json })
      const { items } = await must(client, { method: 'GET', path: '/v1/webhooks', headers })
      for (let n = items.length; n < RECEIVERS; n++) {
        await post('/v1/webhooks', { url: `https://127.0.0.1:1/${n}` })
      }
      // Another load may have made as many profiles as a tenant may have.
      const profiles = await must(client, { method: 'GET', path: '/v1/profiles?limit=1', headers })
      const [{ id }] = profiles.items
      const { code } = await post('/v1/keys', { profile_id: id, max_uses: null })
      const claims = Array.from({ length: MACHINES }, () => randomBytes(24).toString('base64url'))
      return {
        connections: CONNECTIONS,
        requests: claims.map((claim) => postJson('/v1/enroll', { code, claim })),
      }
    },
  },
]

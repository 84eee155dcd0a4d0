/** A large fleet of the tenant, and what its operators ask of it. */
import { must } from '../../api/ask.ts'
import { CARRIED, type LoadRequest } from '../generator/traffic.ts'
import { CONNECTIONS, type Load } from '../load.ts'
import { FORM_TYPE, postJson } from '../requests.ts'
import { unlimitedCode } from '../scene.ts'

const AGENTS = 200

export const agents: readonly Load[] = [
  {
    name: 'a fleet that enrolls',
    by: 'tenant',
    expects: 201,
    async prepare({ client, tenant }) {
      // Without a claim each call is a new agent.
      const request = postJson('/v1/enroll', { code: await unlimitedCode(client, tenant), hostname: 'fleet' })
      return { connections: CONNECTIONS, requests: [request] }
    },
  },
  {
    name: 'a fleet that refreshes its tokens',
    by: 'tenant',
    expects: 200,
    async prepare({ client, tenant }) {
      const code = await unlimitedCode(client, tenant)
      const json = { code, hostname: 'fleet' }
      const requests: LoadRequest[] = []
      for (let i = 0; i < AGENTS; i++) {
        const { refresh_token } = await must(client, { method: 'POST', path: '/v1/enroll', json })
        requests.push({
          ...{ method: 'POST', path: '/v1/token', headers: { 'Content-Type': FORM_TYPE } },
          body: `grant_type=refresh_token&refresh_token=${CARRIED}`,
          carries: { member: 'refresh_token', value: refresh_token },
        })
      }
      return { connections: CONNECTIONS, requests }
    },
  },
  {
    name: 'explanations of a key',
    by: 'tenant',
    expects: 200,
    async prepare(scene) {
      const { names, credentials } = await scene.own('Native')
      const path = `/v1/keys/${names.key}/explain`
      const request = postJson(path, { claim: names.claim }, credentials.api_key)
      return { connections: CONNECTIONS, requests: [request] }
    },
  },
  {
    name: 'new profiles without end',
    by: 'tenant',
    expects: 201,
    async prepare(scene) {
      // The tenant's own key has spent its budget of the minute on earlier loads.
      const requests = [postJson('/v1/profiles', { name: 'one of many' }, await scene.newMember('owner'))]
      return { connections: CONNECTIONS, requests }
    },
  },
]

/** Routes without a credential that only read. */
import { CONNECTIONS, type Load } from '../load.ts'
import { get } from '../requests.ts'

export const documents: readonly Load[] = [
  {
    name: 'the OpenAPI document',
    by: 'stranger',
    expects: 200,
    prepare: () => ({ connections: CONNECTIONS, requests: [get('/openapi.json')] }),
  },
  {
    name: 'health, key set and pairing script',
    by: 'stranger',
    expects: 200,
    async prepare(scene) {
      const { names } = await scene.own('Illumio PCE')
      const script = `/api/v18/software/ven/image?pair_script=pair.sh&profile_id=${names.profile}`
      const paths = ['/healthz', '/.well-known/jwks.json', script, '/api/v2/node_available']
      return { connections: CONNECTIONS, requests: paths.map((path) => get(path)) }
    },
  },
]

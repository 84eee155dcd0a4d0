/** Collections: large rows at once, as asynchronous jobs, and searches of many rows. */
import { CONNECTIONS, type Load } from '../load.ts'
import { get } from '../requests.ts'

/** A member's budget of a minute, with some to spare for what else asks. */
const BUDGET = 450
const JOBS = 100
const EXPORTS = 4
/** All connections' lists, of 16 MB each, are read in turn and end together. */
const LONGEST_LISTS_MS = 90_000

/** In none of the rows: all of them are looked at. */
const ABSENT = 'nothing-is-called-this'

export const lists: readonly Load[] = [
  {
    name: 'lists of 2,000 workloads of 8 KiB',
    by: 'tenant',
    expects: 200,
    async prepare(scene) {
      await scene.workloads()
      const path = `/api/v2/orgs/${scene.tenant.id}/workloads?max_results=2000`
      const requests = [get(path, await scene.viewer())]
      return { connections: CONNECTIONS, most: BUDGET, patienceMs: LONGEST_LISTS_MS, requests }
    },
  },
  {
    name: `${JOBS} asynchronous jobs at once`,
    by: 'tenant',
    expects: 202,
    goesOn: true,
    async prepare(scene) {
      await scene.workloads()
      // A member keeps a hundred jobs: those of an earlier try leave no room for these.
      const list = get(`/api/v2/orgs/${scene.tenant.id}/workloads`, await scene.newMember('read_only'))
      const headers = { ...list.headers, Prefer: 'respond-async' }
      return { connections: JOBS, most: JOBS, requests: [{ ...list, headers }] }
    },
  },
  {
    name: 'searches of 100,000 rows, Illumio',
    by: 'tenant',
    expects: 200,
    async prepare(scene) {
      await scene.rows()
      const viewer = await scene.viewer()
      const paths = ['workloads?name=', 'vens?hostname=', 'pairing_profiles?name=']
      return {
        connections: CONNECTIONS,
        most: BUDGET,
        requests: paths.map((path) => get(`/api/v2/orgs/${scene.tenant.id}/${path}${ABSENT}`, viewer)),
      }
    },
  },
  {
    name: 'searches of 100,000 rows, native',
    by: 'tenant',
    expects: 200,
    async prepare(scene) {
      await scene.rows()
      const key = scene.tenant.credentials.api_key ?? null
      const paths = [
        `agents?hostname=${ABSENT}`,
        `profiles?name=${ABSENT}`,
        'agents?limit=500',
        'keys?limit=500',
      ]
      return { connections: CONNECTIONS, requests: paths.map((path) => get(`/v1/${path}`, key)) }
    },
  },
  {
    name: 'exports of 100,000 rows',
    by: 'tenant',
    expects: 200,
    async prepare(scene) {
      await scene.rows()
      const key = scene.tenant.credentials.api_key ?? null
      const requests = ['export', 'export/agents.csv'].map((path) => get(`/v1/${path}`, key))
      return { connections: EXPORTS, most: EXPORTS, patienceMs: LONGEST_LISTS_MS, requests }
    },
  },
]

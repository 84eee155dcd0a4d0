/** Forms, queries and JSON that are long, deep or wide, on every route that reads them. */
import { DIALECTS } from '../../api/dialects.ts'
import {
  hostileForms,
  hostileJson,
  LARGEST_BODY_BYTES,
  LONGEST_QUERY,
  SMALL_FORM_BYTES,
} from '../hostile-bodies.ts'
import { CONNECTIONS, type Load } from '../load.ts'
import {
  FORM_TYPE,
  type Hostile,
  JSON_TYPE,
  lastingOperations,
  strangersRequests,
  tenantsRequests,
} from '../requests.ts'

type Kind = {
  readonly name: string
  readonly texts: () => readonly Hostile[]
  readonly isOf: (method: string) => boolean
}

const hasBody = (method: string) => method !== 'GET'
const KINDS: readonly Kind[] = [
  { name: 'forms of 78 KiB', texts: () => forms(SMALL_FORM_BYTES), isOf: hasBody },
  { name: 'forms of 1 MiB', texts: () => forms(LARGEST_BODY_BYTES), isOf: hasBody },
  {
    name: 'queries of 60 KB',
    texts: () => hostileForms(LONGEST_QUERY).map((query) => ({ query })),
    isOf: (method) => method === 'GET',
  },
  {
    name: 'JSON of 1 MiB, deep or wide',
    texts: () => hostileJson(LARGEST_BODY_BYTES).map((body) => ({ type: JSON_TYPE, body })),
    isOf: hasBody,
  },
]

function forms(bytes: number): readonly Hostile[] {
  return hostileForms(bytes).map((body) => ({ type: FORM_TYPE, body }))
}

const byStrangers = KINDS.flatMap(({ name, texts, isOf }) =>
  DIALECTS.map(
    ({ tag }): Load => ({
      name: `${name}, ${tag}`,
      by: 'stranger',
      async prepare(scene) {
        const operations = lastingOperations(scene, tag).filter(({ method }) => isOf(method))
        const requests = await Promise.all(
          texts().map((text) => strangersRequests(scene, tag, operations, text)),
        )
        return { connections: CONNECTIONS, requests: requests.flat() }
      },
    }),
  ),
)

const byTenants = KINDS.map(
  ({ name, texts, isOf }): Load => ({
    name: `${name}, signed in`,
    by: 'tenant',
    async prepare(scene) {
      const requests = await Promise.all(texts().map((text) => tenantsRequests(scene, text)))
      return { connections: CONNECTIONS, requests: requests.flat().filter(({ method }) => isOf(method)) }
    },
  }),
)

export const texts: readonly Load[] = [...byStrangers, ...byTenants]

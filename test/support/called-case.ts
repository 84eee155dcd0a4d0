import type { Actor } from '../../src/core/access/actor.ts'
import type { Admits } from '../../src/core/access/cases/use-case.ts'
import { PERMISSIONS } from '../../src/core/access/permission.ts'
import { type Core, USE_CASES } from '../../src/core/core.ts'
import { NO_TURNS } from '../../src/core/kernel/fairness/turns.ts'
import { ok } from '../../src/core/kernel/outcome.ts'
import { type NativeRoute, sampleOf } from './native-routes.ts'
import type { Subjects } from './native-samples.ts'

/** What a use case that a route's handler calls says of who may call it; the use case itself does not run. */
export async function calledBy(route: NativeRoute, subjects: Subjects): Promise<Admits> {
  let called: Admits | null = null
  const core = recordingCore((admits) => {
    called ??= admits
  })
  const { body, form } = sampleOf(route, subjects)
  const handling = route.handle({
    core,
    identity: { kind: 'operator', actor: ACTOR },
    params: route.params?.parse(subjects) as never,
    query: route.query?.parse({}) as never,
    body: async () => ok(route.body?.schema.parse(body ?? form) as never),
    raw: {
      headers: new Headers(),
      query: () => ok(new Map()) as never,
      bytes: async () => ok(new Uint8Array()),
    },
    request: { id: '', method: '', path: '', address: null },
    turns: NO_TURNS,
    now: 0,
  })
  await handling.catch((error: unknown) => {
    if (!(error instanceof Called)) throw error
  })
  if (!called) throw new Error(`${route.operation.id} calls no use case`)
  return called
}

class Called extends Error {}

function recordingCore(record: (admits: Admits) => void): Core {
  const nouns = Object.entries(USE_CASES).map(([noun, verbs]) => [
    noun,
    Object.fromEntries(
      Object.entries(verbs).map(([verb, { admits }]) => [
        verb,
        async () => {
          record(admits)
          throw new Called()
        },
      ]),
    ),
  ])
  return Object.fromEntries(nouns) as Core
}

const ACTOR: Actor = {
  principal: 1,
  kind: 'user',
  publicId: '1',
  name: 'a@test.example',
  organization: 1,
  by: { kind: 'api_key', id: '' },
  roles: [],
  permissions: new Set(PERMISSIONS),
  scopes: new Map(),
}

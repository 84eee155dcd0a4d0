/**
 * The examples of Illumio's OpenAPI document: what this client sent and was answered, as in examples.test.ts.
 * `npx vitest run -u` writes them again after a change of the API.
 */
import { beforeAll, expect, test } from 'vitest'
import { isCollection } from '../../src/dialects/illumio/jobs/asynchronous.ts'
import { createMask } from '../support/masked.ts'
import { eventually, type Json } from '../support/native-client.ts'
import { type Fixture, makeFixture, type Route, routes, send } from '../support/routes.ts'

const EXAMPLES = '../../src/dialects/illumio/examples.json'
const idOf = ({ operation }: Route) => operation.id
const answersJson = ({ replies }: Route) => Object.values(replies).some((reply) => 'schema' in reply)

/** What is deleted, or unpaired, was read and changed before. */
const METHODS = ['get', 'post', 'put', 'delete']
const IS_END = /unpair|bulk_delete/
const inOrder = METHODS.flatMap((method) => {
  const its = routes.filter((route) => route.method === method)
  return [
    ...its.filter((route) => !IS_END.test(idOf(route))),
    ...its.filter((route) => IS_END.test(idOf(route))),
  ]
})
/** Of a user who has not signed in yet. */
const OF_INVITED = ['users_put', 'users_local_profile_reinvite_put']
/** Answers as the reinvitation does, to those who lost their password. */
const WITHOUT_EXAMPLE = ['users_local_profile_post']
/** Lists of what is not here, or which this machine has not; an empty one is no example. */
const IS_EMPTY =
  /^(sec_policy_.*|container_.*|network_enforcement_nodes|security_principals|workloads_interfaces|software_ven_release_images)_get$/
const isEmptyList = (json: Json) => Array.isArray(json) && json.length === 0

let fixture: Fixture
beforeAll(async () => {
  fixture = await makeFixture()
  const workloads = routes.find((route) => idOf(route) === 'workloads_get')
  await eventually(async () => {
    const { json } = workloads ? await send(fixture, workloads) : { json: [] }
    return isEmptyList(json) ? undefined : json
  })
})

test('every operation that takes or answers JSON has the example that is recorded here', async () => {
  const mask = createMask()
  const recorded: Record<string, object> = {}
  const empty: string[] = []
  let invited = ''
  let event = ''
  for (const route of inOrder) {
    const id = idOf(route)
    const body = route.body && fixture.bodies[id]
    if (WITHOUT_EXAMPLE.includes(id) || (body === undefined && !answersJson(route))) continue
    const { status, json, text } = await send(fixture, route, {
      ...(isCollection(route) && { query: '?max_results=1' }),
      ...(OF_INVITED.includes(id) && { params: { user: invited } }),
      // That of the fixture is another one where the event of the enrollment came first.
      ...(id === 'event_get' && { params: { event } }),
    })
    expect([id, status < 300, text]).toEqual([id, true, text])
    const last = () => [json as Json].flat()[0].href.split('/').at(-1)
    if (id === 'users_post') invited = last()
    if (id === 'events_get') event = last()
    if (body === undefined && isEmptyList(json)) empty.push(id)
    else
      recorded[id] = {
        ...(body !== undefined && { request: mask(body) }),
        replies: json === undefined ? {} : { [status]: mask(json) },
      }
  }
  expect(empty).toEqual(inOrder.map(idOf).filter((id) => IS_EMPTY.test(id)))
  await expect(`${JSON.stringify(recorded, null, 2)}\n`).toMatchFileSnapshot(EXAMPLES)
})

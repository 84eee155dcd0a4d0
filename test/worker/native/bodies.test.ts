/** What holds of every JSON body alike: what is none of a route's own is refused, and changes nothing. */
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { isForOperators } from '../../../src/dialects/native/edge/access.ts'
import {
  anyone,
  type Client,
  clientOf,
  newClaim,
  newOrganization,
  type Organization,
} from '../../support/native-client.ts'
import {
  makeSubjects,
  type NativeRoute,
  named,
  pathOf,
  ROUTES,
  sampleOf,
  snapshot,
} from '../../support/native-routes.ts'
import type { Subjects } from '../../support/native-samples.ts'
import { leavesUnchanged } from '../../support/unchanged.ts'

/** Members that are objects by themselves. */
const OBJECTS = new Set(['facts', 'approval', 'limits', 'pause_on', 'ceilings', 'certificates', 'labels'])

/** What may be asked without a body. */
const WITHOUT_BODY = new Set(['keys_explain'])

const WITH_BODY = named(ROUTES.filter(({ body }) => body?.encoding === 'json'))

let acme: Organization
let own: Subjects
let agent: Client
beforeAll(async () => {
  acme = await newOrganization()
  own = (await makeSubjects(acme)).subjects
  // Of another organization: an enrollment is listed later.
  const { code } = await (await newOrganization()).key()
  const { access_token } = (await anyone('POST', '/v1/enroll', { code, claim: newClaim() })).json
  agent = clientOf(`Bearer ${access_token}`)
})

describe('nothing is changed by what is refused', () => {
  leavesUnchanged(() => snapshot(acme, own))

  test.each(WITH_BODY)('%s refuses bodies that are none of its own', async (_, route) => {
    const valid = sampleOf(route, own).body ?? {}
    const deep = '['.repeat(500_000)
    const empty = [
      ['nothing', undefined, 400],
      ['blank', '  ', 400],
    ] as const
    const bodies: readonly (readonly [string, BodyInit | undefined, number])[] = [
      ...(WITHOUT_BODY.has(route.operation.id) ? [] : empty),
      ['no JSON', '{"name":', 400],
      ['two values', '{} {}', 400],
      ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), 400],
      [
        'a member __proto__',
        JSON.stringify(valid).replace('{', '{"__proto__":{"enabled":false},').replace(',}', '}'),
        400,
      ],
      ['too deep', `${deep}${']'.repeat(500_000)}`, 400],
      ['too deep, and open', deep, 400],
      ['null', 'null', 422],
      ['a list', '[]', 422],
      ['a text', '"text"', 422],
      ['a number', '1e999', 422],
      ['an unknown member', JSON.stringify({ ...valid, unknown: 1 }), 422],
      ['a member of Object', JSON.stringify({ ...valid, constructor: 1 }), 422],
      ['an empty name of a member', JSON.stringify({ ...valid, '': 1 }), 422],
      ['more than 1 MiB', JSON.stringify({ ...valid, name: 'x'.repeat(1024 * 1024) }), 413],
    ]
    for (const [what, raw, status] of bodies) {
      const answer = await callerOf(route)(
        route.method.toUpperCase(),
        pathOf(route, own),
        undefined,
        raw === undefined ? {} : { raw },
      )
      expect([what, answer.status]).toEqual([what, status])
      expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
    }
  })

  test.each(WITH_BODY)('%s refuses members of other types', async (_, route) => {
    for (const name of membersOf(route)) {
      const objects = OBJECTS.has(name) ? [] : [{}, { a: [] }]
      for (const value of [[[]], -1, 1e308, ...objects]) {
        const answer = await callerOf(route)(route.method.toUpperCase(), pathOf(route, own), {
          ...sampleOf(route, own).body,
          [name]: value,
        })
        expect([name, value, answer.status]).toEqual([name, value, 422])
      }
    }
  })
})

test('a member that is repeated counts as it stands last', async () => {
  const raw = '{"name":"first","name":"last"}'
  const made = await acme.owner('POST', '/v1/profiles', undefined, { raw })
  expect([made.status, made.json.name]).toEqual([201, 'last'])
})

/** A caller who may call it. */
function callerOf(route: NativeRoute): Client {
  if (isForOperators(route) || route.access === 'member') return acme.owner
  if (route.access === 'agent') return agent
  return route.access === 'bootstrap' ? clientOf(`Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}`) : anyone
}

function membersOf(route: NativeRoute): string[] {
  const schema = route.body?.schema as unknown as { shape: Record<string, unknown> } | undefined
  return Object.keys(schema?.shape ?? {})
}

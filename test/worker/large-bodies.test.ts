/** More than 1 MiB is refused by every route of both dialects, also by those that read no body; and nothing changes. */
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  anyone,
  type Client,
  clientOf,
  newOrganization,
  type Organization,
} from '../support/native-client.ts'
import * as native from '../support/native-routes.ts'
import { newPerson } from '../support/person.ts'
import * as illumio from '../support/routes.ts'
import { leavesUnchanged } from '../support/unchanged.ts'

const LIMIT = 1024 * 1024
const announcing = (bytes: number) => ({ 'Content-Length': String(bytes) })

describe('native', () => {
  let acme: Organization
  let enrolled: native.Enrolled
  let person: Client
  beforeAll(async () => {
    acme = await newOrganization()
    enrolled = await native.makeSubjects(acme)
    person = (await newPerson()).person
  })
  leavesUnchanged(() => native.snapshot(acme, enrolled.subjects))

  test.each(native.named(native.ROUTES))('%s', async (_, route) => {
    const { subjects, accessToken } = enrolled
    const callers: Readonly<Record<string, Client>> = {
      anyone,
      agent: clientOf(`Bearer ${accessToken}`),
      bootstrap: clientOf(`Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}`),
      metrics: clientOf(`Bearer ${env.LATCHKEY_METRICS_TOKEN}`),
      session: person,
    }
    const call = (headers: Record<string, string>, client = callers[route.access] ?? acme.owner) =>
      client(route.method.toUpperCase(), native.pathOf(route, subjects), undefined, { headers })
    const refused = await call(announcing(LIMIT + 1))
    expect(refused.status).toBe(413)
    expect(refused.headers.get('Content-Type')).toMatch(/json/)
    // Who may not call it learns only that.
    if (route.access !== 'anyone') {
      expect([401, 404]).toContain((await call(announcing(LIMIT + 1), anyone)).status)
    }
  })
})

describe('Illumio', () => {
  let fixture: illumio.Fixture
  beforeAll(async () => {
    fixture = await illumio.makeFixture()
  })
  leavesUnchanged(() => illumio.snapshot(fixture))

  test.each(illumio.all)('%s', async (_, route) => {
    const path = illumio.pathOf(route, fixture.params)
    const who = String(route.access).endsWith('password') ? fixture.login : fixture.owner
    const answer = await who.ask(route.method.toUpperCase(), path, {
      headers: announcing(LIMIT + 1),
    })
    illumio.expectArray(answer, 413, 'payload_too_large')
  })
})

test('1 MiB is not too much', async () => {
  const acme = await newOrganization()
  const { subjects } = await native.makeSubjects(acme)
  const raw = new Uint8Array(LIMIT)
  const path = `/v1/keys/${subjects.key}/revoke`
  expect((await acme.owner('POST', path, undefined, { raw, headers: announcing(LIMIT) })).status).toBe(200)
})

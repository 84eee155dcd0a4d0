/** The vendor's documents, replayed exchange by exchange (test/conformance/illumio/README.md says what differs). */
import { describe, expect, test } from 'vitest'
import { API_KEYS, type Exchange, LISTED, PAIRING } from '../../conformance/illumio/recorded.ts'
import { type Answer, Client, makeOrganization, type Organization } from '../../support/organization.ts'
import {
  API,
  activate,
  eventually,
  expectStatus,
  type Json,
  makeKey,
  makeLabel,
  orgPath,
} from '../../support/pairing.ts'

const HREF = /^\/orgs\/\d+\//
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'

/** What a name in braces stands for, where it is not this run's own. */
const FORMS: Readonly<Record<string, RegExp>> = {
  '{time}': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  '{profile}': /^\/orgs\/\d+\/pairing_profiles\/[1-9]\d*$/,
  '{code}': /^1[0-9a-f]{80}$/,
  '{key_id}': /^1[0-9a-f]{16}$/,
  '{key}': /^\/users\/\d+\/api_keys\/1[0-9a-f]{16}$/,
  '{auth_username}': /^api_1[0-9a-f]{16}$/,
  '{secret}': /^[0-9a-f]{64}$/,
  '{account}': new RegExp(`${HREF.source}service_accounts/${UUID}$`),
  '{permission}': new RegExp(`${HREF.source}permissions/${UUID}$`),
}

type Stage = Organization & { readonly names: Record<string, string> }

/** The server as the documents presuppose it: four labels, an access restriction, two profiles. */
async function setStage(): Promise<Stage> {
  const organization = await makeOrganization()
  const names: Record<string, string> = { '{org}': `/orgs/${organization.id}` }
  for (const [key, value] of [
    ['role', 'Web'],
    ['app', 'Shop'],
    ['env', 'Development'],
    ['loc', 'Wien'],
  ] as const) {
    names[`{label:${key}}`] = await makeLabel(organization, key, value)
  }
  const stage = { ...organization, names }
  const label = expectStatus(await organization.owner.get(API + names['{label:role}']), 200)
  names['{user}'] = label.created_by.href
  for (const profile of LISTED) await makeListed(stage, profile)
  const restriction = { name: 'office', ips: ['192.0.2.0/24'] }
  const made = await organization.owner.post(orgPath(organization, '/access_restrictions'), restriction)
  names['{restriction}'] = expectStatus(made, 201).href
  return stage
}

/** A profile of the documented collection, made in the old form; one that says it was used, is. */
async function makeListed(stage: Stage, shown: (typeof LISTED)[number]): Promise<void> {
  const { href: _, created_at, updated_at, created_by, updated_by, ...body } = shown
  const made = await stage.owner.post(orgPath(stage, '/pairing_profiles'), filled(body, stage))
  const { href } = expectStatus(made, 201)
  const code = await makeKey(stage.owner, href)
  for (let use = 0; use < shown.total_use_count; use++) expectStatus(await activate(code), 201)
}

/** Names in braces, put in. */
function filled<T>(value: T, { names }: Stage): T {
  const text = Object.entries(names).reduce(
    (json, [name, own]) => json.replaceAll(name, own),
    JSON.stringify(value),
  )
  return JSON.parse(text)
}

/** What must be answered: each text in braces by its form. */
function formed(expected: unknown, isMoreAllowed: boolean): unknown {
  if (typeof expected === 'string') {
    const form = FORMS[expected]
    return form ? expect.stringMatching(form) : expected
  }
  if (Array.isArray(expected)) return expected.map((item) => formed(item, isMoreAllowed))
  if (typeof expected !== 'object' || expected === null) return expected
  const members = Object.entries(expected).map(([name, value]) => [name, formed(value, isMoreAllowed)])
  const object = Object.fromEntries(members)
  return isMoreAllowed ? expect.objectContaining(object) : object
}

async function replay(stage: Stage, exchange: Exchange): Promise<Answer> {
  const { method, body } = exchange
  const path = API + filled(exchange.path, stage)
  const answer = await stage.owner.ask(method, path, body === undefined ? {} : { body: filled(body, stage) })
  expect([exchange.name, answer.status]).toEqual([exchange.name, exchange.status])
  if (exchange.expected === undefined) expect(answer.text).toBe('')
  else {
    expect(answer.headers.get('Content-Type')).toBe('application/json')
    expect(answer.json).toEqual(formed(filled(exchange.expected, stage), exchange.isMoreAllowed ?? false))
  }
  const made: Json = exchange.method === 'POST' ? answer.json : null
  if (made?.href) stage.names['{made}'] = made.href
  return answer
}

describe('the pairing document', () => {
  test('the collection: the two profiles of the example, member by member', async () => {
    const stage = await setStage()
    await eventually(async () => {
      const found = await stage.owner.get(orgPath(stage, '/pairing_profiles'))
      const [standard, ...listed] = expectStatus(found, 200)
      expect(standard).toMatchObject({ name: 'Default', is_default: true })
      expect(listed).toEqual(formed(filled(LISTED, stage), true))
    })
  })

  test('every request of it, in its order', async () => {
    const stage = await setStage()
    for (const exchange of PAIRING) await replay(stage, exchange)
  })
})

describe('the API key document', () => {
  test('every request of it, in its order', async () => {
    const stage = await setStage()
    for (const exchange of API_KEYS) await replay(stage, exchange)
  })

  test('all labels, by a key’s user name and secret; the secret cannot be read again', async () => {
    const stage = await setStage()
    const [create] = API_KEYS
    if (!create) throw new Error('the document makes a key first')
    const made = (await replay(stage, create)).json as Json
    const client = new Client(made.auth_username, made.secret)
    expect(expectStatus(await client.get(orgPath(stage, '/labels')), 200)).toHaveLength(4)
    for (const path of [`${API}${made.href}`, `${API}${stage.names['{user}']}/api_keys`]) {
      expect((await client.get(path)).text).not.toContain(made.secret)
    }
  })
})

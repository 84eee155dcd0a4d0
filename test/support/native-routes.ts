/** The native table of routes, and something of each kind to call them about. */
import { env } from 'cloudflare:workers'
import { createNative } from '../../src/dialects/native/dialect.ts'
import { isForOperators } from '../../src/dialects/native/edge/access.ts'
import type { Access, Identity } from '../../src/dialects/native/edge/edge.ts'
import type { Route } from '../../src/http/route.ts'
import { APPROVED_BY_AUTOMATION, makeWaiting } from './approval.ts'
import { type Answer, anyone, type Client, newClaim, type Organization } from './native-client.ts'
import { type Sample, type Subjects, samplesOf } from './native-samples.ts'
import { makeSlot } from './slot.ts'

export type NativeRoute = Route<Access, Identity>

export const ROUTES = createNative([]).chapter.routes as unknown as readonly NativeRoute[]

export const FOR_OPERATORS = ROUTES.filter(isForOperators)

/** For `test.each`: its name, and itself. */
export function named(routes: readonly NativeRoute[]) {
  return routes.map((route) => [route.operation.id, route] as const)
}

export type Enrolled = { readonly subjects: Subjects; readonly accessToken: string }

/** A profile, a key of it and an agent that it made. */
export async function makeSubjects(organization: Organization): Promise<Enrolled> {
  const key = await organization.key({ max_uses: 5 })
  const waiting = await organization.key({ max_uses: 5, ...APPROVED_BY_AUTOMATION })
  const approval = await makeWaiting(waiting)
  const enrolled = await anyone('POST', '/v1/enroll', { code: key.code, claim: newClaim() })
  const slot = await makeSlot(organization.owner, key.id)
  // A management call delivers all that its ledger had for D1: lists stand still from here on.
  for (const { id } of [key, waiting])
    await organization.owner('PATCH', `/v1/keys/${id}`, { name: 'settled' })
  const credential = organization.username
  const agent = enrolled.json.agent.id
  const [{ id: event } = { id: '' }] = await organization.events('key.create', key.id)
  const beside = { event, ...(await makePeople(organization.owner)), session: '0'.repeat(32) }
  const subjects = {
    profile: key.profile_id,
    key: key.id,
    slot,
    agent,
    approval,
    credential,
    ...beside,
    version: '1',
  }
  return { subjects, accessToken: enrolled.json.access_token }
}

type BesideLedgers = Pick<Subjects, 'account' | 'user' | 'webhook' | 'delivery'>

/** A service account, a user and a webhook of the organization whose client it is. */
export async function makePeople(owner: Client): Promise<BesideLedgers> {
  const account = await owner('POST', '/v1/service-accounts', { name: crypto.randomUUID() })
  const user = await owner('POST', '/v1/users', { email: `${crypto.randomUUID()}@test.example` })
  if (account.status !== 201 || user.status !== 201) throw new Error(`${account.text} ${user.text}`)
  return { account: account.json.id, user: user.json.id, ...(await makeWebhook(owner)) }
}

/** That gets nothing but tests, and something that was sent to it. */
async function makeWebhook(owner: Client): Promise<Pick<Subjects, 'webhook' | 'delivery'>> {
  const input = { url: 'https://hooks.example/latchkey', types: ['webhook.test'] }
  // An organization may have few. Its first ones are those that a whole file goes by.
  const { items } = (await owner('GET', '/v1/webhooks')).json as {
    items: { id: string; created_at: string }[]
  }
  const inOrder = items.toSorted((a, b) => (a.created_at < b.created_at ? -1 : 1))
  for (const { id } of items.length < 10 ? [] : inOrder.slice(5)) await owner('DELETE', `/v1/webhooks/${id}`)
  const made = await owner('POST', '/v1/webhooks', input)
  if (made.status !== 201) throw new Error(made.text)
  const delivery = 77
  await env.DB.prepare(
    `INSERT INTO webhook_deliveries
       (endpoint_id, seq, organization_id, event_at, event_id, type, state, attempts, at, outcome)
     VALUES (?, ?, 0, 0, '00000000-0000-4000-8000-000000000000', 'label.create', 'delivered', 1, 0, 'delivered')`,
  )
    .bind(made.json.id, delivery)
    .run()
  return { webhook: made.json.id, delivery: String(delivery) }
}

export function sampleOf(route: NativeRoute, own: Subjects): Sample {
  const sample = samplesOf(own)[route.operation.id]
  if (!sample) throw new Error(`there is no sample of ${route.operation.id}`)
  return sample
}

/** Of the OpenAPI documents. */
const DOCUMENT = { version: '3.1', document: 'native.json' }

/** Names of public files, whether or not they are there. */
const PUBLIC = { list: '1.crl', certificate: '1.cer' }

export function pathOf({ path }: { readonly path: string }, subjects: Subjects): string {
  const names: Readonly<Record<string, string>> = {
    ...PUBLIC,
    ...subjects,
    ...(path.startsWith('/openapi/') && DOCUMENT),
  }
  return path.replace(/:([a-z]+)/g, (_, name: string) => names[name] ?? '')
}

/** A valid call, but for its caller or its subject. */
export function call(client: Client, route: NativeRoute, own: Subjects, about = own): Promise<Answer> {
  const { body, form } = sampleOf(route, own)
  return client(route.method.toUpperCase(), pathOf(route, about), body, form ? { form } : {})
}

/** A list says when it was true, which changes nothing of what it lists. */
export function timeless(list: string): string {
  return list.replace(/,"as_of":"[^"]*"/, '')
}

/** All that a write could have changed, and the audit. */
export async function snapshot(organization: Organization, subjects: Subjects): Promise<string> {
  const { owner, id } = organization
  const seen: string[] = []
  for (const path of [
    `/v1/profiles/${subjects.profile}`,
    `/v1/keys/${subjects.key}`,
    `/v1/agents/${subjects.agent}`,
    '/v1/profiles?limit=500',
    '/v1/keys?limit=500',
  ]) {
    seen.push(timeless((await owner('GET', path)).text))
  }
  // The event of a refused credential is written beside, when there is time.
  const events = await env.DB.prepare(
    "SELECT id FROM events WHERE organization_id = ? AND type <> 'api_key.refuse'",
  )
    .bind(id)
    .all()
  return JSON.stringify([seen, events.results])
}

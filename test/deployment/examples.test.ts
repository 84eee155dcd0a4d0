/**
 * The examples of the OpenAPI document: what this client sent and was answered, with ids, secrets and times replaced by fixed
 * ones. `npx vitest run -u` writes them again after a change of the API.
 */
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { parseId } from '../../src/core/kernel/ids.ts'
import { createNative } from '../../src/dialects/native/dialect.ts'
import { isolate, TOKEN } from '../support/isolate.ts'
import { createMask } from '../support/masked.ts'
import { type Answer, basic, eventually, type Json, type Options } from '../support/native-client.ts'
import { keyPair, requestOf } from '../support/zpa.ts'

const EXAMPLES = '../../src/dialects/native/examples.json'
/** Documents and pages: no example says more than the answer itself. */
const WITHOUT_EXAMPLE = [
  'errors',
  'export',
  'export_agents',
  'export_keys',
  'install_script',
  'metrics',
  'openapi',
  'openapi_part',
]
const PERSON = { organization: 'Example', email: 'owner@example.com' }

type Recorded = { request?: unknown; replies: Record<string, unknown> }

test('every operation of the document has the example that is recorded here', async () => {
  const { ask, maintain, clock } = await isolate()
  const recorded: Record<string, Recorded> = {}
  const mask = createMask()

  /** Calls an operation, and keeps what went to and fro; the answer has to be a success. */
  async function record(
    operation: string,
    who: string | null,
    [method, path]: readonly [string, string],
    body?: object,
    options: Options = {},
  ): Promise<Answer> {
    const answer = await ask(who)(method, path, body, options)
    if (answer.status >= 300) throw new Error(`${operation} answered ${answer.status}: ${answer.text}`)
    const sent = options.form ?? body
    const entry = recorded[operation] ?? { replies: {} }
    if (sent !== undefined && entry.request === undefined) entry.request = mask(sent)
    entry.replies[answer.status] ??= answer.json === undefined ? null : mask(answer.json)
    recorded[operation] = entry
    return answer
  }

  async function recordWebhooks(who: string): Promise<void> {
    const all = '/v1/webhooks'
    const input = { url: 'https://hooks.example/latchkey', types: ['agent.enroll', 'agent.revoke'] }
    const { json: made } = await record('webhooks_create', who, ['POST', all], input)
    const one = `${all}/${made.id}`
    await record('webhooks_list', who, ['GET', all])
    await record('webhooks_get', who, ['GET', one])
    await record('webhooks_change', who, ['PATCH', one], { description: 'the inventory' })
    await record('webhooks_rotate_secret', who, ['POST', `${one}/rotate-secret`])
    const sent = await record('webhooks_test', who, ['POST', `${one}/test`])
    await env.DB.prepare(
      `INSERT INTO webhook_deliveries
         (endpoint_id, seq, organization_id, event_at, event_id, type, state, attempts, at, outcome, status)
       VALUES (?1, 1, 0, 0, ?2, 'webhook.test', 'delivered', 1, 0, 'delivered', 204)`,
    )
      .bind(made.id, sent.json.message_id.slice('msg_'.length))
      .run()
    await record('webhooks_deliveries', who, ['GET', `${one}/deliveries`])
    await record('webhooks_replay', who, ['POST', `${one}/deliveries/1/replay`])
    await record('webhooks_delete', who, ['DELETE', one])
  }

  /** Who may manage what, and what they did. */
  async function recordPeople(): Promise<void> {
    await record('me_get', owner, ['GET', '/v1/me'])
    await record('roles_list', owner, ['GET', '/v1/roles'])
    const roles = [{ role: 'illumio:read_only' }]
    const email = 'reader@example.com'
    const { json: user } = await record('users_create', owner, ['POST', '/v1/users'], { email, roles })
    const ofUser = `/v1/users/${user.id}`
    await record('users_list', owner, ['GET', '/v1/users?limit=1'])
    await record('users_read', owner, ['GET', ofUser])
    await record('users_change', owner, ['PATCH', ofUser], { roles: [{ role: 'illumio:admin' }] })
    const reset = await record('users_reset_password', owner, ['POST', `${ofUser}/reset-password`])
    const password = 'A long enough passphrase, 1'
    await record('password_change', null, ['POST', '/v1/password'], {
      email,
      password: reset.json.initial_password,
      new_password: password,
    })
    const signIn = async (): Promise<string> =>
      `Bearer ${(await ask(null)('POST', '/v1/sessions', { email, password })).json.token}`
    const [reader] = [await signIn(), await signIn()]
    const { json: sessions } = await record('sessions_list', reader, ['GET', '/v1/sessions'])
    const other = (sessions.items as Json[]).find(({ current }) => !current)
    await record('sessions_end', reader, ['DELETE', `/v1/sessions/${other?.id}`])
    await record('users_remove', owner, ['DELETE', ofUser])

    const accounts = '/v1/service-accounts'
    const { json: account } = await record('service_accounts_create', owner, ['POST', accounts], {
      name: 'image builder',
      roles: [{ role: 'native:minter' }],
    })
    const ofAccount = `${accounts}/${account.id}`
    await record('service_accounts_list', owner, ['GET', accounts])
    await record('service_accounts_read', owner, ['GET', ofAccount])
    await record('service_accounts_change', owner, ['PATCH', ofAccount], { description: 'In the pipeline' })
    const { json: apiKey } = await record('api_keys_create', owner, ['POST', '/v1/api-keys'], {
      name: 'pipeline',
      service_account_id: account.id,
      lifetime_seconds: 7_776_000,
    })
    const ofApiKey = `/v1/api-keys/${apiKey.id}`
    await record('api_keys_list', owner, ['GET', `/v1/api-keys?service_account_id=${account.id}`])
    await record('api_keys_read', owner, ['GET', ofApiKey])
    await record('api_keys_change', owner, ['PATCH', ofApiKey], { enabled: false })
    await record('api_keys_remove', owner, ['DELETE', ofApiKey])
    await record('service_accounts_remove', owner, ['DELETE', ofAccount])

    const { json: events } = await record('events_list', owner, [
      'GET',
      '/v1/events?type=api_key.create&limit=1',
    ])
    await record('events_read', owner, ['GET', `/v1/events/${events.items[0].id}`])
  }

  const broker = `Bearer ${TOKEN}`
  await record('healthz', null, ['GET', '/healthz'])
  const { json: made } = await record('bootstrap', broker, ['POST', '/v1/bootstrap'], PERSON)
  const owner = basic(made.illumio.auth_username, made.illumio.secret)
  await record('jwks', null, ['GET', '/.well-known/jwks.json'])
  await record('head_keys', null, ['GET', '/.well-known/latchkey-heads.json'])
  await record('oauth_metadata', null, ['GET', '/.well-known/oauth-authorization-server'])

  const { json: profile } = await record('profiles_create', owner, ['POST', '/v1/profiles'], {
    name: 'Web servers',
    description: 'The front of the shop',
    default_max_uses: 25,
  })
  const ofProfile = `/v1/profiles/${profile.id}`
  await record('profiles_get', owner, ['GET', ofProfile])
  await record('profiles_change', owner, ['PATCH', ofProfile], { description: 'The front' })
  await record('profiles_disable', owner, ['POST', `${ofProfile}/disable`])
  await record('profiles_enable', owner, ['POST', `${ofProfile}/enable`])
  await record('profiles_list', owner, ['GET', '/v1/profiles?name=Web'])

  const mint = async (members: object): Promise<Json> =>
    (
      await record('keys_create', owner, ['POST', '/v1/keys'], {
        profile_id: profile.id,
        name: 'July roll-out',
        max_uses: 25,
        expires_at: '2100-01-01T00:00:00Z',
        ...members,
      })
    ).json
  const key = await mint({})
  const ofKey = `/v1/keys/${key.id}`
  await record('keys_get', owner, ['GET', ofKey])
  await record('keys_change', owner, ['PATCH', ofKey], { max_uses: 30 })
  for (const change of ['disable', 'enable', 'pause', 'resume'])
    await record(`keys_${change}`, owner, ['POST', `${ofKey}/${change}`])

  const claim = 'web-01 b3f1c2d4e5a69788'
  const facts = { os: 'Debian 13' }
  const first = { code: key.code, claim, hostname: 'web-01', facts }
  const { json: enrolled } = await record('enroll', null, ['POST', '/v1/enroll'], first)
  await record('enroll', null, ['POST', '/v1/enroll'], first)
  const agent = `Bearer ${enrolled.access_token}`
  await record('agents_self', agent, ['GET', '/v1/agents/self?fresh=1'])
  await record('agents_heartbeat', agent, ['POST', '/v1/agents/self/heartbeat'])
  const form = (fields: Record<string, string>): Options => ({ form: fields })
  const refresh = { grant_type: 'refresh_token', refresh_token: enrolled.refresh_token }
  const { json: next } = await record('token', null, ['POST', '/v1/token'], undefined, form(refresh))
  await record('introspect', owner, ['POST', '/v1/introspect'], undefined, form({ token: next.access_token }))
  await record('keys_explain', owner, ['POST', `${ofKey}/explain`], { claim })
  await eventually(async () => {
    const { items } = (await ask(owner)('GET', `/v1/agents?key_id=${key.id}`)).json
    return items.length > 0 ? items : undefined
  })
  await record('agents_list', owner, ['GET', `/v1/agents?key_id=${key.id}`])
  const ofAgent = `/v1/agents/${enrolled.agent.id}`
  await record('agents_change', owner, ['PATCH', ofAgent], { labels: { rack: 'b7' } })
  await record('agents_get', owner, ['GET', ofAgent])
  await record('keys_list', owner, ['GET', `/v1/keys?profile_id=${profile.id}`])
  const since = { since: '2020-01-01T00:00:00Z', and_key: 'keep', dry_run: true }
  await record('keys_revoke_agents', owner, ['POST', `${ofKey}/revoke-agents`], since)
  await record('agents_revoke', owner, ['POST', `${ofAgent}/revoke`], { and_key: 'keep' })
  for (const [host, leave] of [
    ['web-02', 'agents_goodbye'],
    ['web-03', 'revoke'],
  ] as const) {
    const { json } = await record('enroll', null, ['POST', '/v1/enroll'], {
      ...first,
      claim: `${host} b3f1c2d4e5a69788`,
    })
    if (leave === 'revoke')
      await record(leave, null, ['POST', '/v1/revoke'], undefined, form({ token: json.refresh_token }))
    else await record(leave, `Bearer ${json.access_token}`, ['DELETE', '/v1/agents/self'])
  }

  const { json: mesh } = await ask(owner)('POST', '/v1/profiles', {
    name: 'Mesh',
    certificates: { trust_domain: 'shop.example' },
  })
  const meshKey = await mint({ profile_id: mesh.id })
  const keys = await keyPair()
  const certified = await ask(null)('POST', '/v1/enroll', {
    ...{ code: meshKey.code, claim, hostname: 'mesh-01' },
    csr: await requestOf(keys),
  })
  const ofMesh = `/v1/agents/${certified.json.agent.id}/certificates`
  await record(
    'agents_certify',
    `Bearer ${certified.json.access_token}`,
    ['POST', '/v1/agents/self/certificate'],
    { csr: await requestOf(keys) },
  )
  const { json: issued } = await record('agents_certificates', owner, ['GET', ofMesh])
  await record('agents_revoke_certificates', owner, ['POST', `${ofMesh}/revoke`])
  const [{ issuer_id: issuer }] = issued.items
  await record('ca', null, ['GET', `/ca/${issuer}.cer`])
  const ledger = parseId(mesh.id.replace('prf_', ''))?.ledger
  await record('crl', null, ['GET', `/crl/${issuer}.${ledger}.crl`])

  const held = await mint({ hold: 'allowed' })
  for (const end of ['confirm', 'cancel'] as const) {
    const attempt = { code: held.code, claim: `${end} b3f1c2d4e5a69788 held` }
    await record('enroll', null, ['POST', '/v1/enroll'], { ...attempt, hold: 60 })
    await record(`enroll_${end}`, null, ['POST', `/v1/enroll/${end}`], attempt)
  }

  const { json: session } = await record('sessions_create', null, ['POST', '/v1/sessions'], {
    email: PERSON.email,
    password: made.illumio.password,
  })
  const person = `Bearer ${session.token}`
  const approved = await mint({ approval: { max_pending: 5 } })
  const decided: string[] = []
  for (const decision of ['approve', 'deny'] as const) {
    const attempt = { code: approved.code, claim: `${decision} b3f1c2d4e5a69788 web-04`, hostname: 'web-04' }
    await record('enroll', null, ['POST', '/v1/enroll'], attempt)
    const waiting = await eventually(async () => {
      const { items } = (await ask(person)('GET', '/v1/approvals')).json
      return (items as Json[]).find((one) => one.status === 'pending' && !decided.includes(one.id))
    })
    if (decision === 'approve') await record('approvals_list', person, ['GET', '/v1/approvals'])
    decided.push(waiting.id)
    await record(`approvals_${decision}`, person, ['POST', `/v1/approvals/${waiting.id}/${decision}`])
  }
  await record('sessions_delete', person, ['DELETE', '/v1/sessions/current'])
  await record('keys_revoke', owner, ['POST', `${ofKey}/revoke`])

  const refused = await ask(null)('POST', '/v1/enroll', { ...first, claim: 'web-09 b3f1c2d4e5a69788' })
  expect(refused.status).toBe(401)
  await record('keys_refusals', owner, ['GET', `${ofKey}/refusals`])
  await record('explain_request', owner, ['POST', '/v1/explain'], { request_id: refused.json.request_id })
  await recordPeople()

  const expecting = await mint({ only_expected: true })
  const ofSlots = `/v1/keys/${expecting.id}/slots`
  const slots = ['web-01', 'web-02'].map((value) => ({ by: 'hostname', value }))
  await record('slots_add', owner, ['POST', ofSlots], { slots })
  await ask(null)('POST', '/v1/enroll', {
    code: expecting.code,
    claim: 'slot b3f1c2d4e5a69788 web-01',
    hostname: 'web-01',
  })
  const { json: listed } = await record('slots_list', owner, ['GET', ofSlots])
  await ask(owner)('POST', `/v1/agents/${listed.items[0].agent_id}/revoke`, { and_key: 'keep' })
  await record('slots_refill', owner, ['POST', `${ofSlots}/${listed.items[0].id}/refill`])
  await record('slots_remove', owner, ['DELETE', `${ofSlots}/${listed.items[1].id}`])

  const keyring = '/v1/maintenance/keyring'
  await record('keyring_get', broker, ['GET', keyring])
  const { json: added } = await record('keyring_add_version', broker, ['POST', `${keyring}/versions`], {
    at_once: true,
    algorithm: 'ES256',
  })
  await record('keyring_reseal', broker, ['POST', `${keyring}/reseal`])
  for (const what of ['survey', 'rebuild'])
    await record(`ledgers_${what}`, broker, ['POST', `/v1/maintenance/ledgers/${what}`], {})
  await record('key_pairs_rebuild', broker, ['POST', '/v1/maintenance/key-pairs/rebuild'], {})
  for (const what of ['fence', 'ledgers/fence', 'key-pairs/fence'])
    await record(
      what.replace('/', '_').replace('-', '_'),
      broker,
      ['POST', `/v1/maintenance/${what}`],
      what === 'fence' ? undefined : {},
    )
  const { json: after } = await record('bootstrap', broker, ['POST', '/v1/bootstrap'], PERSON)
  const again = basic(after.illumio.auth_username, after.illumio.secret)
  const { json: suspended } = await record('api_keys_suspended', again, ['GET', '/v1/api-keys/suspended'])
  await record('api_keys_release', again, ['POST', `/v1/api-keys/${suspended.items[0].id}/release`])
  await record('keys_release', again, ['POST', `/v1/keys/${held.id}/release`])
  await record('profiles_release', again, ['POST', `${ofProfile}/release`])
  await record('profiles_delete', again, ['DELETE', ofProfile])

  clock.ahead = 16 * 60_000
  const ofVersion = `${keyring}/versions/${added.version - 1}`
  await record('keyring_end_version', broker, ['POST', `${ofVersion}/end`], {})
  await record('keyring_end_key_pairs', broker, ['POST', `${ofVersion}/end-key-pairs`], {})
  await maintain('POST', `${keyring}/reseal`)
  await record('keyring_drop_version', broker, ['DELETE', ofVersion])
  const withNext = await isolate({ nextMasterKey: btoa('n'.repeat(32)) })
  const { status, json } = await withNext.maintain('POST', `${keyring}/rewrap`)
  recorded.keyring_rewrap = { replies: { [status]: mask(json) } }
  await recordWebhooks(again)

  const operations = createNative([]).chapter.routes.map(({ operation }) => operation.id)
  expect(Object.keys(recorded).sort()).toEqual(
    operations.filter((id) => !WITHOUT_EXAMPLE.includes(id)).sort(),
  )
  await expect(`${JSON.stringify(recorded, null, 2)}\n`).toMatchFileSnapshot(EXAMPLES)
})

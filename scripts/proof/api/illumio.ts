import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '../../lib/http/agent-client.ts'
import type { Headers } from '../../lib/http/credential.ts'
import { authorization, basic } from '../../lib/http/credential.ts'
import { must } from './ask.ts'
import type { DialectTable, Tenant } from './dialect.ts'
import { strangersOf } from './strangers.ts'

/** An organization's jobs are done one after the other, and a load may have left a hundred large ones. */
const JOB_DEADLINE_MS = 180_000
const NO_ORGANIZATION = '999999999'

/** What is named by an href in bodies and filters: the collection, and the kind of the id. */
const HREFS = {
  label_href: ['labels', 'label'],
  ven_href: ['vens', 'uuid'],
  workload_href: ['workloads', 'uuid'],
  principal_href: ['auth_security_principals', 'principal'],
  restriction_href: ['access_restrictions', 'restriction'],
} as const

export const illumio: DialectTable = {
  slug: 'illumio',
  tag: 'Illumio PCE',
  async furnish(client, tenant, secrets) {
    const org = String(tenant.id)
    const api = `/api/v2/orgs/${org}`
    const headers = tenant.credentials.api_key ?? null
    const ask = (method: string, path: string, json?: unknown) =>
      must(client, { method, path, headers, json })
    const post = (path: string, json: unknown = {}) => ask('POST', path, json)
    const random = randomBytes(6).toString('hex')

    const session = await logIn(client, tenant)
    const me = session.user
    const label = await post(`${api}/labels`, { key: 'role', value: `Web ${random}` })
    const restriction = await post(`${api}/access_restrictions`, { name: random, ips: ['10.0.0.0/8'] })
    const group = await post(`${api}/auth_security_principals`, { type: 'group', name: `group ${random}` })
    const role = { href: `/orgs/${org}/roles/read_only` }
    const permission = await post(`${api}/permissions`, {
      role,
      scope: [],
      auth_security_principal: { href: group.href },
    })
    const account = await post(`${api}/service_accounts`, {
      name: `account ${random}`,
      permissions: [{ role, scope: [] }],
      api_key: { expires_in_seconds: 86_400 },
    })
    const own = await post(`/api/v2/users/${me}/api_keys`, { name: random })
    const invited = await post('/api/v2/users', { username: `invited-${random}@proof.example` })
    const former = await post('/api/v2/users', { username: `former-${random}@proof.example` })
    // Who never chose a password would be gone with it.
    await must(client, {
      method: 'PUT',
      path: '/api/v2/login_users/me/password',
      headers: basic(former.username, former.local_profile.initial_password),
      json: { password: `Chosen-${random}` },
    })
    await ask('DELETE', `/api/v2${former.href}/local_profile`)
    const profile = await post(`${api}/pairing_profiles`, {
      enabled: true,
      name: 'proof',
      labels: [{ href: label.href }],
    })
    const { activation_code: code } = await post(`/api/v2${profile.href}/pairing_key`)
    const claim = randomBytes(24).toString('base64url')
    secrets.add(claim, 'a claim')
    const paired = await must(client, {
      method: 'POST',
      path: '/api/v2/agents/activate',
      json: { activation_code: code, claim, hostname: 'web-01' },
    })
    // Brings D1 what the redemption left for it.
    await post(`/api/v2${profile.href}/pairing_key`)
    const [event] = await ask('GET', `${api}/events?max_results=1`)
    const [release] = await ask('GET', `${api}/software/ven/releases`)
    const job = await startJob(client, `${api}/labels`, headers)

    const names = {
      org,
      user: me,
      invited: lastOf(invited.href),
      former: lastOf(former.href),
      own: own.key_id,
      account: lastOf(account.href),
      key: account.api_key.key_id,
      label: lastOf(label.href),
      restriction: lastOf(restriction.href),
      principal: lastOf(group.href),
      permission: lastOf(permission.href),
      profile: lastOf(profile.href),
      uuid: lastOf(paired.ven.href),
      event: lastOf(event.href),
      job,
      role: 'read_only',
      release: release.release,
      version: 'v2',
      code,
      claim,
    }
    return {
      names: { ...names, ...hrefsIn(org, names) },
      credentials: {
        session: basic(`user_${me}`, session.token),
        password: basic(tenant.owner.email, tenant.owner.password),
        login_token: authorization(`Token token=${await loginToken(client, tenant)}`),
      },
    }
  },
  meanings: ({ id }): Record<string, string> => {
    if (id === 'users_local_profile_post') return { user: 'former' }
    return /^users_(put|local_profile)/.test(id) ? { user: 'invited' } : {}
  },
  strangers(own, other) {
    const ids = strangersOf(other, [
      'org',
      'user',
      'invited',
      'former',
      'own',
      'account',
      'key',
      'label',
      'restriction',
      'principal',
      'permission',
      'profile',
      'uuid',
      'event',
      'job',
    ])
    const nobodys = Object.fromEntries(ids.map((one) => [one.kind, one.nobodys]))
    // As it is, which names another organization; and as if it were of one's own.
    const hrefs = [other.org ?? '', own.org ?? ''].flatMap((org) => {
      const others = hrefsIn(org, other)
      const nothing = hrefsIn(org === own.org ? org : NO_ORGANIZATION, nobodys)
      return Object.entries(others).map(([kind, href]) => ({
        kind,
        others: href,
        nobodys: nothing[kind] ?? '',
      }))
    })
    return [...ids, ...hrefs]
  },
  samples: {
    login_users_me_password_put: { json: { password: 'Another-password-of-1-owner' } },
    users_post: { json: { username: '{nonce}@proof.example' } },
    users_put: { json: { full_name: 'Somebody Else' } },
    users_api_keys_post: { json: { name: '{nonce}' } },
    users_api_keys_put: { json: { name: '{nonce}' } },
    service_accounts_post: {
      json: {
        name: '{nonce}',
        permissions: [{ role: { href: '/orgs/{org}/roles/read_only' }, scope: [] }],
        api_key: { expires_in_seconds: 3_600 },
        access_restriction: { href: '{restriction_href}' },
      },
    },
    service_accounts_put: { json: { access_restriction: { href: '{restriction_href}' } } },
    service_accounts_api_keys_post: { json: { expires_in_seconds: 3_600 } },
    permissions_get: { query: 'auth_security_principal={principal_href}' },
    permissions_post: {
      json: {
        role: { href: '/orgs/{org}/roles/limited_ruleset_manager' },
        scope: [{ label: { href: '{label_href}' } }],
        auth_security_principal: { href: '{principal_href}' },
      },
    },
    permissions_put: { json: { role: { href: '/orgs/{org}/roles/workload_manager' } } },
    auth_security_principals_post: { json: { type: 'group', name: '{nonce}' } },
    auth_security_principals_put: { json: { display_name: '{nonce}' } },
    access_restrictions_post: { json: { name: '{nonce}', ips: ['192.0.2.0/24'] } },
    access_restrictions_put: { json: { ips: ['192.0.2.1'] } },
    settings_put: { json: { max_api_key_expiration_in_seconds: 86_400 } },
    settings_events_put: { json: { audit_event_retention_seconds: 86_400 } },
    labels_post: { json: { key: 'app', value: '{nonce}' } },
    labels_put: { json: { value: '{nonce}' } },
    pairing_profiles_post: { json: { enabled: true, labels: [{ href: '{label_href}' }] } },
    pairing_profiles_put: { json: { name: '{nonce}', labels: [{ href: '{label_href}' }] } },
    pairing_profiles_pairing_key_post: { json: {} },
    workloads_put: { json: { name: '{nonce}', labels: [{ href: '{label_href}' }] } },
    vens_put: { json: { name: '{nonce}' } },
    vens_unpair_put: { json: { vens: [{ href: '{ven_href}' }] } },
    workloads_unpair_put: { json: { workloads: [{ href: '{workload_href}' }] } },
    software_ven_releases_default_put: {
      json: { release: { href: '/orgs/{org}/software/ven/releases/{release}' } },
    },
    software_ven_releases_defaults_put: {
      json: { release: { href: '/orgs/{org}/software/ven/releases/{release}' } },
    },
    agents_activate_post: { json: { activation_code: '{code}', claim: '{claim}' } },
    workloads_get: { query: 'labels=[["{label_href}"]]' },
    vens_get: { query: 'labels=[["{label_href}"]]' },
    pairing_profiles_get: { query: 'labels=[["{label_href}"]]' },
    events_get: { query: 'created_by=/users/{user}' },
    software_ven_image_get: { query: 'pair_script=pair.sh&profile_id={profile}' },
  },
  redemption: {
    shape: /^()([0-9a-f]+)()$/,
    ask: (code, claim) => ({
      method: 'POST',
      path: '/api/v2/agents/activate',
      json: { activation_code: code, claim },
    }),
  },
  clocks: ['generated_at', 'start', 'last_login_on', 'updated_at', 'login_count'],
  secretMembers: [
    'activation_code',
    'access_token',
    'refresh_token',
    'claim',
    'secret',
    'password',
    'initial_password',
    'auth_token',
    'session_token',
  ],
}

async function loginToken(client: Client, { owner }: Tenant): Promise<string> {
  const path = '/api/v2/login_users/authenticate'
  const shown = await must(client, { method: 'POST', path, headers: basic(owner.email, owner.password) })
  return shown.auth_token
}

async function logIn(client: Client, tenant: Tenant): Promise<{ user: string; token: string }> {
  const headers = authorization(`Token token=${await loginToken(client, tenant)}`)
  const login = await must(client, { method: 'GET', path: '/api/v2/users/login', headers })
  return { user: lastOf(login.href), token: login.session_token }
}

/** The id of a job that is done. */
async function startJob(client: Client, collection: string, headers: Headers | null): Promise<string> {
  const asking: Headers = (body) => ({ ...headers?.(body), Prefer: 'respond-async' })
  const { headers: answered } = await client.ask({ method: 'GET', path: collection, headers: asking })
  const href = String(answered.location)
  for (const deadline = Date.now() + JOB_DEADLINE_MS; Date.now() < deadline; await delay(200)) {
    const { status } = await must(client, { method: 'GET', path: `/api/v2${href}`, headers })
    if (status === 'done') return lastOf(href)
  }
  throw new Error('a job was not done in time')
}

function hrefsIn(org: string, names: Readonly<Record<string, string>>): Record<string, string> {
  const hrefs = Object.entries(HREFS)
  return Object.fromEntries(hrefs.map(([kind, [of, id]]) => [kind, `/orgs/${org}/${of}/${names[id]}`]))
}

function lastOf(href: string): string {
  return href.split('/').at(-1) ?? ''
}

import { randomBytes } from 'node:crypto'
import { hmac, signing } from '../../lib/http/credential.ts'
import { must } from './ask.ts'
import type { DialectTable } from './dialect.ts'
import { strangersOf } from './strangers.ts'

const CLIENT = 'proof'
const OF_CHILD = 'is_oem=true&child_organisation_key={child}'

export const datonis: DialectTable = {
  slug: 'datonis',
  tag: 'Datonis',
  async furnish(client, { owner }, secrets) {
    const { auth_token } = await must(client, { method: 'POST', path: '/api_sign_in', json: owner })
    const headers = () => ({ 'X-Auth-Token': auth_token })
    const ask = (method: string, path: string, json?: unknown) =>
      must(client, { method, path: `/api/v3/${path}`, headers, json })
    const post = (path: string, json: unknown) => ask('POST', path, json)

    const { roles } = await ask('GET', 'roles')
    const agent = roles.find(({ name }: { readonly name: string }) => name === 'Agent').role_key
    const { role } = await post('roles', { role: { name: 'proof' } })
    const { datonis_role } = await post('datonis_roles', { datonis_role: { name: 'proof, too' } })
    const { key_pair } = await post('key_pairs', { key_pair: { role_key: agent } })
    const { organisation: child } = await post('child_organisations', { organisation: { name: 'child' } })
    secrets.add(key_pair.secret_key, 'a secret key')
    const signed = signing(key_pair.access_key, key_pair.secret_key)
    const write = (path: string, json: unknown) =>
      must(client, { method: 'POST', path: `/api/v3/${path}`, headers: signed, json })
    const thing_key = randomBytes(8).toString('hex')
    await write('things/register', { thing_key, name: 'Press', timestamp: 1 })
    await write('things/event', { thing_key, timestamp: 2, data: { pressure: 1 } })
    await write('alerts', { alert: { thing_key, alert_type: 1, message: 'hot', timestamp: 3 } })
    await post(`things/${thing_key}/instructions`, { instruction: { reboot: true } })
    const published = JSON.stringify({ thing_key, timestamp: 4, data: { pressure: 2 } })
    const added = `,"access_key":"${key_pair.access_key}","hash":"${hmac(key_pair.secret_key, published)}"}`
    return {
      names: {
        email: owner.email,
        password: owner.password,
        agent_role: agent,
        role_key: role.role_key,
        datonis_role_key: datonis_role.datonis_role_key,
        key_pair_key: key_pair.key_pair_key,
        access_key: key_pair.access_key,
        thing_key,
        child: child.organisation_key,
        mqtt_password: hmac(key_pair.secret_key, key_pair.access_key),
        mqtt_payload: `${published.slice(0, -1)}${added}`,
      },
      credentials: { auth_token: headers, access_key: signed },
    }
  },
  strangers: (_, other) =>
    strangersOf(other, ['role_key', 'datonis_role_key', 'key_pair_key', 'agent_role', 'thing_key', 'child']),
  samples: {
    api_sign_in: { json: { email: '{email}', password: '{password}' } },
    key_pairs_get: { query: OF_CHILD },
    key_pairs_post: { json: { key_pair: { role_key: '{agent_role}' } } },
    key_pair_put: { json: { key_pair: { role_key: '{role_key}', expiry_date: '01/01/2090' } } },
    key_pair_patch: { json: { key_pair: { enabled: false } } },
    organisation_roles_post: { json: { role: { name: '{nonce}' } } },
    organisation_role_put: { json: { role: { name: '{nonce}' } } },
    organisation_role_patch: { json: { role: { name: '{nonce}' } } },
    datonis_roles_post: { json: { datonis_role: { name: '{nonce}' } } },
    datonis_role_put: { json: { datonis_role: { name: '{nonce}' } } },
    datonis_role_patch: { json: { datonis_role: { name: '{nonce}' } } },
    organisation_put: { json: { organisation: { time_zone: 'Mumbai' } } },
    child_organisations_post: { json: { organisation: { name: '{nonce}' } } },
    device_things_register: { json: { thing_key: 'press-2', name: 'Press', timestamp: 5 } },
    device_things_heartbeat: { json: { thing_key: '{thing_key}', timestamp: 6 } },
    device_things_event: { json: { thing_key: '{thing_key}', timestamp: 7, data: { pressure: 3 } } },
    device_alerts_create: {
      json: { alert: { thing_key: '{thing_key}', alert_type: 2, message: 'hot', timestamp: 8 } },
    },
    alerts_get: { query: 'thing_key={thing_key}' },
    instructions_get: { query: 'thing_key={thing_key}' },
    things_post: { json: { thing: { name: '{nonce}' } } },
    thing_instructions_post: { json: { instruction: { reboot: true } } },
    mqtt_auth: { json: { username: '{access_key}', password: '{mqtt_password}', clientid: CLIENT } },
    mqtt_acl: {
      json: {
        username: '{access_key}',
        clientid: CLIENT,
        topic: `Altizon/Datonis/${CLIENT}/event`,
        action: 'publish',
      },
    },
    mqtt_publish: { json: { topic: `Altizon/Datonis/${CLIENT}/event`, payload: '{mqtt_payload}' } },
  },
  clocks: ['updated_at', 'last_heard_at'],
  secretMembers: ['auth_token', 'secret_key', 'password'],
}

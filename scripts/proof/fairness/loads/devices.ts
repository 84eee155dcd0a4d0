/** What devices write, signed well and badly. */
import { randomBytes } from 'node:crypto'
import type { Headers } from '../../../lib/http/credential.ts'
import { signing, spoiledCredential } from '../../../lib/http/credential.ts'
import { must } from '../../api/ask.ts'
import type { Traffic } from '../generator/traffic.ts'
import { CONNECTIONS, type Load } from '../load.ts'
import { postJson } from '../requests.ts'
import type { Scene } from '../scene.ts'

const PAIRS = 16
const EVENTS = 2_000
const EVENT = '/api/v3/things/event.json'

type Device = { readonly headers: Headers; readonly thing: string }

async function makeDevices({ client, own }: Scene, count: number): Promise<readonly Device[]> {
  const { names, credentials } = await own('Datonis')
  const devices: Device[] = []
  for (let i = 0; i < count; i++) {
    const { key_pair } = await must(client, {
      ...{ method: 'POST', path: '/api/v3/key_pairs', headers: credentials.auth_token ?? null },
      json: { key_pair: { role_key: names.agent_role } },
    })
    const device = {
      headers: signing(key_pair.access_key, key_pair.secret_key),
      thing: randomBytes(8).toString('hex'),
    }
    const json = { thing_key: device.thing, name: `press ${i}`, timestamp: i }
    await must(client, { method: 'POST', path: '/api/v3/things/register', headers: device.headers, json })
    devices.push(device)
  }
  return devices
}

function eventsOf(devices: readonly Device[]): Traffic {
  const requests = Array.from({ length: EVENTS }, (_, i) => {
    const { headers, thing } = devices[i % devices.length] ?? { headers: null, thing: '' }
    return postJson(EVENT, { thing_key: thing, timestamp: i, data: { pressure: i % 100 } }, headers)
  })
  return { connections: CONNECTIONS, requests }
}

export const devices: readonly Load[] = [
  {
    name: 'signed events of one key pair',
    by: 'tenant',
    expects: 200,
    prepare: async (scene) => eventsOf(await makeDevices(scene, 1)),
  },
  {
    name: `signed events of ${PAIRS} key pairs`,
    by: 'tenant',
    expects: 200,
    prepare: async (scene) => eventsOf(await makeDevices(scene, PAIRS)),
  },
  {
    name: 'events that are signed badly',
    by: 'stranger',
    async prepare(scene) {
      const made = await makeDevices(scene, PAIRS)
      return eventsOf(made.map(({ headers, thing }) => ({ headers: spoiledCredential(headers), thing })))
    },
  },
]

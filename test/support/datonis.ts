/** A Datonis account and its clients: people with session tokens, devices with key pairs. */
import { env } from 'cloudflare:workers'
import { importSecret, sign } from '../../src/core/devices/key-pairs/signature.ts'
import { utf8 } from '../../src/core/kernel/encoding.ts'
import { ask } from './organization.ts'

export type Reply = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  readonly json: any
}

export type Sent = {
  readonly body?: unknown
  readonly raw?: BodyInit
  readonly headers?: Record<string, string>
}

/** Every answer of this dialect is JSON, whatever its status. */
export async function call(method: string, path: string, sent: Sent = {}): Promise<Reply> {
  const { status, headers, text } = await ask(method, path, sent)
  return { status, headers, text, json: JSON.parse(text) }
}

/** As the devices' broker asks. */
export function askAsBroker(hook: string, body: unknown): Promise<Reply> {
  return call('POST', `/internal/mqtt/${hook}`, { body, headers: BROKER })
}

export const BROKER = { Authorization: `Bearer ${env.LATCHKEY_BROKER_TOKEN}` }

export class Person {
  readonly token: string

  constructor(token: string) {
    this.token = token
  }

  call(method: string, path: string, sent: Sent = {}): Promise<Reply> {
    return call(method, path, { ...sent, headers: { 'X-Auth-Token': this.token, ...sent.headers } })
  }

  get(path: string): Promise<Reply> {
    return this.call('GET', path)
  }
}

export type Pair = { readonly access_key: string; readonly secret_key: string }

export class Device {
  readonly accessKey: string
  readonly #key: Promise<CryptoKey>

  constructor(pair: Pair) {
    this.accessKey = pair.access_key
    this.#key = importSecret(pair.secret_key)
  }

  async sign(text: string): Promise<string> {
    return sign(await this.#key, utf8(text))
  }

  /** Signs a body and sends it, as an SDK does. */
  async send(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return call('POST', path, {
      raw: text,
      headers: { 'X-Access-Key': this.accessKey, 'X-Dtn-Signature': await this.sign(text), ...headers },
    })
  }

  event(thing: string, data: object = { pressure: 42 }): Promise<Reply> {
    return this.send(EVENT, { thing_key: thing, timestamp: 1446448242000, data })
  }
}

/** A key pair's, in their order. */
export const MEMBERS = [
  'access_key',
  'enabled',
  'expiry_date',
  'secret_key',
  'key_pair_key',
  'created_at',
  'updated_at',
  'role_name',
  'role_key',
]

export const KEY_PAIRS = '/api/v3/key_pairs'
export const EVENT = '/api/v3/things/event.json'
export const HEARTBEAT = '/api/v3/things/heartbeat.json'
export const REGISTER = '/api/v3/things/register.json'
export const ALERTS = '/api/v3/alerts.json'

export type Account = {
  readonly email: string
  readonly password: string
  readonly organization: number
  readonly admin: Person
  readonly role: (name: string) => Promise<string>
  readonly pair: (members?: object) => Promise<Pair>
  /** A device of a pair of its own, and a thing that it registered. */
  readonly device: () => Promise<{ readonly device: Device; readonly thing: string }>
}

/** A new organization, its owner signed in. */
export async function makeAccount(): Promise<Account> {
  const email = `${crypto.randomUUID()}@owner.example`
  const made = await ask('POST', '/v1/bootstrap', {
    body: { organization: `test ${crypto.randomUUID()}`, email },
    headers: { Authorization: `Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}` },
  })
  if (made.status !== 201) throw new Error(`bootstrap answered ${made.status}: ${made.text}`)
  const { illumio } = made.json as { illumio: { org_id: number; password: string } }
  const { password, org_id: organization } = illumio
  const admin = await signIn({ email, password })
  const role = async (name: string) => {
    const { json } = await admin.get(`/api/v3/roles?search=${encodeURIComponent(name)}`)
    const roles = json.roles as { name: string; role_key: string }[]
    return roles.find((role) => role.name === name)?.role_key ?? ''
  }
  const pair = async (members: object = {}) => {
    const key_pair = { role_key: await role('Agent'), ...members }
    const { json } = await admin.call('POST', KEY_PAIRS, { body: { key_pair } })
    return json.key_pair as Pair
  }
  return {
    email,
    password,
    organization,
    admin,
    role,
    pair,
    async device() {
      const device = new Device(await pair())
      const thing = crypto.randomUUID().slice(0, 10)
      const registered = await device.send(REGISTER, { thing_key: thing, name: 'Compressor', timestamp: 1 })
      if (registered.status !== 200) throw new Error(`register answered ${registered.status}`)
      return { device, thing }
    },
  }
}

export async function signIn(credential: object): Promise<Person> {
  const { status, json } = await call('POST', '/api_sign_in', { body: credential })
  if (status !== 200) throw new Error(`sign-in answered ${status}`)
  return new Person(json.auth_token)
}

export function codesOf({ json }: Reply): string[] {
  return json.errors.map(({ code }: { code: string }) => code)
}

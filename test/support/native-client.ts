/** An organization of a test's own, made through the front door, and a small client of its native API. */
import { env, exports } from 'cloudflare:workers'
import type { AuditEvent } from '../../src/core/events/event.ts'
import { type KeyringSettings, loadKeyring } from '../../src/stores/keyring/keyring.ts'
import { makeMember } from './organization.ts'

export const BASE = 'https://latchkey.example'

/** What a test asks of an answer, the answer must have. */
export type Json = ReturnType<JSON['parse']>
export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: Json
}

export type Options = {
  readonly authorization?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it is. */
  readonly raw?: BodyInit
  readonly form?: Readonly<Record<string, string>>
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>
export type Client = ReturnType<typeof clientOf>

const throughTheDoor: Fetch = (url, init) => exports.default.fetch(url, init)

export function clientOf(authorization: string | null, fetch: Fetch = throughTheDoor) {
  return async (method: string, path: string, body?: unknown, options: Options = {}): Promise<Answer> => {
    const headers = new Headers(options.headers)
    const credential = options.authorization === undefined ? authorization : options.authorization
    if (credential !== null) headers.set('Authorization', credential)
    const init: RequestInit = { method, headers }
    if (options.raw !== undefined) init.body = options.raw
    else if (options.form) init.body = new URLSearchParams(options.form)
    else if (body !== undefined) init.body = JSON.stringify(body)
    const response = await fetch(BASE + path, init)
    const text = new TextDecoder().decode(await response.arrayBuffer())
    const isJson = /[/+]json/.test(response.headers.get('Content-Type') ?? '')
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    }
  }
}

export const anyone = clientOf(null)

export function basic(username: string, secret: string): string {
  return `Basic ${btoa(`${username}:${secret}`)}`
}

export type Organization = {
  readonly id: number
  readonly owner: Client
  readonly authorization: string
  /** Of its owner's API key. */
  readonly username: string
  /** A client of another principal of the organization, with one role. */
  readonly as: (role: string) => Promise<Client>
  /** A native profile's id. */
  readonly profile: (members?: object) => Promise<string>
  /** A new key, with its code, of a profile of its own unless one is named. */
  readonly key: (members?: object) => Promise<Json>
  /** The organization's audit events of one type, of one thing if it is named, oldest first. */
  readonly events: (type: AuditEvent['type'], publicId?: string) => Promise<AuditEvent[]>
}

export async function newOrganization(): Promise<Organization> {
  const made = await anyone(
    'POST',
    '/v1/bootstrap',
    { organization: `org ${crypto.randomUUID()}`, email: 'owner@test.example' },
    { authorization: `Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}` },
  )
  if (made.status !== 201) throw new Error(`the bootstrap answered ${made.status}: ${made.text}`)
  const { org_id: id, auth_username: username, secret } = made.json.illumio
  const authorization = basic(username, secret)
  const owner = clientOf(authorization)
  const must = async (path: string, body: object): Promise<Json> => {
    const answer = await owner('POST', path, body)
    if (answer.status !== 201) throw new Error(`${path} answered ${answer.status}: ${answer.text}`)
    return answer.json
  }
  const profile = async (members: object = {}) =>
    (await must('/v1/profiles', { name: 'web', ...members })).id as string
  return {
    id,
    owner,
    authorization,
    username,
    as: async (role) => clientOf((await makeMember(id, role)).authorization),
    profile,
    key: async (members = {}) =>
      must('/v1/keys', { ...('profile_id' in members ? {} : { profile_id: await profile() }), ...members }),
    async events(type, publicId) {
      const { results } = await env.DB.prepare(
        'SELECT record FROM events WHERE organization_id = ? AND type = ? ORDER BY at, id',
      )
        .bind(id, type)
        .all<{ record: string }>()
      const events = results.map(({ record }): AuditEvent => JSON.parse(record))
      const subject = publicId?.replace(/^(prf|key)_/, '')
      return subject === undefined ? events : events.filter((event) => event.subject.id === subject)
    },
  }
}

export function ringSettings(): KeyringSettings {
  return { db: env.DB, masterKey: env.LATCHKEY_MASTER_KEY, issuer: BASE, now: () => Date.now() }
}

/** The deployment's own ring, as any isolate would load it. */
export function ring() {
  return loadKeyring(ringSettings())
}

export function newClaim(): string {
  return `claim-${crypto.randomUUID()}`
}

/** Polls with a deadline: what follows within a second of a redemption is not there at once. */
export async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await scheduler.wait(25)) {
    const found = await look()
    if (found !== undefined) return found
  }
  throw new Error('what was waited for did not come')
}

/** An answer without what differs from one request to the next. */
export function withoutRequestId({ status, text, headers }: Answer): string {
  const shown = [...headers].filter(([name]) => name !== 'x-request-id')
  return JSON.stringify({ status, shown, text: text.replace(/"request_id":"[0-9a-f-]{36}"/, '') })
}

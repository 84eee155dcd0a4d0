import { env, exports } from 'cloudflare:workers'
import { mintApiKey } from '../../src/core/access/api-key.ts'
import { createOrganizationStore } from '../../src/stores/d1/access/organizations.ts'
import { loadKeyring } from '../../src/stores/keyring/keyring.ts'

const ORIGIN = 'https://latchkey.example'

/** What came back, its body read. */
export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; undefined when there is none. */
  readonly json: unknown
}

type Options = { readonly body?: unknown; readonly raw?: BodyInit; readonly headers?: Record<string, string> }

/** Asks the Worker as a client would; a body is sent as JSON, `raw` as it is. */
export async function ask(method: string, path: string, options: Options = {}): Promise<Answer> {
  const { body, raw, headers } = options
  const sent = raw ?? (body === undefined ? null : JSON.stringify(body))
  const reply = await exports.default.fetch(
    new Request(ORIGIN + path, { method, headers: headers ?? {}, body: sent }),
  )
  const text = new TextDecoder().decode(await reply.arrayBuffer())
  const isJson =
    text !== '' && /^application\/(problem\+)?json$/.test(reply.headers.get('Content-Type') ?? '')
  return { status: reply.status, headers: reply.headers, text, json: isJson ? JSON.parse(text) : undefined }
}

/** A caller with an API key. */
export class Client {
  readonly username: string
  readonly secret: string

  constructor(username: string, secret: string) {
    this.username = username
    this.secret = secret
  }

  get authorization(): string {
    return `Basic ${btoa(`${this.username}:${this.secret}`)}`
  }

  ask(method: string, path: string, options: Options = {}): Promise<Answer> {
    return ask(method, path, {
      ...options,
      headers: { Authorization: this.authorization, ...options.headers },
    })
  }

  get(path: string): Promise<Answer> {
    return this.ask('GET', path)
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.ask('POST', path, { body })
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.ask('PUT', path, { body })
  }

  delete(path: string): Promise<Answer> {
    return this.ask('DELETE', path)
  }
}

export type Organization = { readonly id: number; readonly owner: Client }

/** A new organization of a test's own. */
export async function makeOrganization(): Promise<Organization> {
  const name = `test ${crypto.randomUUID()}`
  const made = await ask('POST', '/v1/bootstrap', {
    body: { organization: name, email: 'owner@demo.example' },
    headers: { Authorization: `Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}` },
  })
  if (made.status !== 201) throw new Error(`bootstrap answered ${made.status}: ${made.text}`)
  const { illumio } = made.json as { illumio: { org_id: number; auth_username: string; secret: string } }
  return { id: illumio.org_id, owner: new Client(illumio.auth_username, illumio.secret) }
}

/** An owner with a password, of a new organization. */
export async function makeOwner(email = `${crypto.randomUUID()}@owner.example`) {
  const made = await ask('POST', '/v1/bootstrap', {
    body: { organization: `test ${crypto.randomUUID()}`, email },
    headers: { Authorization: `Bearer ${env.LATCHKEY_BOOTSTRAP_TOKEN}` },
  })
  if (made.status !== 201) throw new Error(`bootstrap answered ${made.status}: ${made.text}`)
  const { illumio } = made.json as {
    illumio: { org_id: number; auth_username: string; secret: string; password: string }
  }
  return {
    organization: illumio.org_id,
    email,
    password: illumio.password,
    client: new Client(illumio.auth_username, illumio.secret),
  }
}

/** A member of it with these roles and no others, such as `illumio:read_only`. */
export function makeMember(organization: number, ...roles: readonly string[]): Promise<Client> {
  return join(organization, roles, [])
}

/** A member of each role, by the role. @param scope the ids of labels within which they have it; none: everywhere */
export async function makeMembers(
  organization: number,
  roles: readonly string[],
  scope: readonly string[] = [],
): Promise<ReadonlyMap<string, Client>> {
  const members = roles.map(async (role) => [role, await join(organization, [role], scope)] as const)
  return new Map(await Promise.all(members))
}

async function join(
  organization: number,
  roles: readonly string[],
  scope: readonly string[],
): Promise<Client> {
  const now = Date.now()
  const ring = await loadKeyring({
    db: env.DB,
    masterKey: env.LATCHKEY_MASTER_KEY,
    issuer: ORIGIN,
    now: () => now,
  })
  const store = createOrganizationStore(env.DB)
  const email = `${crypto.randomUUID()}@demo.example`
  const member = { email, roles, password: null, isPasswordReset: false }
  const who = await store.ensureOwner(organization, member, now)
  // Whichever role it is: which of them may have a scope is for their dialect to say.
  await env.DB.prepare('UPDATE grants SET scope = ? WHERE principal_id = ?')
    .bind(JSON.stringify(scope), who.id)
    .run()
  const key = await mintApiKey(ring, (bytes) => crypto.getRandomValues(new Uint8Array(bytes)))
  await store.addApiKey(organization, who, 'test', key, now, [])
  return new Client(`api_${key.id}`, key.secret)
}

/** The audit events of an organization, oldest first, as `type` or the whole record. */
export async function eventsOf(organization: number): Promise<readonly { type: string; text: string }[]> {
  const { results } = await env.DB.prepare(
    'SELECT type, record AS text FROM events WHERE organization_id = ? ORDER BY at, id',
  )
    .bind(organization)
    .all<{ type: string; text: string }>()
  return results
}

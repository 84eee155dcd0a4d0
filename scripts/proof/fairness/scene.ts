/** The server, the tenant whose loads are measured, and the bystander, who belongs to another organization. */
import { randomBytes } from 'node:crypto'
import { type Client, openClient } from '../../lib/http/agent-client.ts'
import type { Headers } from '../../lib/http/credential.ts'
import { basic } from '../../lib/http/credential.ts'
import { must } from '../api/ask.ts'
import type { Own, Tenant } from '../api/dialect.ts'
import { dialectOf } from '../api/dialects.ts'
import { type Api, readApi } from '../api/document.ts'
import { makeTenant } from '../api/own.ts'
import { type Subject, startSubject } from '../subject.ts'
import type { Bystander } from './bystander.ts'
import { addListedRows } from './listed-rows.ts'
import { addWorkloads } from './workloads.ts'

type Role = 'owner' | 'read_only'

export type Scene = {
  readonly subject: Subject
  readonly client: Client
  readonly api: Api
  readonly tenant: Tenant
  readonly bystander: Bystander
  /** Scales the rows and machines that are made beforehand; 1 is the full number. */
  readonly share: number
  /** One of everything that the dialect with this tag has, in the tenant's organization. */
  own(tag: string): Promise<Own>
  /** The credential of a member of the tenant who may only read. */
  viewer(): Promise<Headers>
  /** The credential of a new member of the tenant, who has asked nothing yet and of whom nothing is kept. */
  newMember(role: Role): Promise<Headers>
  /** 2,000 workloads of almost 8 KiB each, in D1. */
  workloads(): Promise<void>
  /** 100,000 rows of every list, in D1. */
  rows(): Promise<void>
}

/** With `LATCHKEY_CLIENT_ADDRESS=header:…`; a server without addresses ignores it. */
export const ADDRESS_HEADER = 'X-Proof-Address'
const BYSTANDERS_ADDRESS = '203.0.113.9'

const CLIENTS = 16

export async function openScene(
  undo: AsyncDisposableStack,
  { hasAddresses, share }: { readonly hasAddresses: boolean; readonly share: number },
): Promise<Scene> {
  const subject = await startSubject(undo, {
    LATCHKEY_RATE_LIMITS: 'on',
    LATCHKEY_CLIENT_ADDRESS: hasAddresses ? `header:${ADDRESS_HEADER}` : 'none',
  })
  const client = withHeaders(openClient(subject.url, CLIENTS), { [ADDRESS_HEADER]: '203.0.113.1' })
  undo.defer(() => client.close())
  const api = await readApi(client)
  const tenant = await makeTenant(client, subject, 'load')
  const own = new Map<string, Promise<Own>>()
  const scene: Scene = {
    ...{ subject, client, api, tenant, share },
    bystander: {
      url: subject.url,
      code: await unlimitedCode(client, await makeTenant(client, subject, 'bystander')),
      headers: { [ADDRESS_HEADER]: BYSTANDERS_ADDRESS },
    },
    own(tag) {
      const made = own.get(tag) ?? furnish(client, tenant, tag)
      own.set(tag, made)
      return made
    },
    viewer: once(() => makeMember(client, tenant, 'read_only')),
    newMember: (role) => makeMember(client, tenant, role),
    workloads: once(() => addWorkloads(scene)),
    rows: once(() => addListedRows(scene)),
  }
  return scene
}

/** The code of a new key without a limit, in a new profile. */
export async function unlimitedCode(client: Client, { credentials }: Tenant): Promise<string> {
  const headers = credentials.api_key ?? null
  const ask = (path: string, json: unknown) => must(client, { method: 'POST', path, headers, json })
  const profile = await ask('/v1/profiles', { name: `fairness ${randomBytes(4).toString('hex')}` })
  return (await ask('/v1/keys', { profile_id: profile.id, max_uses: null })).code
}

async function furnish(client: Client, tenant: Tenant, tag: string): Promise<Own> {
  const secrets = { found: new Map(), refusals: [], add: () => {} }
  const { names, credentials } = await dialectOf(tag).furnish(client, tenant, secrets)
  return { names, credentials: { ...tenant.credentials, ...credentials } }
}

async function makeMember(client: Client, { id, credentials }: Tenant, role: Role): Promise<Headers> {
  const { api_key: key } = await must(client, {
    method: 'POST',
    path: `/api/v2/orgs/${id}/service_accounts`,
    headers: credentials.api_key ?? null,
    json: {
      name: `${role} ${randomBytes(4).toString('hex')}`,
      permissions: [{ role: { href: `/orgs/${id}/roles/${role}` }, scope: [] }],
      api_key: { expires_in_seconds: 86_400 },
    },
  })
  return basic(key.auth_username, key.secret)
}

function withHeaders(client: Client, headers: Readonly<Record<string, string>>): Client {
  return {
    close: client.close,
    ask: (ask, dropAfterMs) =>
      client.ask({ ...ask, headers: (body) => ({ ...headers, ...ask.headers?.(body) }) }, dropAfterMs),
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null
  return () => {
    made ??= make()
    return made
  }
}

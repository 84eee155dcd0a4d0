import { join } from 'node:path'
import * as z from 'zod'
import { bootstrapOrganization, illumioCredential, zpaCredential } from '../deployment/organization.ts'
import { basic, type Headers } from '../http/credential.ts'
import { openFetch } from '../http/fetch-client.ts'
import { readFileIfThere, writePrivateFile } from './private-file.ts'

const DEMO = { organization: 'Demo', email: 'owner@demo.example' }

// Loose: what a person or a later version added stays.
const credentials = z.looseObject({
  url: z.string(),
  illumio: z.looseObject(illumioCredential.shape),
  zpa: z.looseObject(zpaCredential.shape),
  datonis: z.looseObject({
    organisation_key: z.string(),
    email: z.string(),
    password: z.string().nullable(),
  }),
})
export type Credentials = z.infer<typeof credentials>

export function credentialsPath(data: string): string {
  return join(data, 'credentials.json')
}

export function readCredentials(data: string): Credentials | null {
  const text = readFileIfThere(credentialsPath(data))
  if (text === null) return null
  try {
    return credentials.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** Keeps credentials.json true: its content is tried on the server, and replaced when it does not work. */
export async function keepCredentials(request: {
  readonly data: string
  readonly url: string
  readonly local: URL
  readonly bootstrapToken: string
}): Promise<void> {
  const { data, url, local, bootstrapToken } = request
  const kept = readCredentials(data)
  if (kept !== null && (await isGood(kept, local))) {
    // Written even when nothing changed: it may have been copied here by a tool that left it open to others.
    const password = await knownPassword(kept, local)
    const { illumio, datonis } = kept
    return save(data, {
      ...kept,
      url,
      illumio: { ...illumio, password },
      datonis: { ...datonis, password },
    })
  }
  const made = await bootstrapOrganization({
    url: local,
    token: bootstrapToken,
    resetPassword: true,
    ...DEMO,
  })
  const { email, password } = made.illumio
  save(data, {
    url,
    illumio: made.illumio,
    zpa: made.zpa,
    datonis: { organisation_key: made.organization.organisation_key, email, password },
  })
}

function save(data: string, value: Credentials): void {
  writePrivateFile(credentialsPath(data), `${JSON.stringify(value, null, 2)}\n`)
}

async function isGood({ illumio, zpa }: Credentials, local: URL): Promise<boolean> {
  const { auth_username, secret } = illumio
  const isOwner = (await statusOf(local, 'GET', '/api/v2/noop', basic(auth_username, secret))) === 200
  const { client_id, client_secret } = zpa
  const form = new URLSearchParams({ client_id, client_secret })
  return isOwner && (await statusOf(local, 'POST', '/signin', null, form)) === 200
}

/** The password as long as it is theirs: who chose another did not tell this file, and keeps it. */
async function knownPassword({ illumio }: Credentials, local: URL): Promise<string | null> {
  const { email, password } = illumio
  if (password === null) return null
  const path = '/api/v2/login_users/authenticate'
  return (await statusOf(local, 'POST', path, basic(email, password))) === 200 ? password : null
}

async function statusOf(
  local: URL,
  method: string,
  path: string,
  headers: Headers | null,
  body?: URLSearchParams,
): Promise<number> {
  return (await openFetch(local, { headers, timeoutMs: 15_000 }).ask(method, path, body)).status
}

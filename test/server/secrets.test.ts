/** Promise 6: no secret at rest in the clear, none in a log, an event or an error. */
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bearer } from '../../scripts/lib/http/credential.ts'
import { openFetch } from '../../scripts/lib/http/fetch-client.ts'
import { readLock } from '../../scripts/lib/server/lock.ts'
import { deriveBootstrapToken } from '../../scripts/lib/state/master-key.ts'
import { jsonOf, openOperator } from '../support/illumio-operator.ts'
import { startTestServer } from '../support/server.ts'

/** What only its owner may read in the clear, and is meant to. */
const KEPT_FOR_THE_OWNER = new Set(['master.key', 'credentials.json'])

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !KEPT_FOR_THE_OWNER.has(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** The forms in which a secret might have been written: as it is, as hexadecimal, as base64 of whichever alignment. */
function formsOf(secret: Buffer | string): string[] {
  const bytes = Buffer.from(secret)
  const aligned = [0, 1, 2].map((skip) => bytes.subarray(skip, bytes.length - ((bytes.length - skip) % 3)))
  const base64 = aligned.flatMap((part) => [part.toString('base64'), part.toString('base64url')])
  return [bytes.toString('latin1'), bytes.toString('hex'), ...base64]
}

test('after a run none of the secrets that it made, or that were typed where names belong, is in a file of its state, in its output or in an answer to a refusal', async () => {
  const server = await startTestServer()
  const operator = openOperator(server)
  const profile = await operator.createProfile(2)
  const code = await operator.createKey(profile)
  const claim = randomBytes(24).toString('base64url')
  const enrolled = await operator.activate(code, claim)
  const { access_token, refresh_token } = jsonOf(enrolled)
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token })
  const next = await openFetch(server.url).must('POST', '/v1/token', form)
  const session = await signIn(server)
  const masterKey = Buffer.from(readFileSync(join(server.data, 'master.key'), 'utf8').trim(), 'base64')
  const nonce = readLock(server.data)?.nonce ?? ''

  // Refusals that have the secrets in them.
  const refusals = await Promise.all([
    operator.activate(`${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`, claim),
    operator.client.ask({
      method: 'POST',
      path: '/api/v2/agents/activate',
      json: { activation_code: code, claim, hostname: 7 },
    }),
    operator.client.ask({ method: 'POST', path: '/v1/enroll', json: { code: `lk_${code}`, claim } }),
    operator.client.ask({
      method: 'GET',
      path: '/v1/agents/self',
      headers: bearer(`${access_token}x`),
    }),
  ])
  for (const { status } of refusals) expect([401, 406, 422]).toContain(status)
  await typeWhereNamesBelong(server, { code, claim, session: session.secret, refresh: next.refresh_token })
  const secrets: Record<string, Buffer | string> = {
    'pairing code': code,
    'its random part': Buffer.from(code.slice(19, 59), 'hex'),
    claim,
    'API secret': server.credentials.illumio.secret,
    "owner's password": server.credentials.illumio.password ?? '',
    'session token': session.secret,
    'refresh token': refresh_token,
    'next refresh token': next.refresh_token,
    'access token': access_token,
    'next access token': next.access_token,
    'client secret': server.credentials.zpa.client_secret,
    'an unknown password': UNKNOWN_PASSWORD,
    'master key': masterKey,
    'bootstrap token': deriveBootstrapToken(masterKey, nonce),
  }
  operator.client.close()
  await server.stop()

  const places = new Map(filesBelow(server.data).map((file) => [file, readFileSync(file, 'latin1')]))
  expect(places.size).toBeGreaterThan(3)
  places.set('the output', server.output())
  places.set('answers', JSON.stringify(refusals.map(({ text }) => text)))
  const found = [...places].flatMap(([place, text]) =>
    Object.entries(secrets).flatMap(([name, secret]) =>
      formsOf(secret).some((form) => text.includes(form)) ? [`${name} in ${place}`] : [],
    ),
  )
  expect(found).toEqual([])
})

const UNKNOWN_PASSWORD = 'Typed-into-the-wrong-field-1'

/**
 * Each secret as an e-mail address, a client id, an API key's id, a user name, an access key and a token, more often than a
 * limit of failures allows: what counts them keeps what it counts by.
 */
async function typeWhereNamesBelong(
  { url, credentials }: Awaited<ReturnType<typeof startTestServer>>,
  made: Readonly<Record<'code' | 'claim' | 'session' | 'refresh', string>>,
): Promise<void> {
  const typed = [
    ...Object.values(made),
    credentials.illumio.secret,
    credentials.zpa.client_secret,
    credentials.illumio.password ?? '',
    UNKNOWN_PASSWORD,
  ]
  const post = (path: string, body: BodyInit, headers: Record<string, string> = {}) =>
    fetch(url + path, { method: 'POST', body, headers })
  const basic = (name: string, secret: string) => ({
    Authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`,
  })
  for (const [n, text] of typed.entries()) {
    const answers = await Promise.all([
      // One of them, since passwords have to wait for their turns.
      n % 2 === 0
        ? post('/api/v2/login_users/authenticate', '', basic(text, 'x'))
        : post('/api_sign_in', JSON.stringify({ email: text, password: 'x' })),
      post('/signin', new URLSearchParams({ client_id: text, client_secret: 'x' })),
      post('/oauth2/v1/token', oneApi({ client_id: text, client_secret: 'x' })),
      post('/oauth2/v1/token', oneApi({ client_id: text, client_assertion: 'x' })),
      post('/v1/token', new URLSearchParams({ grant_type: 'refresh_token', refresh_token: `${text}x` })),
      fetch(`${url}/v1/keys`, { headers: basic(`api_${text}`, 'x') }),
      fetch(`${url}/api/v2/noop`, { headers: basic(text, 'x') }),
      fetch(`${url}/api/v3/things`, { headers: { 'X-Access-Key': text } }),
      fetch(`${url}/api/v3/things`, { headers: { 'X-Auth-Token': text } }),
    ])
    for (const { status } of answers) expect([400, 401, 403, 404, 429]).toContain(status)
  }
}

function oneApi(members: Readonly<Record<string, string>>): URLSearchParams {
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  const grant = { grant_type: 'client_credentials', client_assertion_type: type }
  return new URLSearchParams({ ...grant, ...members })
}

/** A session of the owner, by password. */
async function signIn({ url, credentials }: Awaited<ReturnType<typeof startTestServer>>) {
  const { email, password } = credentials.illumio
  const basic = Buffer.from(`${email}:${password}`).toString('base64')
  const authenticated = await fetch(`${url}/api/v2/login_users/authenticate`, {
    method: 'POST',
    headers: { Authorization: `Basic ${basic}` },
  })
  const { auth_token } = (await authenticated.json()) as { auth_token: string }
  const login = await fetch(`${url}/api/v2/users/login`, {
    headers: { Authorization: `Token token=${auth_token}` },
  })
  const { session_token: secret } = (await login.json()) as { session_token: string }
  expect(secret).toMatch(/^[0-9a-f]{40}$/)
  return { secret }
}

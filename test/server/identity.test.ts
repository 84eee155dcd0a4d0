/** Identity-bound keys over the real way out: issuers on this machine that make tokens as the four platforms do. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { certificatePath, keepSelfSigned } from '../../scripts/lib/server/certificate.ts'
import { type ServerProcess, startServerProcess } from '../../scripts/lib/server/server-process.ts'
import { readCredentials } from '../../scripts/lib/state/credentials.ts'
import type { PublicJwk } from '../../src/core/enrollment/identity/key-set.ts'
import {
  githubClaims,
  gitlabClaims,
  googleClaims,
  kubernetesClaims,
  newTokenKey,
  type TokenKey,
} from '../support/identity-tokens.ts'
import { runScript } from '../support/script.ts'
import { endServersOn, eventually } from '../support/server.ts'

const undo = new AsyncDisposableStack()
/** By path; `down`: none is answered, `slow`: never. */
let served: Readonly<Record<string, object>> = {}
let state: 'up' | 'down' | 'slow' = 'up'
const asked: string[] = []
let issuer = ''
let signer: TokenKey
let server: ServerProcess
let authorization = ''

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-identity-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true }))
  const { certificate, key } = await keepSelfSigned(folder, ['localhost'], new Date())
  const https = createServer({ cert: certificate, key }, answer)
  await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve))
  undo.defer(() => {
    https.closeAllConnections()
    https.close()
  })
  const address = https.address()
  if (typeof address !== 'object' || address === null) throw new Error('a server that listens has a port')
  issuer = `https://localhost:${address.port}`
  signer = await newTokenKey('k1', 'RS256')
  serve([signer.jwk])
  const data = join(folder, 'data')
  server = await startServerProcess({
    PORT: '0',
    LATCHKEY_DATA: data,
    LATCHKEY_EGRESS: 'private',
    NODE_EXTRA_CA_CERTS: certificatePath(folder),
  })
  undo.defer(async () => {
    await server.stop()
    await endServersOn(data)
  })
  const credentials = readCredentials(data)
  if (!credentials) throw new Error('a server that is ready has credentials')
  const { auth_username: id, secret } = credentials.illumio
  authorization = `Basic ${btoa(`${id}:${secret}`)}`
})

afterAll(() => undo.disposeAsync())

function serve(keys: readonly PublicJwk[]): void {
  const discovery = (name: string) => ({ issuer: name, jwks_uri: `${issuer}/keys` })
  served = {
    '/.well-known/openid-configuration': discovery(issuer),
    '/_services/token/.well-known/openid-configuration': discovery(`${issuer}/_services/token`),
    '/liar/.well-known/openid-configuration': discovery(issuer),
    '/api/v3/repos/octo/web': { id: 1296269, owner: { id: 583231 } },
    '/api/v4/projects/my-group%2Fmy-project': { id: 20, namespace: { id: 72 } },
    '/keys': { keys },
    '/other-keys': { keys },
  }
}

function answer({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
  asked.push(url)
  if (state === 'slow') return
  const found = state === 'up' ? served[url] : undefined
  // As GitHub's API does.
  if (headers['user-agent'] === undefined) response.writeHead(403).end()
  else if (found) response.end(JSON.stringify(found))
  else response.writeHead(state === 'down' ? 503 : 404).end()
}

// What comes from JSON.
type Json = ReturnType<JSON['parse']>

async function call(method: string, path: string, body: object, credential?: string) {
  const headers = { 'Content-Type': 'application/json', ...(credential && { Authorization: credential }) }
  const response = await fetch(server.url + path, { method, headers, body: JSON.stringify(body) })
  const text = await response.text()
  return { status: response.status, json: JSON.parse(text) as Json }
}

async function newKey(rule: object): Promise<Json> {
  const profile = await call('POST', '/v1/profiles', { name: 'web' }, authorization)
  const body = { profile_id: profile.json.id, max_uses: 5, identity: [rule] }
  const made = await call('POST', '/v1/keys', body, authorization)
  expect([made.status, made.json.errors]).toEqual([201, undefined])
  return made.json
}

const audienceOf = ({ id }: Json) => `${server.url}/keys/${id}`
const enroll = (key: Json, token: string, claim: string = crypto.randomUUID()) =>
  call('POST', '/v1/enroll', { code: key.code, claim, identity_token: token })

test('tokens of GitHub Actions, GitLab, Kubernetes and Google make agents, each by its platform’s rule', async () => {
  const google = {
    issuer,
    claims: [{ pointer: '/google/compute_engine/project_number', equals: 739419398126 }],
    agent_per: ['/google/compute_engine/instance_id'],
    max_age_seconds: 3_900,
  }
  const cases = [
    [
      { preset: 'github', repository: 'octo/web', branch: 'main', server: issuer },
      githubClaims({ iss: `${issuer}/_services/token` }),
    ],
    [
      { preset: 'gitlab', project: 'my-group/my-project', branch: 'main', server: issuer },
      gitlabClaims({ iss: issuer }),
    ],
    [
      { preset: 'kubernetes', issuer, namespace: 'shop', service_account: 'web' },
      kubernetesClaims({ iss: issuer }),
    ],
    [
      {
        preset: 'kubernetes',
        issuer: 'https://kubernetes.default.svc.cluster.local',
        namespace: 'shop',
        service_account: 'web',
        jwks: { keys: [signer.jwk] },
      },
      kubernetesClaims(),
    ],
    [google, googleClaims({ iss: issuer })],
  ] as const
  for (const [rule, claims] of cases) {
    const key = await newKey(rule)
    const token = await signer.sign({ ...claims, aud: audienceOf(key) })
    const enrolled = await enroll(key, token, 'the machine’s own claim, of 128 bits')
    expect([rule, enrolled.status]).toEqual([rule, 201])
    expect((await enroll(key, token, 'the machine’s own claim, of 128 bits')).status).toBe(200)
    expect((await enroll(key, token)).status).toBe(401)
  }
})

test('an issuer that names another in its discovery document is not taken', async () => {
  const rule = { issuer: `${issuer}/liar`, claims: [{ pointer: '/sub', equals: 'a' }], agent_per: ['/sub'] }
  const profile = await call('POST', '/v1/profiles', { name: 'web' }, authorization)
  const refused = await call(
    'POST',
    '/v1/keys',
    { profile_id: profile.json.id, identity: [rule] },
    authorization,
  )
  expect(refused).toMatchObject({ status: 422, json: { errors: [{ pointer: '/identity/0/issuer' }] } })
})

/** An issuer whose keys no other test has asked for. */
async function newIssuersKey(path: string): Promise<Json> {
  served = { ...served, '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}${path}` } }
  const key = await newKey({ issuer, claims: [{ pointer: '/sub', equals: 'a' }], agent_per: ['/sub'] })
  serve([signer.jwk])
  return key
}

const plain = (key: Json) => {
  const iat = Math.floor(Date.now() / 1_000)
  return { iss: issuer, sub: 'a', aud: audienceOf(key), iat, exp: iat + 300 }
}

test('an issuer that is down or slow is 503 and spends nothing, delays no other enrollment, and serves when it is back', async () => {
  const key = await newIssuersKey('/other-keys')
  const ordinary = await call('POST', '/v1/keys', { profile_id: key.profile_id, max_uses: 50 }, authorization)
  const token = await signer.sign(plain(key))
  state = 'slow'
  const waiting = Promise.all(Array.from({ length: 20 }, () => enroll(key, token)))
  const before = asked.length
  let isAnswered = false
  void waiting.then(() => {
    isAnswered = true
  })
  const others = await Promise.all(
    Array.from({ length: 10 }, () =>
      call('POST', '/v1/enroll', { code: ordinary.json.code, claim: crypto.randomUUID() }),
    ),
  )
  expect(others.map(({ status }) => status)).toEqual(Array(10).fill(201))
  expect(isAnswered).toBe(false)
  expect((await waiting).map(({ status }) => status)).toEqual(Array(20).fill(503))
  expect(asked.length - before).toBeLessThanOrEqual(2)
  const { json } = await call('POST', `/v1/keys/${key.id}/explain`, {}, authorization)
  expect([json.uses_left, json.refusals]).toEqual([5, []])
  state = 'up'
  await eventually(
    async () => (await enroll(key, token, 'a claim that is the same each time')).status === 201,
  )
})

test('the keys that an issuer had last serve while it is away', async () => {
  const key = await newKey({ issuer, claims: [{ pointer: '/sub', equals: 'a' }], agent_per: ['/jti'] })
  const token = (by: TokenKey, jti: string) => by.sign({ ...plain(key), jti })
  expect((await enroll(key, await token(signer, '1'))).status).toBe(201)
  state = 'down'
  expect((await enroll(key, await token(signer, '2'))).status).toBe(201)
  state = 'up'
})

test('latchkey makes a key for an identity, and enrolls with a token from a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-identity-cli-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true }))
  const rules = join(folder, 'rules.json')
  writeFileSync(rules, JSON.stringify({ preset: 'gitlab', project: 'my-group/my-project', server: issuer }))
  const [id = '', secret = ''] = atob(authorization.replace('Basic ', '')).split(':')
  const env = { XDG_CONFIG_HOME: folder, LATCHKEY_URL: server.url, LATCHKEY_API_KEY: `${id}:${secret}` }
  const made = await runScript(
    'latchkey.ts',
    ['keys', 'create', '-p', await newProfile(), '--identity-file', rules, '--json'],
    env,
  )
  expect([made.code, made.stderr]).toEqual([0, expect.any(String)])
  const key: Json = JSON.parse(made.stdout)
  const token = join(folder, 'token')
  writeFileSync(token, await signer.sign(gitlabClaims({ iss: issuer, aud: audienceOf(key) })))
  const args = ['enroll', server.url, '--identity-token-file', token, '--state', join(folder, 'agent')]
  const enrolled = await runScript('latchkey.ts', args, { ...env, LATCHKEY_CODE: key.code })
  expect([enrolled.code, enrolled.stderr]).toEqual([0, expect.stringContaining('enrolled')])
})

async function newProfile(): Promise<string> {
  return (await call('POST', '/v1/profiles', { name: 'web' }, authorization)).json.id
}

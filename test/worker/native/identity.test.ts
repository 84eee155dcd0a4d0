/** Identity-bound keys (docs/concepts.md#identity-bound-keys), over real ledgers; the issuers are the test's own. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { FoundKeys } from '../../../src/core/enrollment/identity/key-set.ts'
import { utf8 } from '../../../src/core/kernel/encoding.ts'
import type { Outbound } from '../../../src/core/outbound/port.ts'
import { createIdentities } from '../../../src/stores/identity/identities.ts'
import { compose } from '../../support/composed.ts'
import { signedIn } from '../../support/console-client.ts'
import { githubClaims, newTokenKey, type TokenKey } from '../../support/identity-tokens.ts'
import {
  type Client,
  clientOf,
  eventually,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
} from '../../support/native-client.ts'
import { keyPair, requestOf } from '../../support/zpa.ts'

const GITHUB = 'https://token.actions.githubusercontent.com'
const PRESET = { preset: 'github', repository: 'octo/web', branch: 'main' }

let organization: Organization
let owner: Client
let machine: Client
let signer: TokenKey
let isAway = false
let asked = 0

const outbound: Outbound = async ({ url }) => {
  const answers: Readonly<Record<string, object>> = {
    [`${GITHUB}/.well-known/openid-configuration`]: {
      issuer: GITHUB,
      jwks_uri: `${GITHUB}/.well-known/jwks`,
    },
    'https://api.github.com/repos/octo/web': { id: 1296269, owner: { id: 583231 } },
  }
  const found = answers[url]
  return {
    kind: 'answered',
    status: found ? 200 : 404,
    body: utf8(JSON.stringify(found ?? {})),
  }
}

async function findKeys(_: string, kid: string): Promise<FoundKeys> {
  asked++
  if (isAway) return { kind: 'unavailable' }
  return { kind: 'found', keys: [signer.jwk], fetchedAt: 0, isKnown: kid === signer.jwk.kid }
}

beforeAll(async () => {
  organization = await newOrganization()
  signer = await newTokenKey('k1')
  const { fetch } = await compose({ outbound, identities: createIdentities(findKeys, () => Date.now()) })
  owner = clientOf(organization.authorization, fetch)
  machine = clientOf(null, fetch)
})

async function newKey(members: object = {}): Promise<Json> {
  const profile_id = await organization.profile()
  const made = await owner('POST', '/v1/keys', { profile_id, identity: [PRESET], ...members })
  expect(made.status, made.text).toBe(201)
  return made.json
}

const audienceOf = ({ id }: Json) => `https://latchkey.example/keys/${id}`
const tokenOf = (key: Json, members: object = {}) =>
  signer.sign(githubClaims({ aud: audienceOf(key), ...members }))
const enroll = (key: Json, identity_token: string | undefined, claim = newClaim(), more: object = {}) =>
  machine('POST', '/v1/enroll', { code: key.code, claim, ...(identity_token && { identity_token }), ...more })
const usesOf = async ({ id }: Json) => (await owner('GET', `/v1/keys/${id}`)).json.uses

test('a preset is shown in full, with ids and the address of the issuer’s keys, and can be sent back as it is', async () => {
  const { id, identity } = await newKey()
  expect(identity).toMatchObject([
    {
      issuer: GITHUB,
      jwks_uri: `${GITHUB}/.well-known/jwks`,
      claims: [
        { pointer: '/repository_id', equals: '1296269' },
        { pointer: '/repository_owner_id', equals: '583231' },
        { pointer: '/event_name', one_of: ['push', 'workflow_dispatch', 'release', 'schedule'] },
        { pointer: '/ref', equals: 'refs/heads/main' },
      ],
      agent_per: ['/repository_id', '/run_id', '/run_attempt'],
      max_age_seconds: 600,
    },
  ])
  const sent = await owner('PATCH', `/v1/keys/${id}`, { identity })
  expect(sent).toMatchObject({ status: 200, json: { identity } })
  const without = await owner('PATCH', `/v1/keys/${id}`, { identity: [] })
  expect(without).toMatchObject({ status: 200, json: { identity: [] } })
})

test.each([
  [
    'without an anchor',
    { issuer: GITHUB, claims: [{ pointer: '/sub', equals: 'x' }], agent_per: ['/run_id'] },
    '/identity/0/claims',
  ],
  [
    'of an issuer that does not answer',
    { issuer: 'https://none.example', claims: [{ pointer: '/sub', equals: 'x' }], agent_per: ['/sub'] },
    '/identity/0/issuer',
  ],
  ['of a private repository', { preset: 'github', repository: 'octo/private' }, '/identity/0/preset'],
  [
    'with keys that are none',
    {
      preset: 'kubernetes',
      issuer: 'https://k.example',
      namespace: 'a',
      service_account: 'b',
      jwks: { keys: [{ kty: 'oct' }] },
    },
    '/identity/0/jwks',
  ],
])('a rule %s is refused, and no key is made', async (_, rule, pointer) => {
  const profile_id = await organization.profile()
  const refused = await owner('POST', '/v1/keys', { profile_id, identity: [rule] })
  expect(refused).toMatchObject({ status: 422, json: { errors: [{ pointer }] } })
  const { json } = await owner('GET', `/v1/keys?profile_id=${profile_id}`)
  expect(json.items).toEqual([])
})

test('1,000 of one token at a time: with one claim one agent, with claims of their own one agent and the rest claim_bound', async () => {
  for (const isSame of [true, false]) {
    const key = await newKey({ max_uses: 1_000 })
    const token = await tokenOf(key)
    const same = newClaim()
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, () => enroll(key, token, isSame ? same : newClaim())),
    )
    const count = (status: number) => answers.filter((one) => one.status === status).length
    expect([count(201), count(isSame ? 200 : 401), await usesOf(key)]).toEqual([1, 999, 1])
    const enrolled = answers.filter(({ json }) => json.agent).map(({ json }) => json.agent.id)
    expect(new Set(enrolled).size).toBe(1)
    const { json } = await owner('GET', `/v1/keys/${key.id}/refusals`)
    expect(json.by_reason).toEqual(isSame ? [] : [{ reason: 'claim_bound', count: 999 }])
  }
})

test('each run is an agent of its own; a fresh token of the same run with the same claim is the same agent', async () => {
  const key = await newKey()
  const claim = newClaim()
  const first = await enroll(key, await tokenOf(key), claim)
  expect(first.status).toBe(201)
  expect(await enroll(key, await tokenOf(key, { jti: 'another' }), claim)).toMatchObject({
    status: 200,
    json: { agent: first.json.agent },
  })
  expect((await enroll(key, await tokenOf(key, { run_id: '2' }), claim)).status).toBe(201)
  expect(await usesOf(key)).toBe(2)
})

describe('a code alone', () => {
  test('redeems nothing; the answer says what is missing', async () => {
    const key = await newKey()
    expect(await enroll(key, undefined)).toMatchObject({ status: 401, json: { code: 'identity_missing' } })
    const without = await machine('POST', '/v1/enroll', { code: key.code })
    expect(without).toMatchObject({ status: 401, json: { code: 'identity_missing' } })
    expect(await usesOf(key)).toBe(0)
  })

  test('of a key without rules needs no token, and looks at none', async () => {
    const key = await organization.key()
    expect((await enroll(key, 'not.a.token')).status).toBe(201)
    expect((await enroll(key, await tokenOf(key))).status).toBe(201)
  })
})

test('a certificate is issued to a machine that shows its identity, and to no other', async () => {
  const { id: profile_id } = (await owner('POST', '/v1/profiles', { name: 'mesh', certificates: {} })).json
  const key = await newKey({ profile_id })
  const csr = await requestOf(await keyPair())
  const claim = newClaim()
  const without = await enroll(key, undefined, claim, { csr })
  expect(without).toMatchObject({ status: 401, json: { code: 'identity_missing' } })
  const made = await enroll(key, await tokenOf(key), claim, { csr })
  expect(made).toMatchObject({ status: 201, json: { certificate: { spiffe_id: null } } })
  const again = await enroll(key, await tokenOf(key), claim, { csr })
  expect(again).toMatchObject({ status: 200, json: { agent: made.json.agent } })
  expect(await usesOf(key)).toBe(1)
})

test('a token needs a claim beside it', async () => {
  const key = await newKey()
  const body = { code: key.code, identity_token: await tokenOf(key) }
  expect(await machine('POST', '/v1/enroll', body)).toMatchObject({
    status: 422,
    json: { errors: [{ pointer: '/claim' }] },
  })
})

const REFUSED: readonly (readonly [string, object, string])[] = [
  ['for another key', { aud: 'https://latchkey.example/keys/key_1000001' }, 'identity_invalid'],
  ['that has expired', { iat: 1_700_000_000, nbf: 1_700_000_000, exp: 1_700_000_300 }, 'identity_invalid'],
  ['of another issuer', { iss: 'https://gitlab.com' }, 'identity_invalid'],
  ['of a fork’s pull request', { event_name: 'pull_request' }, 'unauthorized'],
  ['of pull_request_target', { event_name: 'pull_request_target' }, 'unauthorized'],
  ['of a repository that took over the name', { repository_id: '99' }, 'unauthorized'],
  ['of another branch', { ref: 'refs/heads/else' }, 'unauthorized'],
]

test('a token that no rule lets in spends nothing, and the audit says why', async () => {
  await Promise.all(
    REFUSED.map(async ([what, members, code]) => {
      const key = await newKey()
      const { status, json } = await enroll(key, await tokenOf(key, members))
      expect([what, status, json.code, await usesOf(key)]).toEqual([what, 401, code, 0])
      const event = await eventually(async () => (await organization.events('agent.enroll', key.id))[0])
      expect(event).toMatchObject({ isSuccess: false, detail: { identity: expect.any(String) } })
    }),
  )
})

test('an issuer that is away is 503, and nothing is spent or counted as a refusal', async () => {
  const key = await newKey()
  const unknown = await newTokenKey('rotated')
  const token = await unknown.sign(githubClaims({ aud: audienceOf(key) }))
  isAway = true
  const answer = await enroll(key, token)
  isAway = false
  expect(answer.status).toBe(503)
  expect(answer.headers.get('Retry-After')).toBe('5')
  expect(await usesOf(key)).toBe(0)
  expect((await owner('GET', `/v1/keys/${key.id}/refusals`)).json.items).toEqual([])
})

test('the rules and keys of an issuer are learned once', async () => {
  const key = await newKey()
  await enroll(key, await tokenOf(key))
  const before = asked
  await Promise.all(
    Array.from({ length: 20 }, async (_, i) => enroll(key, await tokenOf(key, { run_id: `${i}` }))),
  )
  expect(asked).toBe(before)
})

test('a rule that changes, or goes, counts from then on, whatever an isolate knew', async () => {
  const key = await newKey()
  expect((await enroll(key, await tokenOf(key))).status).toBe(201)
  await owner('PATCH', `/v1/keys/${key.id}`, { identity: [{ ...PRESET, branch: 'next' }] })
  expect((await enroll(key, await tokenOf(key, { run_id: '2' }))).status).toBe(401)
  const next = { ref: 'refs/heads/next', run_id: '3' }
  expect((await enroll(key, await tokenOf(key, next))).status).toBe(201)
  await owner('PATCH', `/v1/keys/${key.id}`, { identity: [] })
  expect((await enroll(key, undefined)).status).toBe(201)
  expect((await enroll(key, await tokenOf(key))).status).toBe(201)
})

test('what an identity holds, a copied token neither confirms nor cancels', async () => {
  const key = await newKey({ hold: 'allowed', max_uses: 1 })
  const token = await tokenOf(key)
  const claim = newClaim()
  expect((await enroll(key, token, claim, { hold: 600 })).status).toBe(202)
  const copied = { code: key.code, claim: newClaim(), identity_token: token }
  for (const path of ['/v1/enroll', '/v1/enroll/confirm', '/v1/enroll/cancel']) {
    expect((await machine('POST', path, copied)).status).toBe(401)
  }
  expect((await machine('POST', '/v1/enroll/confirm', { ...copied, claim })).status).toBe(201)
})

test('a revoked agent’s identity does not come back, with whatever claim', async () => {
  const key = await newKey()
  const token = await tokenOf(key)
  const { json } = await enroll(key, token)
  expect((await owner('POST', `/v1/agents/${json.agent.id}/revoke`, { and_key: 'keep' })).status).toBe(200)
  expect((await enroll(key, token)).status).toBe(401)
  const { json: refusals } = await owner('GET', `/v1/keys/${key.id}/refusals`)
  expect(refusals.by_reason).toEqual([{ reason: 'agent_revoked', count: 1 }])
})

test('the audit names the issuer and the claims that counted, and never the token', async () => {
  const key = await newKey()
  const token = await tokenOf(key)
  const { json } = await enroll(key, token)
  const event = await eventually(async () =>
    (await organization.events('agent.enroll')).find(({ subject }) => subject.id === json.agent.id),
  )
  expect(event?.detail).toMatchObject({
    identity: { issuer: GITHUB, claims: { '/repository_id': '1296269', '/run_id': '30433642' } },
  })
  expect(JSON.stringify(event)).not.toContain(token.split('.')[1])
})

test('explain says what an identity would meet', async () => {
  const key = await newKey()
  const explain = async (body: object) => (await owner('POST', `/v1/keys/${key.id}/explain`, body)).json
  const claim = newClaim()
  const identity = { issuer: GITHUB, claims: githubClaims() }
  expect(await explain({ claim })).toMatchObject({ decision: 'refused', reason: 'identity_missing' })
  expect(await explain({ claim, identity })).toMatchObject({ decision: 'new' })
  const fork = { issuer: GITHUB, claims: githubClaims({ event_name: 'pull_request' }) }
  expect(await explain({ claim, identity: fork })).toMatchObject({ reason: 'identity_not_allowed' })
  const { json } = await enroll(key, await tokenOf(key), claim)
  expect(await explain({ claim, identity })).toMatchObject({ decision: 'repeat', agent_id: json.agent.id })
  expect(await explain({ claim: newClaim(), identity })).toMatchObject({ reason: 'claim_bound' })
})

test('the page of a key in the console shows its rules, and the audience of their tokens', async () => {
  const { browser, client } = await signedIn()
  const { fetch } = await compose({ outbound })
  const own = clientOf(client.authorization, fetch)
  const profile = await own('POST', '/v1/profiles', { name: 'web' })
  const key = await own('POST', '/v1/keys', { profile_id: profile.json.id, identity: [PRESET] })
  const page = await browser.get(`/console/keys/${key.json.id}`)
  expect(page.status).toBe(200)
  for (const shown of [audienceOf(key.json), '1296269', GITHUB])
    expect(page.text).toContain(`<code>${shown}</code>`)
})

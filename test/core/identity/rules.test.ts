import { expect, test } from 'vitest'
import { mismatchOf, subjectOf, valuesOf } from '../../../src/core/enrollment/identity/match.ts'
import {
  githubRule,
  gitlabRule,
  googleRule,
  type IdentityPreset,
  kubernetesRule,
  type UnresolvedRule,
} from '../../../src/core/enrollment/identity/preset.ts'
import { type IdentityInput, resolveIdentity } from '../../../src/core/enrollment/identity/resolve.ts'
import type { IdentityRule } from '../../../src/core/enrollment/identity/rule.ts'
import { refusalOfRules } from '../../../src/core/enrollment/identity/rule-check.ts'
import { utf8 } from '../../../src/core/kernel/encoding.ts'
import type { JsonObject } from '../../../src/core/kernel/json.ts'
import { ok } from '../../../src/core/kernel/outcome.ts'
import type { Outbound } from '../../../src/core/outbound/port.ts'
import { githubClaims, gitlabClaims, googleClaims, kubernetesClaims } from '../../support/identity-tokens.ts'

const GITHUB = {
  preset: 'github',
  repository: 'octo/web',
  repositoryId: null,
  ownerId: null,
  branch: null,
  environment: null,
  server: null,
  agentPer: null,
} as const satisfies IdentityPreset
const GITHUB_IDS = { id: '1296269', ownerId: '583231' }
const GITLAB = {
  preset: 'gitlab',
  project: 'my-group/my-project',
  projectId: null,
  namespaceId: null,
  branch: null,
  environment: null,
  server: null,
  agentPer: null,
} as const satisfies IdentityPreset

function saved({ keys: _, ...rule }: UnresolvedRule): IdentityRule {
  return { ...rule, keySource: { kind: 'discovered', jwksUri: 'https://keys.example/' } }
}

function mismatch(rule: UnresolvedRule, claims: object): string | null {
  return mismatchOf(saved(rule), valuesOf(saved(rule), claims as JsonObject))
}

test('each preset makes rules that may be saved, and lets in the token that it is meant for', () => {
  const google = { preset: 'google', projectNumber: 739419398126, agentPer: null } as const
  const kubernetes = {
    preset: 'kubernetes',
    issuer: 'https://kubernetes.default.svc.cluster.local',
    namespace: 'shop',
    serviceAccount: 'web',
    serviceAccountUid: null,
    keys: null,
    agentPer: null,
  } as const
  const cases = [
    [githubRule(GITHUB, GITHUB_IDS), githubClaims()],
    [githubRule({ ...GITHUB, branch: 'main' }, GITHUB_IDS), githubClaims()],
    [githubRule({ ...GITHUB, branch: 'm*' }, GITHUB_IDS), githubClaims()],
    [gitlabRule(GITLAB, { id: '20', ownerId: '72' }), gitlabClaims()],
    [gitlabRule({ ...GITLAB, branch: 'main' }, { id: '20', ownerId: '72' }), gitlabClaims()],
    [kubernetesRule(kubernetes), kubernetesClaims()],
    [googleRule({ ...google, zone: 'europe-west3-a', serviceAccountId: null }), googleClaims()],
  ] as const
  for (const [rule, claims] of cases) {
    expect(refusalOfRules([saved(rule)])).toBe(null)
    expect(mismatch(rule, claims)).toBe(null)
  }
})

test.each([
  ['a fork’s pull request', { event_name: 'pull_request' }, '/event_name'],
  ['pull_request_target, which has the base’s ids', { event_name: 'pull_request_target' }, '/event_name'],
  ['a repository that took over the name', { repository_id: '99' }, '/repository_id'],
  ['a repository that was moved', { repository_owner_id: '99' }, '/repository_owner_id'],
  ['another branch', { ref: 'refs/heads/mainly' }, '/ref'],
  [
    'another repository that calls the same reusable workflow',
    { repository_id: '99', repository_owner_id: '98', repository: 'evil/web' },
    '/repository_id',
  ],
  ['an id that is a number', { repository_id: 1296269 }, '/repository_id'],
  ['an id in a list', { repository_id: ['1296269'] }, '/repository_id'],
])('the GitHub preset refuses %s', (_, members, pointer) => {
  expect(mismatch(githubRule({ ...GITHUB, branch: 'main' }, GITHUB_IDS), githubClaims(members))).toBe(pointer)
})

test('a pattern of branches lets in protected ones only', () => {
  const rule = githubRule({ ...GITHUB, branch: 'release/*' }, GITHUB_IDS)
  const ref = 'refs/heads/release/1'
  expect(mismatch(rule, githubClaims({ ref }))).toBe(null)
  expect(mismatch(rule, githubClaims({ ref, ref_protected: 'false' }))).toBe('/ref_protected')
})

const CONDITION = { pointer: '/sub', equals: 'a' } as const
const RULE: IdentityRule = {
  issuer: 'https://issuer.example',
  audience: null,
  keySource: { kind: 'discovered', jwksUri: 'https://issuer.example/keys' },
  claims: [CONDITION],
  agentPer: ['/sub'],
  maxAgeSeconds: 600,
}
const SHARED = 'https://token.actions.githubusercontent.com'
const ANCHOR = { pointer: '/repository_owner_id', equals: '1' } as const
const EVENT = { pointer: '/event_name', equals: 'push' } as const
const WORKFLOW = {
  pointer: '/job_workflow_ref',
  equals: 'octo/web/.github/workflows/x.yml@refs/heads/main',
} as const

test.each([
  ['without a condition', { claims: [] }],
  ['with conditions that every token meets', { claims: [{ pointer: '/iss', equals: RULE.issuer }] }],
  ['with the beginning of a subject', { claims: [{ pointer: '/sub', startsWith: 'repo:octo/' }] }],
  ['of GitHub without an anchor', { issuer: SHARED, claims: [CONDITION, EVENT] }],
  ['of GitHub by a reusable workflow alone', { issuer: SHARED, claims: [WORKFLOW, EVENT] }],
  ['of GitHub without the event', { issuer: SHARED, claims: [ANCHOR] }],
  [
    'of GitHub with the beginning of an anchor',
    { issuer: SHARED, claims: [EVENT, { pointer: '/repository_id', startsWith: '1' }] },
  ],
  [
    'of GitHub with any branch that begins so',
    { issuer: SHARED, claims: [ANCHOR, EVENT, { pointer: '/ref', startsWith: 'refs/heads/r' }] },
  ],
  ['of GitLab without an anchor', { issuer: 'https://gitlab.com' }],
  ['of Google without an anchor', { issuer: 'https://accounts.google.com' }],
  ['of an issuer without TLS', { issuer: 'http://issuer.example' }],
  ['without what tells agents apart', { agentPer: [] }],
  ['with a pointer that is none', { agentPer: ['sub'] }],
  ['with tokens of two days', { maxAgeSeconds: 172_800 }],
] as const)('a rule %s is refused', (_, members) => {
  expect(refusalOfRules([{ ...RULE, ...members }])).toMatchObject({ fault: { kind: 'input_invalid' } })
})

test('GitHub’s owner and an event are enough, and so is a subject of an issuer of one’s own', () => {
  expect(refusalOfRules([{ ...RULE, issuer: SHARED, claims: [ANCHOR, EVENT, WORKFLOW] }, RULE])).toBe(null)
  expect(refusalOfRules(Array(9).fill(RULE))).toMatchObject({ ok: false })
})

test('agents are told apart by issuer, claim and value, and no two lists of them read the same', () => {
  const two = { ...RULE, agentPer: ['/a', '/b'] }
  const of = (claims: JsonObject, rule: IdentityRule = two) => subjectOf(rule, valuesOf(rule, claims))
  expect(of({ a: 'x', b: 'y' })).not.toBe(of({ a: 'x","y', b: '' }))
  expect(of({ a: '1', b: 'y' })).not.toBe(of({ a: 1, b: 'y' }))
  expect(of({ a: 'x', b: 'y' })).not.toBe(of({ a: 'x', b: 'y' }, { ...two, issuer: 'https://other.example' }))
  expect(mismatchOf(two, valuesOf(two, { sub: 'a', a: 'x' }))).toBe('/b')
})

function outboundOf(answers: Readonly<Record<string, object>>): { outbound: Outbound; asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    outbound: async ({ url }) => {
      asked.push(url)
      const found = answers[url]
      const body = utf8(JSON.stringify(found ?? {}))
      return { kind: 'answered', status: found ? 200 : 404, body }
    },
  }
}

const DISCOVERY = {
  [`${SHARED}/.well-known/openid-configuration`]: { issuer: SHARED, jwks_uri: `${SHARED}/jwks` },
}

test('names become ids when a rule is saved, and the issuer is asked once for its keys’ address', async () => {
  const { outbound } = outboundOf({
    ...DISCOVERY,
    'https://api.github.com/repos/octo/web': { id: 1296269, owner: { id: 583231 } },
  })
  const expected = saved(githubRule(GITHUB, GITHUB_IDS))
  expect(await resolveIdentity(outbound, [GITHUB])).toEqual(
    ok([{ ...expected, keySource: { kind: 'discovered', jwksUri: `${SHARED}/jwks` } }]),
  )
})

const INPUT: IdentityInput = { ...RULE, keys: null }
const WELL_KNOWN = 'https://issuer.example/.well-known/openid-configuration'

test.each([
  ['a private repository’s name', [GITHUB], DISCOVERY],
  ['an issuer that does not answer', [INPUT], {}],
  ['an issuer that names another', [INPUT], { [WELL_KNOWN]: { issuer: SHARED, jwks_uri: `${SHARED}/jwks` } }],
  ['an issuer with a slash more', [INPUT], { [WELL_KNOWN]: { issuer: `${RULE.issuer}/`, jwks_uri: SHARED } }],
  [
    'keys without TLS',
    [INPUT],
    { [WELL_KNOWN]: { issuer: RULE.issuer, jwks_uri: 'http://issuer.example/k' } },
  ],
] as const)('%s is refused, with the member that is wrong', async (_, inputs, answers) => {
  const { outbound } = outboundOf(answers as Readonly<Record<string, object>>)
  const resolved = await resolveIdentity(outbound, inputs)
  expect(resolved).toMatchObject({
    fault: { kind: 'input_invalid', problems: [{ path: ['identity', 0, expect.any(String)] }] },
  })
})

test('uploaded keys are bounded, since they are read with every redemption of their key', async () => {
  const { outbound } = outboundOf({})
  const n = 'A'.repeat(600)
  const keys = Array.from({ length: 32 }, (_, i) => ({ kid: `${i}`, kty: 'RSA', n, e: 'AQAB' }) as const)
  const uploaded = { ...RULE, keys }
  expect(await resolveIdentity(outbound, [uploaded])).toMatchObject({ ok: true })
  expect(await resolveIdentity(outbound, [uploaded, uploaded])).toMatchObject({
    fault: { kind: 'input_invalid' },
  })
})

test('the place of a rule that is wrong is named', async () => {
  const { outbound } = outboundOf({})
  const good = { ...RULE, keys: [] }
  expect(await resolveIdentity(outbound, [good, { ...good, agentPer: [] }])).toMatchObject({
    fault: { problems: [{ path: ['identity', 1, 'agent_per'] }] },
  })
})

test('a rule that may not be saved makes no request', async () => {
  const { outbound, asked } = outboundOf(DISCOVERY)
  await resolveIdentity(outbound, [{ ...RULE, issuer: SHARED, keys: null }])
  expect(asked).toEqual([])
})

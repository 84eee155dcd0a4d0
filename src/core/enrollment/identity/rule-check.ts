/** Which rules may be saved: a key must not let in everyone whom a large issuer signs for. */
import { type Problem, type Refusal, refuse } from '../../kernel/outcome.ts'
import { isPointer } from './match.ts'
import {
  type ClaimCondition,
  type IdentityRule,
  MAX_AGENT_PER,
  MAX_CLAIM_CONDITIONS,
  MAX_IDENTITY_RULES,
  MAX_TOKEN_AGE_SECONDS,
} from './rule.ts'

/** An issuer that signs for all its customers: a rule names the one that is meant, by an id that is never given out again. */
type SharedIssuer = {
  readonly isMeant: (issuer: string) => boolean
  /** One of them is needed. */
  readonly anchors: readonly string[]
  /** Each is needed, and not by its beginning. */
  readonly also: readonly string[]
}

const GITHUB: SharedIssuer = {
  isMeant: (issuer) =>
    issuer === 'https://token.actions.githubusercontent.com' || issuer.endsWith('/_services/token'),
  anchors: ['/repository_id', '/repository_owner_id'],
  // `pull_request_target` runs for a fork, with the base's ids and a token.
  also: ['/event_name'],
}
const GITLAB: SharedIssuer = {
  isMeant: (issuer) => issuer === 'https://gitlab.com',
  anchors: ['/project_id', '/namespace_id'],
  also: [],
}
const GOOGLE: SharedIssuer = {
  isMeant: (issuer) => issuer === 'https://accounts.google.com',
  anchors: ['/google/compute_engine/project_number'],
  also: [],
}
const SHARED_ISSUERS = [GITHUB, GITLAB, GOOGLE]
const EVERY_ANCHOR = SHARED_ISSUERS.flatMap(({ anchors, also }) => [...anchors, ...also])
/** Of which only the whole value says anything. */
const NEVER_BY_PREFIX: ReadonlySet<string> = new Set(['/sub', '/iss', '/aud', ...EVERY_ANCHOR])
/** What every token of an issuer has, or a client chooses: no condition on the client. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['/iss', '/aud', '/exp', '/iat', '/nbf', '/jti'])

/** With every redemption of its key a ledger reads them. */
const MAX_RULES_CHARACTERS = 32 * 1_024

/**
 * Why rules may not be saved; null: they may.
 * @param first the place of the first in the list that was sent
 */
export function refusalOfRules(rules: readonly IdentityRule[], first = 0): Refusal | null {
  if (rules.length > MAX_IDENTITY_RULES) {
    return refuse({ kind: 'input_invalid', problems: [problem([], `At most ${MAX_IDENTITY_RULES} rules`)] })
  }
  if (JSON.stringify(rules).length > MAX_RULES_CHARACTERS) {
    const message = `At most ${MAX_RULES_CHARACTERS} characters as JSON, uploaded keys included`
    return refuse({ kind: 'input_invalid', problems: [problem([], message)] })
  }
  const problems = rules.flatMap((rule, i) =>
    problemsOf(rule).map(([path, text]) => problem([first + i, ...path], text)),
  )
  return problems.length === 0 ? null : refuse({ kind: 'input_invalid', problems })
}

function problem(path: readonly (string | number)[], message: string): Problem {
  return { path: ['identity', ...path], code: 'other', message }
}

type Found = readonly [path: readonly (string | number)[], message: string]

function problemsOf({ issuer, claims, agentPer, maxAgeSeconds }: IdentityRule): readonly Found[] {
  const found: Found[] = []
  if (!isIssuer(issuer)) found.push([['issuer'], 'An https URL without a query, as the token’s iss has it'])
  if (maxAgeSeconds < 1 || maxAgeSeconds > MAX_TOKEN_AGE_SECONDS) {
    found.push([['max_age_seconds'], `From 1 to ${MAX_TOKEN_AGE_SECONDS}`])
  }
  if (claims.length > MAX_CLAIM_CONDITIONS) found.push([['claims'], `At most ${MAX_CLAIM_CONDITIONS}`])
  if (agentPer.length < 1 || agentPer.length > MAX_AGENT_PER) {
    found.push([['agent_per'], `From 1 to ${MAX_AGENT_PER} claims`])
  }
  for (const [i, pointer] of agentPer.entries()) {
    if (!isPointer(pointer)) found.push([['agent_per', i], NO_POINTER])
  }
  for (const [i, condition] of claims.entries()) {
    if (!isPointer(condition.pointer)) found.push([['claims', i, 'pointer'], NO_POINTER])
    if ('startsWith' in condition && NEVER_BY_PREFIX.has(condition.pointer)) {
      found.push([['claims', i, 'starts_with'], `${condition.pointer} is compared as a whole: use equals`])
    }
    if ('startsWith' in condition && condition.startsWith === '') {
      found.push([['claims', i, 'starts_with'], 'Empty: every text begins with it'])
    }
  }
  const missing = missingAnchor(issuer, claims)
  if (missing !== null) found.push([['claims'], missing])
  return found
}

const NO_POINTER = 'A JSON pointer (RFC 6901), such as /repository_id'

function missingAnchor(issuer: string, claims: readonly ClaimCondition[]): string | null {
  const whole = new Set(claims.filter((one) => !('startsWith' in one)).map(({ pointer }) => pointer))
  const shared = SHARED_ISSUERS.find(({ isMeant }) => isMeant(issuer))
  if (!shared) {
    const isNarrow = [...whole].some((pointer) => !SAYS_NOTHING.has(pointer))
    return isNarrow ? null : 'At least one claim, such as /sub, has to be compared as a whole'
  }
  if (!shared.anchors.some((anchor) => whole.has(anchor))) {
    return `This issuer signs for everyone: name ${shared.anchors.join(' or ')}`
  }
  const absent = shared.also.filter((pointer) => !whole.has(pointer))
  if (absent.length > 0) return `This issuer needs a condition on ${absent.join(', ')}, too`
  const isByBranchPattern = claims.some((one) => one.pointer === '/ref' && 'startsWith' in one)
  if (shared === GITHUB && isByBranchPattern && !whole.has('/ref_protected')) {
    return 'A pattern of branches needs a condition on /ref_protected: anyone who may push makes branches'
  }
  return null
}

function isIssuer(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  const isPlain = url?.search === '' && url.hash === '' && url.username === '' && url.password === ''
  return url?.protocol === 'https:' && isPlain
}

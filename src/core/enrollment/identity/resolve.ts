/** Rules as they are saved: an issuer is asked once where its keys are, and a server for the ids behind names. */
import type { JsonObject } from '../../kernel/json.ts'
import { type Outcome, ok, type Problem, refuse } from '../../kernel/outcome.ts'
import type { Outbound } from '../../outbound/port.ts'
import {
  GITLAB_SERVER,
  githubOf,
  githubRule,
  gitlabRule,
  googleRule,
  type IdentityPreset,
  kubernetesRule,
  type UnresolvedRule,
} from './preset.ts'
import type { IdentityRule } from './rule.ts'
import { refusalOfRules } from './rule-check.ts'

export type IdentityInput = UnresolvedRule | IdentityPreset

/** All at once: a caller keeps one of the few places of management requests for two outbound requests at most. */
export async function resolveIdentity(
  outbound: Outbound,
  inputs: readonly IdentityInput[],
): Promise<Outcome<readonly IdentityRule[]>> {
  const resolved = await Promise.all(inputs.map((input, i) => resolve(outbound, input, i)))
  const rules: IdentityRule[] = []
  for (const one of resolved) {
    if (!one.ok) return one
    rules.push(one.value)
  }
  return refusalOfRules(rules) ?? ok(rules)
}

/** @param i its place in the list */
async function resolve(outbound: Outbound, input: IdentityInput, i: number): Promise<Outcome<IdentityRule>> {
  const rule = 'preset' in input ? await expand(outbound, input) : input
  if (typeof rule === 'string') return wrong([i, 'preset'], rule)
  // What may not be saved makes no request.
  const { keys, ...rest } = rule
  const unresolved = { ...rest, keySource: { kind: 'uploaded', keys: keys ?? [] } } as const
  const refusal = refusalOfRules([unresolved], i)
  if (refusal) return refusal
  if (keys !== null) return ok(unresolved)
  const jwksUri = await discover(outbound, rule.issuer)
  if (typeof jwksUri === 'object') return wrong([i, 'issuer'], jwksUri.problem)
  return ok({ ...rest, keySource: { kind: 'discovered', jwksUri } })
}

function wrong(path: readonly (string | number)[], message: string): Outcome<never> {
  const problem: Problem = { path: ['identity', ...path], code: 'other', message }
  return refuse({ kind: 'input_invalid', problems: [problem] })
}

/** A text says why not. */
async function expand(outbound: Outbound, preset: IdentityPreset): Promise<UnresolvedRule | string> {
  switch (preset.preset) {
    case 'github': {
      const { repositoryId: id, ownerId, repository, server } = preset
      if (id !== null && ownerId !== null) return githubRule(preset, { id, ownerId })
      const path = repository.split('/').map(encodeURIComponent).join('/')
      const found = await getJson(outbound, `${githubOf(server).api}/repos/${path}`)
      const [repositoryId, owner] = [idIn(found), idIn(found?.owner)]
      if (repositoryId === null || owner === null)
        return notResolved(repository, 'repository_id and owner_id')
      return githubRule(preset, { id: id ?? repositoryId, ownerId: ownerId ?? owner })
    }
    case 'gitlab': {
      const { projectId: id, namespaceId: ownerId, project, server } = preset
      if (id !== null && ownerId !== null) return gitlabRule(preset, { id, ownerId })
      const url = `${server ?? GITLAB_SERVER}/api/v4/projects/${encodeURIComponent(project)}`
      const found = await getJson(outbound, url)
      const [projectId, namespace] = [idIn(found), idIn(found?.namespace)]
      if (projectId === null || namespace === null) return notResolved(project, 'project_id and namespace_id')
      return gitlabRule(preset, { id: id ?? projectId, ownerId: ownerId ?? namespace })
    }
    case 'kubernetes':
      return kubernetesRule(preset)
    case 'google':
      return googleRule(preset)
  }
}

function notResolved(name: string, members: string): string {
  return `${name} could not be looked up, as a private one can't be: give ${members}`
}

function idIn(json: unknown): string | null {
  const id = typeof json === 'object' && json !== null && 'id' in json ? json.id : null
  return Number.isSafeInteger(id) ? String(id) : null
}

/** OpenID Connect Discovery 1.0, sections 4.1 and 4.3: the document has to name the very issuer that was asked. */
async function discover(outbound: Outbound, issuer: string): Promise<string | { readonly problem: string }> {
  const document = await getJson(outbound, `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
  if (document === null) return { problem: 'It does not answer with a discovery document' }
  if (document.issuer !== issuer) return { problem: 'Its discovery document names another issuer' }
  const { jwks_uri: uri } = document
  if (
    typeof uri !== 'string' ||
    !URL.canParse(uri) ||
    new URL(uri).protocol !== 'https:' ||
    uri.length > 2_048
  ) {
    return { problem: 'Its discovery document names no https address of keys' }
  }
  return uri
}

/** null: no answer, or none that is a JSON object. */
async function getJson(outbound: Outbound, url: string): Promise<JsonObject | null> {
  const answer = await outbound({ method: 'GET', url, headers: [['accept', 'application/json']] })
  if (answer.kind !== 'answered' || answer.status !== 200) return null
  return objectIn(answer.body)
}

function objectIn(body: Uint8Array): JsonObject | null {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(body))
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject) : null
  } catch {
    return null
  }
}

/** Rules for well-known issuers, in full: names become ids, since names are given out again and ids are not. */
import type { PublicJwk } from './key-set.ts'
import type { ClaimCondition } from './rule.ts'

export type IdentityPreset =
  | {
      readonly preset: 'github'
      /** `owner/name` */
      readonly repository: string
      /** null: they are asked for, which works for public repositories. */
      readonly repositoryId: string | null
      readonly ownerId: string | null
      /** Such as `main`; with a final `*` every protected branch that begins so; null: any ref. */
      readonly branch: string | null
      readonly environment: string | null
      /** Of GitHub Enterprise Server; null: github.com. */
      readonly server: string | null
      readonly agentPer: readonly string[] | null
    }
  | {
      readonly preset: 'gitlab'
      /** `group/name` */
      readonly project: string
      readonly projectId: string | null
      readonly namespaceId: string | null
      readonly branch: string | null
      readonly environment: string | null
      /** null: gitlab.com. */
      readonly server: string | null
      readonly agentPer: readonly string[] | null
    }
  | {
      readonly preset: 'kubernetes'
      /** Of the cluster: `kubectl get --raw /.well-known/openid-configuration`. */
      readonly issuer: string
      readonly namespace: string
      readonly serviceAccount: string
      /** null: any account of that name. */
      readonly serviceAccountUid: string | null
      /** null: the issuer publishes them. */
      readonly keys: readonly PublicJwk[] | null
      readonly agentPer: readonly string[] | null
    }
  | {
      readonly preset: 'google'
      readonly projectNumber: number
      readonly zone: string | null
      readonly serviceAccountId: string | null
      readonly agentPer: readonly string[] | null
    }

/** A rule whose issuer is not asked yet for the address of its keys. */
export type UnresolvedRule = {
  readonly issuer: string
  readonly audience: string | null
  /** null: its discovery document says where they are. */
  readonly keys: readonly PublicJwk[] | null
  readonly claims: readonly ClaimCondition[]
  readonly agentPer: readonly string[]
  readonly maxAgeSeconds: number
}

export const CI_TOKEN_AGE_SECONDS = 10 * 60
const WORKLOAD_TOKEN_AGE_SECONDS = 65 * 60

const GITHUB_EVENTS = ['push', 'workflow_dispatch', 'release', 'schedule']

/** Where names are looked up, and who signs. */
export function githubOf(server: string | null) {
  return server === null
    ? { issuer: 'https://token.actions.githubusercontent.com', api: 'https://api.github.com' }
    : { issuer: `${server}/_services/token`, api: `${server}/api/v3` }
}

export const GITLAB_SERVER = 'https://gitlab.com'
const GOOGLE_ISSUER = 'https://accounts.google.com'

type Ids = { readonly id: string; readonly ownerId: string }

export function githubRule(
  preset: IdentityPreset & { preset: 'github' },
  { id, ownerId }: Ids,
): UnresolvedRule {
  const { branch, environment, server, agentPer } = preset
  return {
    issuer: githubOf(server).issuer,
    audience: null,
    keys: null,
    claims: [
      { pointer: '/repository_id', equals: id },
      { pointer: '/repository_owner_id', equals: ownerId },
      { pointer: '/event_name', oneOf: GITHUB_EVENTS },
      ...refConditions(branch, (name) => ({ pointer: '/ref', equals: `refs/heads/${name}` }), 'refs/heads/'),
      ...(environment === null ? [] : [{ pointer: '/environment', equals: environment }]),
    ],
    agentPer: agentPer ?? ['/repository_id', '/run_id', '/run_attempt'],
    maxAgeSeconds: CI_TOKEN_AGE_SECONDS,
  }
}

export function gitlabRule(
  preset: IdentityPreset & { preset: 'gitlab' },
  { id, ownerId }: Ids,
): UnresolvedRule {
  const { branch, environment, server, agentPer } = preset
  return {
    issuer: server ?? GITLAB_SERVER,
    audience: null,
    keys: null,
    claims: [
      { pointer: '/project_id', equals: id },
      { pointer: '/namespace_id', equals: ownerId },
      ...(branch === null ? [] : [{ pointer: '/ref_type', equals: 'branch' }]),
      ...refConditions(branch, (name) => ({ pointer: '/ref', equals: name }), ''),
      ...(environment === null ? [] : [{ pointer: '/environment', equals: environment }]),
    ],
    agentPer: agentPer ?? ['/project_id', '/job_id'],
    maxAgeSeconds: CI_TOKEN_AGE_SECONDS,
  }
}

/** Anyone who may push makes a branch of any name, but not a protected one. */
function refConditions(
  branch: string | null,
  exactly: (name: string) => ClaimCondition,
  prefix: string,
): readonly ClaimCondition[] {
  if (branch === null) return []
  if (!branch.endsWith('*')) return [exactly(branch)]
  const beginning = `${prefix}${branch.slice(0, -1)}`
  const isProtected: ClaimCondition = { pointer: '/ref_protected', equals: 'true' }
  return beginning === '' ? [isProtected] : [{ pointer: '/ref', startsWith: beginning }, isProtected]
}

export function kubernetesRule(preset: IdentityPreset & { preset: 'kubernetes' }): UnresolvedRule {
  const { issuer, namespace, serviceAccount, serviceAccountUid, keys, agentPer } = preset
  return {
    issuer,
    audience: null,
    keys,
    claims: [
      { pointer: '/sub', equals: `system:serviceaccount:${namespace}:${serviceAccount}` },
      ...(serviceAccountUid === null
        ? []
        : [{ pointer: '/kubernetes.io/serviceaccount/uid', equals: serviceAccountUid }]),
    ],
    agentPer: agentPer ?? ['/kubernetes.io/pod/uid'],
    maxAgeSeconds: WORKLOAD_TOKEN_AGE_SECONDS,
  }
}

export function googleRule(preset: IdentityPreset & { preset: 'google' }): UnresolvedRule {
  const { projectNumber, zone, serviceAccountId, agentPer } = preset
  return {
    issuer: GOOGLE_ISSUER,
    audience: null,
    keys: null,
    claims: [
      { pointer: '/google/compute_engine/project_number', equals: projectNumber },
      ...(zone === null ? [] : [{ pointer: '/google/compute_engine/zone', equals: zone }]),
      ...(serviceAccountId === null ? [] : [{ pointer: '/sub', equals: serviceAccountId }]),
    ],
    agentPer: agentPer ?? ['/google/compute_engine/project_number', '/google/compute_engine/instance_id'],
    maxAgeSeconds: WORKLOAD_TOKEN_AGE_SECONDS,
  }
}

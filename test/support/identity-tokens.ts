/** Tokens as platforms make them, by keys that a test makes. */
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import { type PublicJwk, readKeySet } from '../../src/core/enrollment/identity/key-set.ts'

export type TokenKey = {
  readonly jwk: PublicJwk
  readonly sign: (claims: object, header?: object) => Promise<string>
}

export async function newTokenKey(kid: string, algorithm: 'RS256' | 'ES256' = 'ES256'): Promise<TokenKey> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: algorithm }
  const [read] = readKeySet({ keys: [jwk] }) ?? []
  if (!read) throw new Error('a new key is a good one')
  return {
    jwk: read,
    sign: (claims, header = {}) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid, ...header })
        .sign(privateKey),
  }
}

/** A token whose MAC takes the text of a public key for a secret. */
export async function macWithPublicKey(claims: object, { kid, ...jwk }: PublicJwk): Promise<string> {
  const secret = await importJWK(
    { kty: 'oct', k: btoa(JSON.stringify(jwk)).replace(/[+/=]/g, '') } as JWK,
    'HS256',
  )
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid }).sign(secret)
}

export function withoutSignature(claims: object, kid: string): string {
  const segment = (value: object) =>
    btoa(JSON.stringify(value)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')
  return `${segment({ alg: 'none', typ: 'JWT', kid })}.${segment(claims)}.`
}

export function times(now = Date.now(), lifetimeSeconds = 300) {
  const iat = Math.floor(now / 1_000)
  return { iat, nbf: iat, exp: iat + lifetimeSeconds }
}

/** As GitHub Actions makes them, of a push to the default branch. */
export function githubClaims(members: object = {}) {
  return {
    iss: 'https://token.actions.githubusercontent.com',
    sub: 'repo:octo/web:ref:refs/heads/main',
    repository: 'octo/web',
    repository_id: '1296269',
    repository_owner: 'octo',
    repository_owner_id: '583231',
    event_name: 'push',
    ref: 'refs/heads/main',
    ref_protected: 'true',
    ref_type: 'branch',
    workflow_ref: 'octo/web/.github/workflows/deploy.yml@refs/heads/main',
    job_workflow_ref: 'octo/web/.github/workflows/deploy.yml@refs/heads/main',
    run_id: '30433642',
    run_attempt: '1',
    runner_environment: 'github-hosted',
    ...times(),
    ...members,
  }
}

export function gitlabClaims(members: object = {}) {
  return {
    iss: 'https://gitlab.com',
    sub: 'project_path:my-group/my-project:ref_type:branch:ref:main',
    namespace_id: '72',
    namespace_path: 'my-group',
    project_id: '20',
    project_path: 'my-group/my-project',
    pipeline_id: '574',
    pipeline_source: 'push',
    job_id: '302',
    ref: 'main',
    ref_type: 'branch',
    ref_protected: 'true',
    runner_environment: 'gitlab-hosted',
    ...times(),
    ...members,
  }
}

/** A projected token of a pod. */
export function kubernetesClaims(members: object = {}) {
  return {
    iss: 'https://kubernetes.default.svc.cluster.local',
    sub: 'system:serviceaccount:shop:web',
    'kubernetes.io': {
      namespace: 'shop',
      pod: { name: 'web-69dbc6d8f9-x2x9v', uid: '91b39b9a-0f4f-4e2c-8a3f-0d6b9c1a2f10' },
      serviceaccount: { name: 'web', uid: '14ee3fa4-a7e2-420f-9f9a-dbc4507c3798' },
    },
    ...times(Date.now(), 3_607),
    ...members,
  }
}

/** Of a Compute Engine instance, with `format=full`. */
export function googleClaims(members: object = {}) {
  return {
    iss: 'https://accounts.google.com',
    sub: '107517467455664443765',
    azp: '107517467455664443765',
    google: {
      compute_engine: {
        project_id: 'shop',
        project_number: 739419398126,
        zone: 'europe-west3-a',
        instance_id: '152986662232938449',
        instance_name: 'web-1',
        instance_creation_timestamp: 1_756_000_000,
      },
    },
    ...times(Date.now(), 3_600),
    ...members,
  }
}

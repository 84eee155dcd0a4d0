import { authenticate } from './access/authenticate.ts'
import { releaseApiKey, suspendedApiKeys } from './access/release-api-key.ts'
import * as agents from './agents/index.ts'
import * as deployment from './deployment/index.ts'
import * as keys from './keys/index.ts'
import * as labels from './labels/index.ts'
import { bootstrap, mayBootstrap } from './organizations/bootstrap.ts'
import type { Ports } from './ports.ts'
import * as profiles from './profiles/index.ts'
import * as service from './service/index.ts'
import * as sessions from './sessions/index.ts'
import * as settings from './settings/index.ts'
import * as users from './users/index.ts'

type Verb = (ports: Ports, ...input: never[]) => unknown
type Bound<V> = V extends (ports: Ports, ...input: infer I) => infer R ? (...input: I) => R : never
type Nouns = Readonly<Record<string, Readonly<Record<string, Verb>>>>

const NOUNS = {
  access: { authenticate, releaseApiKey, suspendedApiKeys },
  agents,
  deployment,
  keys,
  labels,
  organizations: { bootstrap, mayBootstrap },
  profiles,
  service,
  sessions,
  settings,
  users,
} satisfies Nouns

/** Every use case, as `core.<noun>.<verb>(…)`: all that an edge can reach. */
export type Core = {
  readonly [N in keyof typeof NOUNS]: {
    readonly [V in keyof (typeof NOUNS)[N]]: Bound<(typeof NOUNS)[N][V]>
  }
}

export function createCore(ports: Ports): Core {
  const bind = (verbs: Readonly<Record<string, Verb>>) =>
    Object.fromEntries(
      Object.entries(verbs).map(([name, verb]) => [name, (...input: never[]) => verb(ports, ...input)]),
    )
  const core = Object.entries(NOUNS).map(([noun, verbs]) => [noun, bind(verbs)])
  return Object.fromEntries(core) as Core
}

import type { Client } from '../client.ts'
import type { Secrets } from './secrets.ts'

/** What things are called, by what they are: `profile`, `key`, … as paths and samples name them. */
export type Names = Readonly<Record<string, string>>

export type Stranger = { readonly kind: string; readonly others: string; readonly nobodys: string }

/** An organization, and what its owner was given. */
export type Tenant = {
  readonly id: number
  /** Of each security scheme of the document: an Authorization header. */
  readonly authorizations: Readonly<Record<string, string>>
}

export type Sample = {
  /** `{name}` stands for the name of one's own. */
  readonly query?: string
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
}

/** All that the proof has to be told of a dialect; the rest it reads from the OpenAPI document. */
export type DialectTable = {
  /** Its tag in the document. */
  readonly tag: string
  /** Makes one of everything: its names, and authorizations that came with it. */
  readonly furnish: (
    client: Client,
    tenant: Tenant,
    secrets: Secrets,
  ) => Promise<{ readonly names: Names; readonly authorizations?: Tenant['authorizations'] }>
  /** Names of another's things, each beside a name like it that is nobody's. */
  readonly strangers: (own: Names, other: Names) => readonly Stranger[]
  /** By operation: what it takes, where the document alone does not tell. */
  readonly samples: Readonly<Record<string, Sample>>
  /** Members of answers that differ from one moment to the next. */
  readonly clocks: readonly string[]
  /** Members of requests and answers, at any depth, that only their owner may read. */
  readonly secretMembers: readonly string[]
}

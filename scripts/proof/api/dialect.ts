import type { Ask, Client } from '../../lib/http/agent-client.ts'
import type { Headers } from '../../lib/http/credential.ts'
import type { ApiOperation } from './document.ts'
import type { Secrets } from './secrets.ts'

/** What things are called, by what they are: `profile`, `key`, … as paths and samples name them. */
export type Names = Readonly<Record<string, string>>

export type Stranger = { readonly kind: string; readonly others: string; readonly nobodys: string }

/** Of each security scheme of the document. */
export type Credentials = Readonly<Record<string, Headers>>

/** An organization, and what its owner was given. */
export type Tenant = {
  readonly id: number
  readonly owner: { readonly email: string; readonly password: string }
  readonly customer: { readonly id: string; readonly clientId: string; readonly clientSecret: string }
  readonly credentials: Credentials
}

/** What one has and is called, and how one shows it. */
export type Own = { readonly names: Names; readonly credentials: Credentials }

export type Sample = {
  /** `{name}` stands for the name of one's own. */
  readonly query?: string
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
}

/** All that the proof has to know of a dialect; the rest it reads from the OpenAPI document. */
export type DialectTable = {
  /** Its name in the document, and in addresses of documents. */
  readonly slug: string
  readonly tag: string
  /** Makes one of everything: its names, and credentials that came with it. */
  readonly furnish: (
    client: Client,
    tenant: Tenant,
    secrets: Secrets,
  ) => Promise<{ readonly names: Names; readonly credentials?: Credentials }>
  /** What a path's placeholder names there, where that is not what it says. */
  readonly meanings?: (operation: ApiOperation) => Names
  /** Names of another's things, each beside a similar name that is unknown. */
  readonly strangers: (own: Names, other: Names) => readonly Stranger[]
  /** By operation: what it takes, where the document alone does not tell. */
  readonly samples: Readonly<Record<string, Sample>>
  /** How a code of the dialect is redeemed; in the shape's second group a letter makes no other code's shape. */
  readonly redemption?: { readonly shape: RegExp; readonly ask: (code: string, claim: string) => Ask }
  /** Members of answers that differ from one moment to the next. */
  readonly clocks: readonly string[]
  /** Members of requests and answers, at any depth, that only their owner may read. */
  readonly secretMembers: readonly string[]
}

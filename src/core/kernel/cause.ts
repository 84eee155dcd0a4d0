/**
 * The APIs in whose words profiles are made, and how their lists are read: `searched` by any member of a record; `filtered`,
 * as agents are by what they were granted and what operators set; `plain`.
 */
export const DIALECTS = { native: 'plain', illumio: 'filtered', zpa: 'searched' } as const

/** The API in whose words a profile was made. */
export type Dialect = keyof typeof DIALECTS

/** Who did something. Ids are those of the organization's principals, or an agent's (ledger, n). */
export type ActorRef =
  | {
      readonly kind: 'principal'
      readonly id: number
      readonly name: string
      readonly apiKey: string | null
      /** The public id: a user's number, any other principal's UUID. Absent for user `id`. */
      readonly as?: { readonly kind: PrincipalKind; readonly id: string }
    }
  | { readonly kind: 'agent'; readonly id: string }
  | { readonly kind: 'system' }

/** What a change is recorded with: who asked, by which request, from where. Never a secret. */
export type Cause = {
  readonly actor: ActorRef
  readonly request: {
    readonly id: string
    readonly method: string
    readonly path: string
    /** What its success is answered with: 201 where it is either that or 200, since then something was made. */
    readonly status?: number
    /** null when this deployment does not know its clients' addresses. */
    readonly address: string | null
  }
}

export type PrincipalKind = (typeof PRINCIPAL_KINDS)[number]

export const PRINCIPAL_KINDS = ['user', 'group', 'service_account', 'api_client'] as const

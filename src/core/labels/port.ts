import type { AuditEvent } from '../events/event.ts'
import type { ActorRef } from '../kernel/cause.ts'
import type { PageAfter } from '../kernel/fairness/list-slices.ts'

export type Label = {
  /** Decimal digits; other systems' ids may pass 2^53. */
  readonly id: string
  readonly organization: number
  readonly key: string
  readonly value: string
  readonly externalDataSet: string | null
  readonly externalDataReference: string | null
  readonly createdAt: number
  readonly createdBy: ActorRef
  readonly updatedAt: number
  readonly updatedBy: ActorRef
  /** A deleted label can still be looked up by its id. */
  readonly deletedAt: number | null
}

export type LabelQuery = {
  readonly organization: number
  readonly key?: string | undefined
  /** Folded substring. */
  readonly valueContains?: string | undefined
  readonly externalDataSet?: string | undefined
  readonly externalDataReference?: string | undefined
  readonly isDeletedIncluded?: boolean | undefined
}

/** What a label cannot be deleted under: an active agent, a profile, the scope of a permission. */
export type LabelUser = 'agent' | 'profile' | 'permission'

/** Where a label stands in a list. */
export type LabelPlace = { readonly id: string; readonly value: string }

/** `limit`: there are as many as there may be. */
export type LabelConflict = 'value' | 'reference' | 'limit'

/** Every write is one D1 transaction with its event. */
export type LabelStore = {
  find(organization: number, id: string): Promise<Label | null>
  findMany(organization: number, ids: readonly string[]): Promise<readonly Label[]>
  /** Live labels of these keys and values. */
  findByValues(
    organization: number,
    wanted: readonly { readonly key: string; readonly value: string }[],
  ): Promise<readonly Label[]>
  /** A label whose value is exactly the wanted one comes first, then by id. */
  list(query: LabelQuery, page: PageAfter<LabelPlace>): Promise<readonly Label[]>
  count(query: LabelQuery): Promise<number>
  create(
    label: Omit<Label, 'id'>,
    /** The most live labels that the organization may have. */
    limit: number,
    /** Its subject's id is filled in with the new label's. */
    event: AuditEvent,
  ): Promise<Label | { readonly conflict: LabelConflict }>
  /**
   * Writes the members that are named and no others, so that two updates at once lose nothing of each other.
   * null: it was deleted meanwhile; then there is no event either.
   */
  update(
    label: Label,
    update: LabelUpdate,
    event: AuditEvent,
  ): Promise<Label | null | { readonly conflict: LabelConflict }>
}

export type LabelUpdate = Pick<Label, 'updatedAt' | 'updatedBy'> &
  Partial<Pick<Label, 'value' | 'externalDataSet' | 'externalDataReference' | 'deletedAt'>>

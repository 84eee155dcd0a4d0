import type { PageAfter } from './fairness/list-slices.ts'
import type { EntityId } from './ids.ts'

/** A page of a list that is ordered by (ledger, n). */
export type Page = PageAfter<EntityId>

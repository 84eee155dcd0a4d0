import type { EntityId } from './ids.ts'
import type { PageAfter } from './list-slices.ts'

/** A page of a list that is ordered by (ledger, n). */
export type Page = PageAfter<EntityId>

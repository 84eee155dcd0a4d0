import { test } from 'vitest'
import { proveHistory } from '../../../scripts/proof/history.ts'
import { SHORT } from '../../../scripts/proof/plan.ts'
import { expectHeld, LIMIT, SILENT } from '../../support/proof-part.ts'

test(
  'a history of redemptions under SIGKILLs has a legal order, and the disk agrees with the answers',
  LIMIT,
  ({ signal }) => expectHeld(proveHistory(SHORT.history, SILENT, signal)),
)

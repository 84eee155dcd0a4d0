import { test } from 'vitest'
import { proveHolds } from '../../../scripts/proof/holds.ts'
import { SHORT } from '../../../scripts/proof/plan.ts'
import { expectHeld, LIMIT, SILENT } from '../../support/proof-part.ts'

test(
  'a thousand machines hold 25 uses under SIGKILLs and jumps of the clock, others wait for approval, and no rule breaks',
  LIMIT,
  ({ signal }) => expectHeld(proveHolds(SHORT.holds, SILENT, signal)),
)

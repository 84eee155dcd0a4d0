import { test } from 'vitest'
import { proveFuzz } from '../../../scripts/proof/fuzz.ts'
import { SHORT } from '../../../scripts/proof/plan.ts'
import { expectHeld, LIMIT, SILENT } from '../../support/proof-part.ts'

test(
  'no request of any operation is answered with a failure, or otherwise than documented',
  LIMIT,
  ({ signal }) => expectHeld(proveFuzz(SHORT.fuzz, SILENT, signal)),
)

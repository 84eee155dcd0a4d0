import { test } from 'vitest'
import { proveFairness } from '../../../scripts/proof/fairness.ts'
import { SHORT } from '../../../scripts/proof/plan.ts'
import { expectHeld, LIMIT, SILENT } from '../../support/proof-part.ts'

test(
  'a bystander’s enrollments go on beside forms, passwords, codes and jobs of one client',
  LIMIT,
  ({ signal }) => expectHeld(proveFairness(SHORT.fairness, SILENT, signal)),
)

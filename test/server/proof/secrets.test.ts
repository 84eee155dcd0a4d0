import { test } from 'vitest'
import { SHORT } from '../../../scripts/proof/plan.ts'
import { proveSecrets } from '../../../scripts/proof/secrets.ts'
import { expectHeld, LIMIT, SILENT } from '../../support/proof-part.ts'

test(
  'after every operation no secret is in a file, the output or a refusal, and a guess leaves no trace',
  LIMIT,
  ({ signal }) => expectHeld(proveSecrets(SHORT.secrets, SILENT, signal)),
)

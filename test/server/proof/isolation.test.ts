import { test } from 'vitest'
import { proveIsolation } from '../../../scripts/proof/isolation.ts'
import { SHORT } from '../../../scripts/proof/plan.ts'
import { expectHeld, LIMIT, SILENT } from '../../support/proof-part.ts'

test('another organization’s name is answered as an unknown one on every route', LIMIT, ({ signal }) =>
  expectHeld(proveIsolation(SHORT.isolation, SILENT, signal)),
)

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { type Budget, FAILURES } from '../../src/core/access/limits/port.ts'
import { NotReady } from '../../src/core/kernel/not-ready.ts'
import { SESSIONS } from '../../src/dialects/datonis/edge/session.ts'
import { REQUESTS as ILLUMIO, SESSION } from '../../src/dialects/illumio/accounts/sessions.ts'
import { REQUESTS as NATIVE } from '../../src/dialects/native/edge/session.ts'
import { LIMITS as ZPA } from '../../src/dialects/zpa/edge/edge.ts'
import { createLimits } from '../../src/stores/limits/bindings.ts'
import { testKeyring } from '../support/keyring.ts'

const CONFIGURATION = readFileSync(resolve(import.meta.dirname, '../../wrangler.toml'), 'utf8')
const BINDING = /name = "(LIMIT_\w+)"\n.*\nsimple = \{ limit = (\d+), period = (\d+) \}/g

const BUDGETS = [FAILURES, ILLUMIO, SESSION.limit, SESSIONS.limit, NATIVE, ZPA.read, ZPA.write].filter(
  (budget): budget is Budget => budget !== null,
)

test('every budget is bound in wrangler.toml as it is declared, and nothing else is', () => {
  const bound = [...CONFIGURATION.matchAll(BINDING)].map(([, name, limit, period]) =>
    [name, limit, period].join(' '),
  )
  const declared = BUDGETS.map(({ name, limit, periodSeconds }) =>
    [`LIMIT_${name.toUpperCase()}`, limit, periodSeconds].join(' '),
  )
  expect(bound.sort()).toEqual([...new Set(declared)].sort())
})

test('a budget without a binding names what is missing', async () => {
  const limits = createLimits({}, async () => testKeyring([1]))
  await expect(limits.take('unbound', 'key')).rejects.toThrow(
    new NotReady('wrangler.toml has no rate limit LIMIT_UNBOUND'),
  )
})

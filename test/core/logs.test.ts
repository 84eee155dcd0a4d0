import { expect, test } from 'vitest'
import { unstable_readConfig } from 'wrangler'
import { WRANGLER_CONFIG } from '../../scripts/lib/cli/project.ts'

test('what Cloudflare logs of a deployment has no query, in which clients may send passwords', () => {
  expect(unstable_readConfig({ config: WRANGLER_CONFIG }).observability).toEqual({
    enabled: true,
    redact_query_string: true,
    logs: { enabled: true, invocation_logs: false },
    traces: { enabled: true },
  })
})

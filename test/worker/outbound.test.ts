import { expect, test } from 'vitest'
import { createOutbound } from '../../src/stores/outbound/outbound.ts'

test('without a network of its own it goes through global fetch, by the same rules', async () => {
  const outbound = createOutbound(undefined)
  const get = (url: string) => outbound({ method: 'GET', url })
  expect(await get('https://127.0.0.1:1/')).toEqual({ kind: 'failed', failure: 'unreachable' })
  expect(await get('http://127.0.0.1:1/')).toEqual({ kind: 'failed', failure: 'url_refused' })
})

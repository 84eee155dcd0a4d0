import type { Request } from 'autocannon'
import { signing } from '../../lib/http/credential.ts'

export type SigningPair = { readonly accessKey: string; readonly secretKey: string; readonly thing: string }

/** Requests without end, each an event of its own, signed by the next of the pairs. */
export function signedEvents(path: string, pairs: readonly SigningPair[]): Request {
  let sent = 0
  return {
    method: 'POST',
    path,
    setupRequest(request) {
      const n = ++sent
      const pair = pairs[n % pairs.length]
      if (!pair) throw new Error('no pair to sign with')
      const body = `{"data":{"pressure":${n % 100},"temperature":7.5},"thing_key":"${pair.thing}","timestamp":${1446448242000 + n}}`
      request.body = body
      request.headers = {
        'content-type': 'application/json',
        ...signing(pair.accessKey, pair.secretKey)(body),
      }
      return request
    },
  }
}

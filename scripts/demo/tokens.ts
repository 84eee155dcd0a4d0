import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import * as z from 'zod'
import type { Client } from '../lib/http/agent-client.ts'
import { expectStatus } from './broken-promise.ts'

const keySet = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) })

export async function fetchKeys(client: Client): Promise<JSONWebKeySet> {
  const answer = await client.ask({ method: 'GET', path: '/.well-known/jwks.json' })
  expectStatus('the key set', answer.status, 200)
  return keySet.parse(JSON.parse(answer.text))
}

/** Whether any API that has the keys would accept the token, offline. */
export async function verifyOffline(token: string, keys: JSONWebKeySet, issuer: string): Promise<boolean> {
  try {
    await jwtVerify(token, createLocalJWKSet(keys), {
      issuer,
      audience: 'latchkey-agent',
      typ: 'at+jwt',
      algorithms: ['EdDSA', 'Ed25519'],
    })
    return true
  } catch {
    return false
  }
}

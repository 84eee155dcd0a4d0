/** Headers that a client forges on the socket that is really served: none has an effect. */
import { decodeJwt } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { openClient } from '../../scripts/lib/http/agent-client.ts'
import { basic, type Headers } from '../../scripts/lib/http/credential.ts'
import { sharedServer } from '../support/server.ts'

const FORGED = {
  Host: 'evil.example',
  'CF-Connecting-IP': '203.0.113.7',
  'X-Forwarded-For': '203.0.113.7',
  'X-Real-IP': '203.0.113.7',
  Forwarded: 'for=203.0.113.7;host=evil.example;proto=https',
  'MF-Original-URL': 'https://evil.example/healthz',
  'MF-Original-Hostname': 'evil.example',
  'MF-CF-Blob': JSON.stringify({ clientIp: '203.0.113.7' }),
  'MF-Route-Override': 'nobody',
}

test('a forged address lets no client in, and a forged host or URL changes neither the route nor the issuer', async () => {
  const server = sharedServer()
  const { auth_username, secret } = server.credentials.illumio
  const client = openClient(server.url, 1)
  onTestFinished(() => client.close())
  const call = async (path: string, json: object, headers: Headers) => {
    const { status, text } = await client.ask({ method: 'POST', path, headers, json })
    return { status, body: JSON.parse(text) as Record<string, unknown> }
  }
  const forged: Headers = () => FORGED
  const owner = basic(auth_username, secret)
  const profile = await call('/v1/profiles', { name: 'profile' }, owner)
  const newCode = async (allowed: string[]) => {
    const input = { profile_id: profile.body.id, max_uses: 1, allowed_addresses: allowed }
    return (await call('/v1/keys', input, owner)).body.code
  }

  const limited = { code: await newCode(['203.0.113.0/24']) }
  expect((await call('/v1/enroll', limited, forged)).status).toBe(401)
  const open = { code: await newCode([]) }
  const enrolled = await call('/v1/enroll', open, forged)
  expect(enrolled.status).toBe(201)
  expect(decodeJwt(String(enrolled.body.access_token)).iss).toBe(server.url)
})

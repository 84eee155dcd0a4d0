/** Headers that a client forges on the socket that is really served: none has an effect. */
import { request } from 'node:http'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { type Served, sharedServer } from '../support/server.ts'

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

type Answer = { readonly status: number; readonly body: Record<string, unknown> }

function call(server: Served, path: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
  const text = JSON.stringify(body)
  const { port } = new URL(server.url)
  return new Promise((resolve, reject) => {
    const length = { 'Content-Length': Buffer.byteLength(text) }
    const options = { host: '127.0.0.1', port, path, method: 'POST', headers: { ...length, ...headers } }
    const outgoing = request(options, async (reply) => {
      const chunks: Buffer[] = []
      for await (const chunk of reply) chunks.push(chunk as Buffer)
      resolve({ status: reply.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) })
    })
    outgoing.once('error', reject)
    outgoing.end(text)
  })
}

test('a forged address lets nobody in, and a forged host or URL changes neither the route nor the issuer', async () => {
  const server = sharedServer()
  const { auth_username, secret } = server.credentials.illumio
  const owner = { Authorization: `Basic ${Buffer.from(`${auth_username}:${secret}`).toString('base64')}` }
  const profile = await call(server, '/v1/profiles', { name: 'profile' }, owner)
  const newCode = async (allowed: string[]) => {
    const input = { profile_id: profile.body.id, max_uses: 1, allowed_addresses: allowed }
    return (await call(server, '/v1/keys', input, owner)).body.code
  }

  const limited = { code: await newCode(['203.0.113.0/24']) }
  expect((await call(server, '/v1/enroll', limited, FORGED)).status).toBe(401)
  const open = { code: await newCode([]) }
  const enrolled = await call(server, '/v1/enroll', open, FORGED)
  expect(enrolled.status).toBe(201)
  expect(decodeJwt(String(enrolled.body.access_token)).iss).toBe(server.url)
})

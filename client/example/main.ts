/** An operator's program, a machine and a service, in one file. It reads LATCHKEY_URL and LATCHKEY_API_KEY (api_ID:SECRET). */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent, LatchkeyError, openClient, verify } from 'latchkey'

const url = process.env.LATCHKEY_URL ?? ''
const [id = '', secret = ''] = (process.env.LATCHKEY_API_KEY ?? '').split(':')

// The operator: a profile, and a key that one machine can redeem within an hour.
const client = openClient(url, { kind: 'api_key', id, secret })
const { data: profile, error } = await client.POST('/v1/profiles', {
  body: { name: `example ${process.pid}` },
})
if (!profile) throw new Error(error?.detail)
const { data: key } = await client.POST('/v1/keys', {
  body: { profile_id: profile.id, max_uses: 1, lifetime_seconds: 3_600 },
})
if (!key) throw new Error('no key was made')

// The machine: a repeat gets the same agent.
const agent = new Agent({ url, state: process.env.STATE ?? 'agent' })
const first = await agent.enroll({ code: key.code, hostname: 'example-01' })
const again = await agent.enroll({ code: key.code, hostname: 'example-01' })

// The service: it knows its callers by their tokens.
const service = createServer(async (request, response) => {
  try {
    const { sub } = await verify(request.headers.authorization?.slice('Bearer '.length) ?? '', {
      issuer: url,
    })
    response.end(sub)
  } catch (error) {
    response.statusCode = error instanceof LatchkeyError && error.kind === 'token_invalid' ? 401 : 503
    response.end()
  }
})
await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
const api = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
const called = await fetch(api, { headers: { Authorization: `Bearer ${await agent.token()}` } })
const stranger = await fetch(api, { headers: { Authorization: 'Bearer no' } })
service.close()

console.log(
  first.isNew,
  again.isNew,
  (await called.text()) === first.agent.id,
  called.status,
  stranger.status,
)

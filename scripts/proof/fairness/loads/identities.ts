/** Identity tokens with a bad signature: a code that needs one is no secret, so that anyone may send them. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { must } from '../../api/ask.ts'
import { CONNECTIONS, type Load } from '../load.ts'
import { postJson } from '../requests.ts'

const ISSUER = 'https://issuer.proof.example'
const TOKENS = 1_000

function segment(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

export const identities: readonly Load[] = [
  {
    name: 'identity tokens with bad signatures',
    by: 'stranger',
    async prepare({ client, tenant, subject }) {
      const headers = tenant.credentials.api_key ?? null
      const post = (path: string, json: unknown) => must(client, { method: 'POST', path, headers, json })
      const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 4_096 })
      const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }
      const profile = await post('/v1/profiles', { name: `identities ${randomBytes(4).toString('hex')}` })
      const rule = {
        issuer: ISSUER,
        claims: [{ pointer: '/sub', equals: 'a' }],
        agent_per: ['/sub'],
        jwks: { keys: [jwk] },
      }
      const { id, code } = await post('/v1/keys', {
        profile_id: profile.id,
        max_uses: null,
        identity: [rule],
      })
      const iat = Math.floor(Date.now() / 1_000)
      const aud = `${subject.url}/keys/${id}`
      const signed = `${segment({ alg: 'RS256', kid: 'k' })}.${segment({ iss: ISSUER, sub: 'a', aud, iat, exp: iat + 600 })}`
      const requests = Array.from({ length: TOKENS }, () =>
        postJson('/v1/enroll', {
          code,
          claim: randomBytes(24).toString('base64url'),
          identity_token: `${signed}.${randomBytes(512).toString('base64url')}`,
        }),
      )
      return { connections: CONNECTIONS, requests }
    },
  },
]

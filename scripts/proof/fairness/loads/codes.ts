/** Codes of enrollment that enroll nothing, and the requests that come with good ones. */
import { randomBytes } from 'node:crypto'
import { must } from '../../api/ask.ts'
import { DIALECTS } from '../../api/dialects.ts'
import { guessLike } from '../../api/guess.ts'
import type { LoadRequest } from '../generator/traffic.ts'
import { CONNECTIONS, type Load } from '../load.ts'
import { postJson } from '../requests.ts'
import { ADDRESS_HEADER, type Scene } from '../scene.ts'

const GUESSES_OF_DIALECT = 500
const ADDRESSES = 3_000

function newClaim(): string {
  return randomBytes(32).toString('base64')
}

/** The code of a key whose only use is spent. */
async function spentCode({ client, tenant }: Scene): Promise<string> {
  const headers = tenant.credentials.api_key ?? null
  const post = (path: string, json: unknown) => must(client, { method: 'POST', path, headers, json })
  const { id } = await post('/v1/profiles', { name: `spent ${randomBytes(4).toString('hex')}` })
  const { code } = await post('/v1/keys', { profile_id: id, max_uses: 1 })
  await post('/v1/enroll', { code, claim: newClaim() })
  return code
}

async function genuineCode(scene: Scene, tag: string): Promise<string> {
  const { names } = await scene.own(tag)
  return names.code ?? names.provisioning_key ?? ''
}

export const codes: readonly Load[] = [
  {
    name: 'junk codes',
    by: 'stranger',
    expects: 401,
    async prepare(scene) {
      const made = await Promise.all(
        DIALECTS.map(async ({ tag, redemption }) => {
          if (!redemption) return []
          const genuine = await genuineCode(scene, tag)
          return Array.from({ length: GUESSES_OF_DIALECT }, (_, i): LoadRequest => {
            const { path, json } = redemption.ask(guessLike(redemption.shape, genuine, i), newClaim())
            return postJson(path, json)
          })
        }),
      )
      return { connections: CONNECTIONS, requests: made.flat() }
    },
  },
  {
    name: 'a spent code, each time with a new claim',
    by: 'stranger',
    expects: 401,
    async prepare(scene) {
      const code = await spentCode(scene)
      const requests = Array.from({ length: ADDRESSES }, () =>
        postJson('/v1/enroll', { code, claim: newClaim() }),
      )
      return { connections: CONNECTIONS, requests }
    },
  },
  {
    name: 'a spent code from one IPv6 /64',
    by: 'stranger',
    hasAddresses: true,
    expects: 401,
    async prepare(scene) {
      const code = await spentCode(scene)
      const requests = Array.from({ length: ADDRESSES }, (_, i) =>
        postJson('/v1/enroll', { code, claim: newClaim() }, () => ({
          [ADDRESS_HEADER]: `2001:db8:1:2::${i.toString(16)}`,
        })),
      )
      return { connections: CONNECTIONS, requests }
    },
  },
]

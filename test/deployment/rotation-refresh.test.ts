/** A version of the ring is replaced: agents go on, and what the old one made passes for nothing that is newer. */
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { formatRefreshToken, parseRefreshToken } from '../../src/core/enrollment/agents/token.ts'
import { isolate } from '../support/isolate.ts'
import {
  type clientOf,
  type Json,
  newClaim,
  newOrganization,
  type Organization,
} from '../support/native-client.ts'

const MINUTE = 60_000

let acme: Organization
beforeAll(async () => {
  acme = await newOrganization()
})

const enroll = (ask: ReturnType<typeof clientOf>, code: string, claim = newClaim()) =>
  ask('POST', '/v1/enroll', { code, claim })

describe('refresh tokens while a version is replaced', () => {
  const refresh = async (ask: ReturnType<typeof clientOf>, refresh_token: string) =>
    ask('POST', '/v1/token', undefined, { form: { grant_type: 'refresh_token', refresh_token } })
  const enrolled = async (ask: ReturnType<typeof clientOf>, code: string, claim = newClaim()) =>
    (await enroll(ask, code, claim)).json.refresh_token as string

  test('one forged with a version that got out is refused once its agent was given a newer one; the family goes on', async () => {
    const { keeper, ask, maintain } = await isolate()
    const profile_id = await acme.profile()
    const { code } = (await ask(acme.authorization)('POST', '/v1/keys', { profile_id })).json
    const leaked = await keeper.keyring()
    const agent = ask(null)
    const first = await enrolled(agent, code)
    await maintain('POST', '/v1/maintenance/keyring/versions', { at_once: true })
    const forged = async (token: string, generation: number) => {
      const state = await parseRefreshToken(await keeper.keyring(), token)
      if (!state) throw new Error('no token of ours')
      return refresh(agent, await formatRefreshToken(leaked, { ...state, generation }))
    }
    const codeOf = async (answer: Promise<{ status: number; json: Json }>) => (await answer).json.error

    const second = (await refresh(agent, first)).json.refresh_token
    const third = (await refresh(agent, second)).json.refresh_token
    for (const generation of [3, 4, 2, 1]) {
      expect(await codeOf(forged(third, generation)), `generation ${generation}`).toBe('invalid_grant')
    }
    // However often it is shown, it blocks no genuine one of its generation.
    for (let i = 0; i < 30; i++) await forged(third, 3)
    expect((await refresh(agent, second)).json.refresh_token, 'as after a lost reply').toBe(third)
    expect((await refresh(agent, third)).status).toBe(200)

    // An agent that enrolled since was never given one of the old version.
    const since = await enrolled(agent, code)
    for (const generation of [0, 1]) expect(await codeOf(forged(since, generation))).toBe('invalid_grant')
    expect((await refresh(agent, since)).status).toBe(200)
  })

  test('an agent that meets isolates of which some still make the older version is never locked out', async () => {
    const { clock, ...ahead } = await isolate()
    const { json: added } = await ahead.maintain('POST', '/v1/maintenance/keyring/versions', {})
    const behind = await isolate()
    clock.ahead = 5 * MINUTE + 1_000
    expect((await behind.keeper.keyring()).current).toBe(added.version - 1)
    expect((await ahead.keeper.keyring()).current).toBe(added.version)
    const profile_id = await acme.profile()
    const { code } = (await behind.ask(acme.authorization)('POST', '/v1/keys', { profile_id })).json
    const isolates = [behind.ask(null), ahead.ask(null)] as const

    for (const [i, own] of isolates.entries()) {
      const other = isolates[1 - i] ?? own
      const claim = newClaim()
      let token = await enrolled(own, code, claim)
      for (let round = 0; round < 3; round++) {
        for (const [ask, again] of [
          [other, own],
          [own, other],
        ] as const) {
          const lost = await refresh(ask, token)
          const answered = await refresh(again, token)
          expect([lost.status, answered.status]).toEqual([200, 200])
          // Either answer may be the one that arrived.
          token = (round === 1 ? lost : answered).json.refresh_token
          expect((await enroll(ask, code, claim)).status).toBe(200)
        }
      }
      for (const ask of isolates) {
        const again = await enrolled(ask, code, claim)
        expect((await refresh(other, again)).status, 'one that its claim was given').toBe(200)
      }
    }
    await env.DB.prepare('DELETE FROM keyring WHERE version = ?').bind(added.version).run()
  })
})

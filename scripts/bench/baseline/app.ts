import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import type { Pool } from 'pg'
import * as z from 'zod'
import {
  ACCESS_TOKEN_LIFETIME_SECONDS,
  formatRefreshToken,
} from '../../../src/core/enrollment/agents/token.ts'
import { hashClaim, openCode } from '../../../src/core/enrollment/codes/code.ts'
import type { Keyring } from '../../../src/core/kernel/keyring.ts'
import { CODES, parseCode } from '../../../src/http/words/wire.ts'
import { REDEEM } from './tables.ts'

const ORGANIZATION = 1
const Enrollment = z.strictObject({
  code: z.string(),
  claim: z.string().min(22).max(256),
  hostname: z.string().max(255),
  facts: z.record(z.string(), z.unknown()),
})
const refused = { title: 'Unauthorized', status: 401 }

type Redeemed = { uuid: string; id: number; profile: number; is_new: boolean }

/** The work of Latchkey's `POST /v1/enroll`, as it would be written on Node and PostgreSQL. */
export function makeApp(pool: Pool, ring: Keyring): Hono {
  const app = new Hono()
  app.post('/v1/enroll', async (c) => {
    const input = Enrollment.safeParse(await c.req.json())
    if (!input.success) return c.json({ title: 'Bad Request', status: 400 }, 400)
    const code = parseCode(input.data.code)
    const opened = code && (await openCode(ring, CODES, code))
    if (!opened) return c.json(refused, 401)
    const { claim, hostname, facts } = input.data
    const claimHash = await hashClaim(ring, opened.ringVersion, opened, claim)
    const { rows } = await pool.query<Redeemed>({
      name: 'redeem',
      text: REDEEM,
      values: [opened.key, opened.hash, claimHash, hostname, JSON.stringify(facts), randomUUID()],
    })
    const [agent] = rows
    if (!agent) return c.json(refused, 401)
    return c.json(await answer(ring, opened.key, agent), agent.is_new ? 201 : 200)
  })
  return app
}

async function answer(ring: Keyring, key: number, agent: Redeemed) {
  const { uuid: id, profile } = agent
  const claims = {
    id,
    organization: ORGANIZATION,
    dialect: 'native',
    profile: `${profile}`,
    key: `${key}`,
  } as const
  const [accessToken, refreshToken] = await Promise.all([
    ring.signAgentToken(claims, Math.floor(Date.now() / 1_000)),
    formatRefreshToken(ring, { ledger: profile, agent: agent.id, family: 1, generation: 1 }),
  ])
  return {
    agent: {
      id,
      organization_id: ORGANIZATION,
      profile_id: `${profile}`,
      key_id: `${key}`,
      dialect: 'native',
    },
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_LIFETIME_SECONDS,
    refresh_token: refreshToken,
  }
}

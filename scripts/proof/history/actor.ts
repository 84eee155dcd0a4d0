/** Asks the native API as a client would, and turns the answers into the checker's operations. */
import * as z from 'zod'
import type { Ask, Client } from '../../lib/http/agent-client.ts'
import type { Answer } from '../../lib/http/answer.ts'
import type { Headers } from '../../lib/http/credential.ts'
import { bearer } from '../../lib/http/credential.ts'
import type { Call, Operation, Reply } from './operation.ts'

export type Key = { readonly id: string; readonly code: string }

/** `again`: it was refused for a reason of the moment, before anything was done. */
export type Attempt =
  | { readonly kind: 'operation'; readonly operation: Operation; readonly accessToken: string | null }
  | { readonly kind: 'again' }
  | { readonly kind: 'anomaly'; readonly operation: Operation; readonly what: string }

const enrolled = z.object({ agent: z.object({ id: z.string() }), access_token: z.string().nullish() })
const keyReply = z.object({
  max_uses: z.int().nullable(),
  uses: z.int(),
  held: z.int(),
  paused_at: z.string().nullable(),
  enabled: z.boolean(),
  state: z.string(),
})
const revocation = z.object({ key: z.object({ enabled: z.boolean(), uses_left: z.int().nullable() }) })

/** Longer than a history lasts: none lapses in it. */
const HOLD_SECONDS = 3_600

export type Actor = {
  /** @param token of the agent that leaves */
  attempt(
    key: Key,
    call: Call,
    options?: { readonly dropAfterMs?: number; readonly token?: string },
  ): Promise<Attempt>
}

export function openActor(client: Client, headers: Headers): Actor {
  return {
    async attempt(key, call, { dropAfterMs, token } = {}) {
      const ask = askOf(key, call, headers, token)
      const begin = performance.now()
      try {
        const answer = await client.ask(ask, dropAfterMs)
        return read(call, answer, begin, performance.now())
      } catch {
        const operation = { call, begin, end: Number.POSITIVE_INFINITY, reply: null }
        return { kind: 'operation', operation, accessToken: null }
      }
    },
  }
}

function askOf(key: Key, call: Call, headers: Headers, token: string | undefined): Ask {
  const path = `/v1/keys/${key.id}`
  switch (call.does) {
    case 'redeem': {
      const { claim } = call
      const json = { code: key.code, hostname: 'proof.example', ...(claim !== null && { claim }) }
      return { method: 'POST', path: '/v1/enroll', json }
    }
    case 'hold': {
      const json = { code: key.code, claim: call.claim, hold: HOLD_SECONDS }
      return { method: 'POST', path: '/v1/enroll', json }
    }
    case 'confirm':
    case 'cancel': {
      const json = { code: key.code, claim: call.claim }
      return { method: 'POST', path: `/v1/enroll/${call.does}`, json }
    }
    case 'pause':
      return { method: 'POST', path: `${path}/${call.isPaused ? 'pause' : 'resume'}`, headers }
    case 'limit':
      return { method: 'PATCH', path, headers, json: { max_uses: call.max } }
    case 'switch':
      return { method: 'POST', path: `${path}/${call.on ? 'enable' : 'disable'}`, headers }
    case 'revoke':
      return { method: 'POST', path: `${path}/revoke`, headers }
    case 'revoke_agent':
      return {
        method: 'POST',
        path: `/v1/agents/${call.agent}/revoke`,
        headers,
        json: { and_key: call.andKey },
      }
    case 'leave':
      return { method: 'DELETE', path: '/v1/agents/self', headers: bearer(token ?? '') }
    case 'read':
      return { method: 'GET', path, headers }
  }
}

function read(call: Call, { status, text }: Answer, begin: number, end: number): Attempt {
  const reply = (value: Reply, accessToken: string | null = null): Attempt => ({
    kind: 'operation',
    operation: { call, begin, end, reply: value },
    accessToken,
  })
  if (status === 503) return { kind: 'again' }
  if ('claim' in call) {
    if (status === 401) return reply({ kind: 'refused' })
    if (status === 202 && call.does === 'hold') return reply({ kind: 'held' })
    if (status === 204 && call.does === 'cancel') return reply({ kind: 'done' })
    const isMade = status === 201 && (call.does === 'redeem' || call.does === 'confirm')
    const isRepeated = status === (call.does === 'cancel' ? 409 : 200)
    if (isMade || isRepeated) {
      const { agent, access_token } = enrolled.parse(JSON.parse(text))
      return reply({ kind: isMade ? 'made' : 'repeated', agent: agent.id }, access_token ?? null)
    }
    return anomaly(call, begin, status, text)
  }
  if (call.does === 'leave' && status === 204) return reply({ kind: 'done' })
  // To an agent that is gone its own resource is gone too, or its token refused.
  if (call.does === 'leave' && (status === 404 || status === 401)) return reply({ kind: 'refused' })
  if (call.does === 'revoke_agent' && status === 404) return reply({ kind: 'refused' })
  if (call.does === 'revoke_agent' && status === 200) {
    const { enabled: on, uses_left: usesLeft } = revocation.parse(JSON.parse(text)).key
    return reply({ kind: 'left', on, usesLeft })
  }
  const isChange = call.does === 'limit' || call.does === 'switch' || call.does === 'pause'
  if (isChange && status === 409) return reply({ kind: 'refused' })
  if (status === 200) {
    const { max_uses: max, uses, held, enabled: on, state, paused_at } = keyReply.parse(JSON.parse(text))
    const isPaused = paused_at !== null
    return reply({ kind: 'seen', key: { max, uses, held, on, isPaused, isRevoked: state === 'revoked' } })
  }
  return anomaly(call, begin, status, text)
}

function anomaly(call: Call, begin: number, status: number, text: string): Attempt {
  const operation = { call, begin, end: Number.POSITIVE_INFINITY, reply: null }
  return { kind: 'anomaly', operation, what: `${call.does} answered ${status}: ${text.slice(0, 300)}` }
}

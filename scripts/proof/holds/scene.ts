import * as z from 'zod'
import type { Ask, Client } from '../../lib/http/agent-client.ts'
import type { Answer } from '../../lib/http/answer.ts'
import type { Headers } from '../../lib/http/credential.ts'

export type HoldScene = {
  readonly client: Client
  /** Of an owner's API key. */
  readonly headers: Headers
  /** Resolves while the server serves. */
  readonly up: () => Promise<void>
}

const made = z.object({ id: z.string(), code: z.string() })
const enrolled = z.object({ agent: z.object({ id: z.string() }) })
const read = z.object({ uses: z.int(), held: z.int() })

/** Asks until there is an answer: a server that was killed comes back. 503 is none. */
export async function insist({ client, up }: HoldScene, ask: Ask, signal: AbortSignal): Promise<Answer> {
  for (;;) {
    signal.throwIfAborted()
    const answer = await client.ask(ask).catch(() => null)
    if (answer !== null && answer.status !== 503) return answer
    await up()
  }
}

export async function newKey(
  scene: HoldScene,
  members: object,
  signal: AbortSignal,
): Promise<z.output<typeof made>> {
  const { headers } = scene
  const post = async (path: string, json: object) => {
    const { status, text } = await insist(scene, { method: 'POST', path, headers, json }, signal)
    if (status !== 201) throw new Error(`POST ${path} answered ${status}: ${text}`)
    return JSON.parse(text)
  }
  const { id } = z.object({ id: z.string() }).parse(await post('/v1/profiles', { name: 'held uses' }))
  return made.parse(await post('/v1/keys', { profile_id: id, ...members }))
}

export async function readKey(
  scene: HoldScene,
  id: string,
  signal: AbortSignal,
): Promise<z.output<typeof read>> {
  const { headers } = scene
  const { text } = await insist(scene, { method: 'GET', path: `/v1/keys/${id}`, headers }, signal)
  return read.parse(JSON.parse(text))
}

/** The agent that an answer names. */
export function agentIn({ text }: Answer): string {
  return enrolled.parse(JSON.parse(text)).agent.id
}

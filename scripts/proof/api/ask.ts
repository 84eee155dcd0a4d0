import type { Ask, Client } from '../../lib/http/agent-client.ts'
import { good, type Json } from '../../lib/http/answer.ts'

/** The JSON of an answer that must be a good one. */
export async function must(client: Client, ask: Ask): Promise<Json> {
  return good(await client.ask(ask), `${ask.method} ${ask.path}`)
}

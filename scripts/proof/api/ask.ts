import type { Ask, Client } from '../client.ts'

/** What a proof asks of an answer, the answer must have. */
export type Json = ReturnType<JSON['parse']>

/** The body of an answer that must be a good one. */
export async function must(client: Client, ask: Ask): Promise<Json> {
  const { status, text } = await client.ask(ask)
  if (status < 200 || status > 299)
    throw new Error(`${ask.method} ${ask.path} answered ${status}: ${text.slice(0, 300)}`)
  return text === '' ? null : JSON.parse(text)
}

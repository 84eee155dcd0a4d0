import type { Ask, Client } from '../../lib/http/agent-client.ts'
import type { Answer } from '../../lib/http/answer.ts'

/** Every secret that was ever sent or received, with the first place where it was met. */
export type Secrets = {
  readonly found: ReadonlyMap<string, string>
  /** The texts of all refusals, in which none may be. */
  readonly refusals: readonly string[]
  add(secret: string, where: string): void
}

/** Shorter ones are no secrets but words. */
const SHORTEST = 16

/** Codes and sessions of the native API show what they are, whatever a member is called. */
const SECRET = /^lks?_[\w-]+$/

/** A client that remembers the secrets that pass by it. */
export function watchSecrets(
  client: Client,
  members: readonly string[],
): { client: Client; secrets: Secrets } {
  const found = new Map<string, string>()
  const refusals: string[] = []
  const names = new Set(members)
  const add = (secret: string, where: string) => {
    if (secret.length >= SHORTEST && !found.has(secret)) found.set(secret, where)
  }
  const search = (value: unknown, where: string): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === 'string' && (names.has(name) || SECRET.test(member)))
        add(member, `${where} ${name}`)
      else search(member, where)
    }
  }
  const watch = (ask: Ask, answer: Answer) => {
    const where = `${ask.method} ${ask.path.split('?')[0]}`
    search(ask.json, where)
    if (answer.status >= 400) refusals.push(answer.text)
    else if (/[/+]json/.test(String(answer.headers['content-type']))) search(JSON.parse(answer.text), where)
  }
  return {
    secrets: { found, refusals, add },
    client: {
      close: client.close,
      async ask(ask, dropAfterMs) {
        const answer = await client.ask(ask, dropAfterMs)
        watch(ask, answer)
        return answer
      },
    },
  }
}

/** One object an issuer: it alone fetches that issuer's keys, so that a dead or slow one holds up nobody but its own tokens. */
import { DurableObject } from 'cloudflare:workers'
import {
  type FoundKeys,
  type KeptKeySet,
  KeySetKeeper,
  readKeySet,
} from '../../core/enrollment/identity/key-set.ts'
import type { Outbound } from '../../core/outbound/port.ts'

const KEPT = 'kept'

export abstract class IssuerKeysObject<Env> extends DurableObject<Env> {
  protected abstract outbound: Outbound
  #keeper: KeySetKeeper | null = null

  /** @param jwksUri the object's own name */
  find(jwksUri: string, kid: string): Promise<FoundKeys> {
    this.#keeper ??= this.#open(jwksUri)
    return this.#keeper.find(kid)
  }

  #open(jwksUri: string): KeySetKeeper {
    const { kv } = this.ctx.storage
    return new KeySetKeeper({
      now: () => Date.now(),
      fetch: () => fetchKeys(this.outbound, jwksUri),
      load: () => kv.get<KeptKeySet>(KEPT) ?? null,
      save: (set) => kv.put(KEPT, set),
      background: (work) => this.ctx.waitUntil(work),
    })
  }
}

async function fetchKeys(outbound: Outbound, url: string) {
  const answer = await outbound({ method: 'GET', url, headers: [['accept', 'application/json']] })
  if (answer.kind !== 'answered' || answer.status !== 200) return null
  try {
    return readKeySet(JSON.parse(new TextDecoder().decode(answer.body)))
  } catch {
    return null
  }
}

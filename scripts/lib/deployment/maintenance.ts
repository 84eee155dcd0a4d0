import * as z from 'zod'
import { Refusal } from '../cli/refusal.ts'
import { bearer } from '../http/credential.ts'
import { openFetch } from '../http/fetch-client.ts'

const count = z.int()
const byVersion = z.record(z.string(), count)
const next = count.nullable()

const version = z.object({ version: count, used_from: z.string(), algorithm: z.string() })
const keyring = z.object({
  current: count,
  versions: z.array(version),
  credentials: z.record(z.string(), byVersion),
  sealed_by_older: count,
  has_next_master_key: z.boolean(),
  is_rewrapped: z.boolean(),
})
const dropped = z.object({ api_keys: count, api_clients: count, passwords: count, sessions: count })
const survey = z.object({
  keys: byVersion,
  families: byVersion,
  certificates: byVersion,
  suspended_keys: count,
  suspended_families: count,
  waiting: count,
  next,
})

export type Keyring = z.infer<typeof keyring>
export type Survey = Omit<z.infer<typeof survey>, 'next'>
export type Maintenance = ReturnType<typeof openMaintenance>

/** An answer that was no success, for who knows what to do about it. */
export class MaintenanceRefused extends Refusal {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The routes of maintenance, which exist while the deployment has its token. */
export function openMaintenance({ url, token }: { readonly url: string; readonly token: string }) {
  const client = openFetch(url, { headers: bearer(token) })

  async function call<T>(method: string, path: string, schema: z.ZodType<T>, body?: object): Promise<T> {
    const { status, text } = await client.ask(method, `/v1/maintenance/${path}`, body)
    if (status !== 200) {
      throw new MaintenanceRefused(status, `the server refused: ${status} ${detailIn(text)}`)
    }
    return schema.parse(JSON.parse(text))
  }

  /** Page after page, until the last. */
  async function* pages<T extends { readonly next: number | null }>(path: string, schema: z.ZodType<T>) {
    for (let after: number | null = 0; after !== null; ) {
      const page: T = await call('POST', path, schema, { after })
      yield page
      after = page.next
    }
  }

  /** Page after page of key pairs, until the last; how many. */
  async function keyPairsOf(path: string): Promise<number> {
    const reply = z.object({ key_pairs: count, next: z.string().nullable() })
    let keyPairs = 0
    for (let after: string | null = ''; after !== null; ) {
      const page: z.infer<typeof reply> = await call('POST', path, reply, { after })
      keyPairs += page.key_pairs
      after = page.next
    }
    return keyPairs
  }

  /** D1's part. */
  async function fence(): Promise<{ apiKeys: number; apiClients: number }> {
    const fenced = await call('POST', 'fence', z.object({ api_keys: count, api_clients: count }))
    return { apiKeys: fenced.api_keys, apiClients: fenced.api_clients }
  }

  return {
    keyring: () => call('GET', 'keyring', keyring),
    rewrap: () => call('POST', 'keyring/rewrap', z.object({ rewrapped: count })),
    addVersion: (atOnce: boolean, algorithm?: string) =>
      call('POST', 'keyring/versions', version, { at_once: atOnce, algorithm }),
    dropVersion: (number: number) => call('DELETE', `keyring/versions/${number}`, dropped),

    /** Reseals all that an older version sealed; returns how much. */
    async reseal(): Promise<number> {
      const reply = z.object({ resealed: count, left: count })
      let resealed = 0
      for (let left = 1; left > 0; ) {
        const round = await call('POST', 'keyring/reseal', reply)
        resealed += round.resealed
        left = round.left
        if (left > 0 && round.resealed === 0) throw new Refusal(`${left} secrets can't be resealed`)
      }
      return resealed
    },

    /** Ends the enrollment keys and the key pairs that hang on a version; how many. */
    async endVersion(number: number): Promise<{ keys: number; keyPairs: number }> {
      const ended = { keys: 0, keyPairs: 0 }
      const reply = z.object({ keys: count, next })
      for await (const page of pages(`keyring/versions/${number}/end`, reply)) ended.keys += page.keys
      ended.keyPairs = await keyPairsOf(`keyring/versions/${number}/end-key-pairs`)
      return ended
    },

    async survey(): Promise<Survey> {
      const whole: Survey = {
        ...{ keys: {}, families: {}, certificates: {} },
        ...{ suspended_keys: 0, suspended_families: 0, waiting: 0 },
      }
      for await (const page of pages('ledgers/survey', survey)) {
        add(whole.keys, page.keys)
        add(whole.families, page.families)
        add(whole.certificates, page.certificates)
        whole.suspended_keys += page.suspended_keys
        whole.suspended_families += page.suspended_families
        whole.waiting += page.waiting
      }
      return whole
    },

    fence,

    /** How many keys and refresh families. */
    async fenceLedgers(): Promise<{ keys: number; families: number }> {
      const fenced = { keys: 0, families: 0 }
      const reply = z.object({ keys: count, families: count, next })
      for await (const page of pages('ledgers/fence', reply)) {
        fenced.keys += page.keys
        fenced.families += page.families
      }
      return fenced
    },

    fenceKeyPairs: () => keyPairsOf('key-pairs/fence'),
    rebuildKeyPairs: () => keyPairsOf('key-pairs/rebuild'),

    /** How many ledgers. */
    async rebuild(): Promise<number> {
      let ledgers = 0
      for await (const page of pages('ledgers/rebuild', z.object({ ledgers: count, next }))) {
        ledgers += page.ledgers
      }
      return ledgers
    },
  }
}

function add(to: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, n] of Object.entries(more)) to[name] = (to[name] ?? 0) + n
}

function detailIn(text: string): string {
  try {
    return z.object({ detail: z.string() }).parse(JSON.parse(text)).detail
  } catch {
    return text.slice(0, 300)
  }
}

import { concat, equalBytes, fromBase64Url, toBase64Url, utf8 } from '../../kernel/encoding.ts'
import { packId, unpackId } from '../../kernel/ids.ts'
import type { Keyring } from '../../kernel/keyring.ts'

/** The life of an access token, and so the bound within which a revoked agent's token ends by itself. */
export const ACCESS_TOKEN_LIFETIME_SECONDS = 600
/** Where an agent's refresh family stands; a refresh token is derived from it and from nothing else. */
export type RefreshState = {
  readonly ledger: number
  readonly agent: number
  readonly family: number
  readonly generation: number
}

const PREFIX = 'lkr_'
const BODY_BYTES = 1 + 8 + 4 + 4
const TAG_BYTES = 24

/**
 * `lkr_` + base64url(ring version, ledger and agent, family, generation, 192-bit keyed tag).
 * @param version of the ring, which has it
 */
export async function formatRefreshToken(
  ring: Keyring,
  state: RefreshState,
  version = ring.current,
): Promise<string> {
  const body = new Uint8Array(BODY_BYTES)
  const view = new DataView(body.buffer)
  view.setUint8(0, version)
  view.setBigUint64(1, packId({ ledger: state.ledger, n: state.agent }))
  view.setUint32(9, state.family)
  view.setUint32(13, state.generation)
  const tag = await tagOf(ring, version, body)
  if (!tag) throw new Error(`ring version ${version} has no tag key`)
  return PREFIX + toBase64Url(concat(body, tag))
}

export type ParsedRefreshToken = RefreshState & { readonly ringVersion: number }

/** The state that a genuine refresh token names, or null; touches no storage. */
export async function parseRefreshToken(ring: Keyring, token: string): Promise<ParsedRefreshToken | null> {
  if (!token.startsWith(PREFIX) || token.length > 80) return null
  const bytes = fromBase64Url(token.slice(PREFIX.length))
  if (bytes?.length !== BODY_BYTES + TAG_BYTES) return null
  const view = new DataView(bytes.buffer)
  const ringVersion = view.getUint8(0)
  const tag = await tagOf(ring, ringVersion, bytes.subarray(0, BODY_BYTES))
  if (!tag || !equalBytes(tag, bytes.subarray(BODY_BYTES))) return null
  const id = unpackId(view.getBigUint64(1))
  if (!id) return null
  const [family, generation] = [view.getUint32(9), view.getUint32(13)]
  return { ledger: id.ledger, agent: id.n, family, generation, ringVersion }
}

async function tagOf(ring: Keyring, version: number, body: Uint8Array): Promise<Uint8Array | undefined> {
  const mac = await ring.mac('tag', version, concat(utf8('refresh\0'), body))
  return mac?.subarray(0, TAG_BYTES)
}

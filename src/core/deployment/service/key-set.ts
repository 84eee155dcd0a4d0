import type { Keyring } from '../../kernel/keyring.ts'
import type { Ports } from '../../ports.ts'

/** The public keys with which anybody verifies an agent's access token (RFC 7517). */
export async function getKeySet(ports: Ports): Promise<ReturnType<Keyring['agentKeySet']>> {
  return (await ports.keyring()).agentKeySet(Math.floor(ports.now() / 1_000))
}

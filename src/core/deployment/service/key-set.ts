import { openCase } from '../../access/cases/open-case.ts'
import type { Keyring } from '../../kernel/keyring.ts'

/** The public keys that verify signed heads of ledgers (RFC 7517). */
export const getHeadKeySet = openCase(
  async (ports): Promise<ReturnType<Keyring['headKeySet']>> => (await ports.keyring()).headKeySet(),
)

/** The public keys that verify an agent's access token (RFC 7517). */
export const getKeySet = openCase(
  async (ports): Promise<ReturnType<Keyring['agentKeySet']>> =>
    (await ports.keyring()).agentKeySet(Math.floor(ports.now() / 1_000)),
)

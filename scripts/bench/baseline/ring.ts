import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Keyring } from '../../../src/core/kernel/keyring.ts'
import { agentTokens } from '../../../src/stores/keyring/agent-tokens.ts'
import { importSigningKey } from '../../../src/stores/keyring/signed-tokens.ts'

const VERSION = 1

/** The baseline's secrets, as its process is given them. */
export type Secrets = { readonly tag: string; readonly hash: string; readonly jwk: string }

export function makeSecrets(): Secrets {
  const { privateKey } = generateKeyPairSync('ed25519')
  return {
    tag: randomBytes(32).toString('hex'),
    hash: randomBytes(32).toString('hex'),
    jwk: JSON.stringify(privateKey.export({ format: 'jwk' })),
  }
}

/** The same keyed tags, hashes and tokens as Latchkey's, on Node's own crypto: its HMAC needs no round trip. */
export async function makeRing(secrets: Secrets, issuer: string): Promise<Keyring> {
  const keys = { tag: Buffer.from(secrets.tag, 'hex'), hash: Buffer.from(secrets.hash, 'hex') }
  const agentKey = await importSigningKey(
    'agent',
    VERSION,
    Buffer.from(secrets.jwk),
    Number.POSITIVE_INFINITY,
  )
  return {
    current: VERSION,
    mac: async (purpose, version, message) =>
      version === VERSION ? createHmac('sha256', keys[purpose]).update(message).digest() : null,
    ...agentTokens([agentKey], VERSION, issuer),
    // What no enrollment needs.
    seal: unused,
    open: unused,
    signHead: unused,
    headKeySet: () => ({ keys: [] }),
    signApiToken: unused,
    verifyApiToken: unused,
  }
}

function unused(): Promise<never> {
  return Promise.reject(new Error('the baseline has no such key'))
}

import type { Keyring } from '../../src/core/kernel/keyring.ts'

/** A ring whose MAC keys are the version number repeated: enough for whatever does not sign tokens. */
export function testKeyring(versions: readonly number[] = [1]): Keyring {
  const keys = new Map<string, Promise<CryptoKey>>()
  for (const version of versions) {
    for (const [purpose, salt] of [
      ['tag', 0],
      ['hash', 128],
    ] as const) {
      const material = new Uint8Array(32).fill(version + salt)
      const algorithm = { name: 'HMAC', hash: 'SHA-256' }
      const key = crypto.subtle.importKey('raw', material, algorithm, false, ['sign'])
      keys.set(`${purpose} ${version}`, key)
    }
  }
  return {
    current: Math.max(...versions),
    async mac(purpose, version, message) {
      const key = await keys.get(`${purpose} ${version}`)
      return key
        ? new Uint8Array(await crypto.subtle.sign('HMAC', key, message as Uint8Array<ArrayBuffer>))
        : null
    },
    signAgentToken: () => Promise.reject(new Error('this ring signs nothing')),
    verifyAgentToken: () => Promise.resolve(null),
    agentKeySet: () => ({ keys: [] }),
    signHead: () => Promise.reject(new Error('this ring signs nothing')),
    headKeySet: () => ({ keys: [] }),
    seal: () => Promise.reject(new Error('this ring seals nothing')),
    open: () => Promise.resolve(null),
    signApiToken: () => Promise.reject(new Error('this ring signs nothing')),
    verifyApiToken: () => Promise.resolve(null),
  }
}

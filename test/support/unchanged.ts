import { expect } from 'vitest'

export type Watch = { expectUnchanged(): Promise<void> }

/**
 * For tests one after the other that change nothing: each look is compared with the one before, so that a test looks once,
 * and one that fails does not fail the next. Starts with a look.
 */
export async function watch(look: () => Promise<unknown>): Promise<Watch> {
  let seen = await look()
  return {
    async expectUnchanged() {
      const before = seen
      seen = await look()
      expect(seen).toEqual(before)
    },
  }
}

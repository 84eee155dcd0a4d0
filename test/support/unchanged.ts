import { afterAll, beforeAll, expect } from 'vitest'

/**
 * What the tests of a `describe` must leave as it was: looked at before the first and after the last of them, since a look
 * costs more than what most of them ask. What differs names what was changed.
 */
export function leavesUnchanged(look: () => Promise<unknown>): void {
  let before: unknown
  beforeAll(async () => {
    before = await look()
  })
  afterAll(async () => expect(await look()).toEqual(before))
}

/** Promise 7: whatever is not a code that was made, to the last bit, is refused before any store is touched. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compose } from '../../support/composed.ts'
import { clientOf, newClaim, newOrganization } from '../../support/native-client.ts'
import { proofPlan } from '../../support/proof-plan.ts'

const { sequences, seed } = proofPlan(100)
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const PREFIX = 'lk_'

const letter = fc.constantFrom(...ALPHABET)
const guess = fc.oneof(
  fc.record({ at: fc.nat(), to: letter }),
  fc.array(letter, { minLength: 54, maxLength: 54 }).map((letters) => letters.join('')),
)

test(`of ${sequences} guesses none asks a ledger (seed ${seed})`, { timeout: 600_000 }, async () => {
  const { code } = await (await newOrganization()).key()
  const { fetch, calls } = await compose()
  const ask = clientOf(null, fetch)
  const property = fc.asyncProperty(guess, async (made) => {
    const guessed = typeof made === 'string' ? PREFIX + made : changed(code, made.at, made.to)
    // The last letter has two bits to spare.
    fc.pre(guessed.slice(0, -1) !== code.slice(0, -1))
    const answer = await ask('POST', '/v1/enroll', { code: guessed, claim: newClaim() })
    expect([answer.status, answer.json.code]).toEqual([401, 'unauthorized'])
    expect(calls).toEqual([])
  })
  await fc.assert(property, { numRuns: sequences, seed })
})

function changed(code: string, at: number, to: string): string {
  const place = PREFIX.length + (at % (code.length - PREFIX.length))
  return code.slice(0, place) + to + code.slice(place + 1)
}

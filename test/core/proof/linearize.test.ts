/** The checker itself: it accepts what a right ledger may answer, and nothing else. */
import { describe, expect, test } from 'vitest'
import { isLinearizable } from '../../../scripts/proof/history/linearize.ts'
import type { Call, Operation, Reply } from '../../../scripts/proof/history/operation.ts'

const LOST = Number.POSITIVE_INFINITY

function asked(begin: number, end: number, call: Call, reply: Reply | null): Operation {
  return { begin, end, call, reply }
}

function redeemed(begin: number, end: number, claim: string | null, reply: Reply | null): Operation {
  return asked(begin, end, { does: 'redeem', claim }, reply)
}

const made = (agent: string): Reply => ({ kind: 'made', agent })
const repeated = (agent: string): Reply => ({ kind: 'repeated', agent })
const refused: Reply = { kind: 'refused' }
const seen = (key: Partial<Extract<Reply, { kind: 'seen' }>['key']>): Reply => ({
  kind: 'seen',
  key: { max: 1, on: true, isRevoked: false, isPaused: false, uses: 0, held: 0, ...key },
})

const held: Reply = { kind: 'held' }
const about = (begin: number, does: 'hold' | 'confirm' | 'cancel', claim: string, reply: Reply | null) =>
  asked(begin, reply === null ? LOST : begin + 1, { does, claim }, reply)
const paused = (begin: number, isPaused: boolean, key: object = {}) =>
  asked(begin, begin + 1, { does: 'pause', isPaused }, seen({ isPaused, ...key }))

const legal: Record<string, readonly Operation[]> = {
  'of two at once one wins': [redeemed(0, 9, 'a', refused), redeemed(1, 8, 'b', made('1'))],
  'a repeat of what was lost': [
    redeemed(0, LOST, 'a', null),
    redeemed(5, 6, 'a', repeated('1')),
    redeemed(7, 8, 'b', refused),
  ],
  'a lost one that never arrived': [redeemed(0, LOST, 'a', null), redeemed(5, 6, 'b', made('1'))],
  'a lost one that arrives late': [
    redeemed(0, LOST, 'a', null),
    asked(1, 2, { does: 'read' }, seen({ uses: 0 })),
    asked(3, 4, { does: 'read' }, seen({ uses: 1 })),
  ],
  'refused by a switch that had begun': [
    asked(0, 9, { does: 'switch', on: false }, seen({ on: false })),
    redeemed(1, 2, 'a', refused),
  ],
  'raised and used again': [
    redeemed(0, 1, 'a', made('1')),
    redeemed(2, 3, 'b', refused),
    asked(4, 5, { does: 'limit', max: 2 }, seen({ max: 2, uses: 1 })),
    redeemed(6, 7, 'b', made('2')),
  ],
  'left, and the claim makes another': [
    asked(0, 1, { does: 'limit', max: null }, seen({ max: null })),
    redeemed(2, 3, 'a', made('1')),
    asked(4, 5, { does: 'leave', agent: '1' }, { kind: 'done' }),
    redeemed(6, 7, 'a', made('2')),
  ],
  'held, then confirmed, and confirmed again': [
    about(0, 'hold', 'a', held),
    redeemed(2, 3, 'b', refused),
    asked(4, 5, { does: 'read' }, seen({ held: 1 })),
    about(6, 'confirm', 'a', made('1')),
    about(8, 'confirm', 'a', repeated('1')),
    asked(10, 11, { does: 'read' }, seen({ uses: 1 })),
  ],
  'held, cancelled, and held by another': [
    about(0, 'hold', 'a', held),
    about(2, 'cancel', 'a', { kind: 'done' }),
    about(4, 'hold', 'b', held),
    redeemed(6, 7, 'b', made('1')),
  ],
  'held while nobody heard': [about(0, 'hold', 'a', null), about(2, 'confirm', 'a', made('1'))],
  'paused: what is held passes, and nothing new': [
    about(0, 'hold', 'a', held),
    paused(2, true, { held: 1 }),
    about(4, 'hold', 'a', held),
    redeemed(6, 7, 'b', refused),
    about(8, 'confirm', 'a', made('1')),
    paused(10, false, { uses: 1 }),
  ],
  'revoked: what was held goes back': [
    about(0, 'hold', 'a', held),
    asked(2, 3, { does: 'revoke' }, seen({ isRevoked: true })),
    about(4, 'confirm', 'a', refused),
  ],
}

const illegal: Record<string, readonly Operation[]> = {
  'over-use': [redeemed(0, 9, 'a', made('1')), redeemed(1, 8, 'b', made('2'))],
  'a burned use': [redeemed(0, 1, 'a', refused), redeemed(2, 3, 'a', refused)],
  'a lost acknowledgement': [
    redeemed(0, 1, 'a', made('1')),
    asked(2, 3, { does: 'read' }, seen({ uses: 0 })),
  ],
  'a retry that spends': [redeemed(0, 1, 'a', made('1')), redeemed(2, 3, 'a', made('2'))],
  'a retry that finds another': [redeemed(0, 1, 'a', made('1')), redeemed(2, 3, 'a', repeated('2'))],
  'a retry that is refused': [redeemed(0, 1, 'a', made('1')), redeemed(2, 3, 'a', refused)],
  'let in after it was off': [
    asked(0, 1, { does: 'switch', on: false }, seen({ on: false })),
    redeemed(2, 3, 'a', made('1')),
  ],
  'a revoked claim that comes back': [
    redeemed(0, 1, 'a', made('1')),
    asked(
      2,
      3,
      { does: 'revoke_agent', agent: '1', andKey: 'keep' },
      { kind: 'left', on: true, usesLeft: 0 },
    ),
    redeemed(4, 5, 'a', repeated('1')),
  ],
  'a change of a revoked key': [
    asked(0, 1, { does: 'revoke' }, seen({ isRevoked: true })),
    asked(2, 3, { does: 'switch', on: true }, seen({ isRevoked: true })),
  ],
  'uses and holds beyond the limit': [about(0, 'hold', 'a', held), redeemed(2, 3, 'b', made('1'))],
  'two holds of one use': [about(0, 'hold', 'a', held), about(2, 'hold', 'b', held)],
  'a hold that was lost': [about(0, 'hold', 'a', held), about(2, 'confirm', 'a', refused)],
  'a confirmed use that was lost': [
    about(0, 'hold', 'a', held),
    about(2, 'confirm', 'a', made('1')),
    asked(4, 5, { does: 'read' }, seen({ held: 1 })),
  ],
  'a confirmation without a hold': [about(0, 'confirm', 'a', made('1'))],
  'a cancelled hold that is confirmed': [
    about(0, 'hold', 'a', held),
    about(2, 'cancel', 'a', { kind: 'done' }),
    about(4, 'confirm', 'a', made('1')),
  ],
  'a hold while paused': [paused(0, true), about(2, 'hold', 'a', held)],
  'a confirmation while off': [
    about(0, 'hold', 'a', held),
    asked(2, 3, { does: 'switch', on: false }, seen({ on: false, held: 1 })),
    about(4, 'confirm', 'a', made('1')),
  ],
  'a count that runs backwards': [
    redeemed(0, 20, 'a', made('1')),
    asked(2, 3, { does: 'read' }, seen({ uses: 1 })),
    asked(4, 5, { does: 'read' }, seen({ uses: 0 })),
  ],
}

describe('legal', () => {
  test.each(Object.entries(legal))('%s', (_, history) => {
    expect(isLinearizable(history, 1)).toBe(true)
  })
})

describe('illegal', () => {
  test.each(Object.entries(illegal))('%s', (_, history) => {
    expect(isLinearizable(history, 1)).toBe(false)
  })
})

test('two hundred operations at once, all of them answered, take no time', () => {
  const claims = Array.from({ length: 200 }, (_, i) => `${i}`)
  const history = claims.map((claim, i) => redeemed(0, 1_000 + i, claim, i % 2 ? made(claim) : refused))
  expect(isLinearizable(history, 100)).toBe(true)
  expect(isLinearizable(history.slice(0, 20), 9)).toBe(false)
})

import { expect, test } from 'vitest'
import { BoundedMap } from '../../src/core/kernel/bounded-map.ts'
import { Heartbeats } from '../../src/stores/durable/ledger/heartbeats.ts'

test('beyond its limit a map drops the entry that was set longest ago, and no other', () => {
  const map = new BoundedMap<string, number>(3)
  for (const [at, name] of ['a', 'b', 'c', 'a', 'd', 'e'].entries()) map.set(name, at)
  expect([...map]).toEqual([
    ['a', 3],
    ['d', 4],
    ['e', 5],
  ])
})

test('a deleted entry makes room', () => {
  const map = new BoundedMap<string, number>(2).set('a', 1).set('b', 2)
  map.delete('a')
  expect([...map.set('c', 3).keys()]).toEqual(['b', 'c'])
})

test('a ledger with more agents than it remembers still knows when the latest were seen', () => {
  const beats = new Heartbeats()
  const agents = Array.from({ length: 10_001 }, (_, n) => n + 1)
  for (const agent of agents) beats.beat(agent, 0, 1_000 + agent)
  expect(agents.filter((agent) => beats.lastSeen(agent, 0) === 1_000 + agent)).toHaveLength(10_000)
  expect(beats.lastSeen(1, 5)).toBe(5)
})

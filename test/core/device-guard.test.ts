import { expect, test } from 'vitest'
import { type DeviceState, refusalOf } from '../../src/core/devices/delivery.ts'
import { createDeviceGuard } from '../../src/core/devices/device-guard.ts'
import {
  isOwnAcknowledgement,
  isOwnInstruction,
  parsePublishTopic,
} from '../../src/dialects/datonis/mqtt/mqtt-topics.ts'

const CALLER = { accessKey: 'a'.repeat(40), address: '192.0.2.1' }

test('ten failures in a minute block for a minute; then the count restarts', () => {
  let now = 0
  const guard = createDeviceGuard(() => now)
  for (let n = 0; n < 10; n++) {
    expect(guard.blockedSeconds('refused', CALLER)).toBeNull()
    guard.failed('refused', CALLER)
  }
  expect(guard.blockedSeconds('refused', CALLER)).toBe(60)
  now = 59_001
  expect(guard.blockedSeconds('refused', CALLER)).toBe(1)
  now = 60_000
  expect(guard.blockedSeconds('refused', CALLER)).toBeNull()
  guard.failed('refused', CALLER)
  expect(guard.blockedSeconds('refused', CALLER)).toBeNull()
})

test('failures that are spread over minutes block no client', () => {
  let now = 0
  const guard = createDeviceGuard(() => now)
  for (let n = 0; n < 100; n++) {
    guard.failed('signature', CALLER)
    now += 7_000
    expect(guard.blockedSeconds('signature', CALLER)).toBeNull()
  }
})

test('it holds for one access key, one kind, one address, or one /64', () => {
  const guard = createDeviceGuard(() => 0)
  const address = '2001:db8:1:2::1'
  for (let n = 0; n < 10; n++) guard.failed('signature', { ...CALLER, address })
  expect(guard.blockedSeconds('signature', { ...CALLER, address: '2001:db8:1:2:ffff::9' })).toBe(60)
  expect(guard.blockedSeconds('signature', { ...CALLER, address: '2001:db8:1:3::1' })).toBeNull()
  expect(guard.blockedSeconds('signature', { ...CALLER, address: null })).toBeNull()
  expect(guard.blockedSeconds('refused', { ...CALLER, address })).toBeNull()
  expect(guard.blockedSeconds('signature', { accessKey: 'b'.repeat(40), address })).toBeNull()
})

test('what is no access key is not remembered beyond the length of one', () => {
  const guard = createDeviceGuard(() => 0)
  const long = (tail: string) => ({ accessKey: `${'x'.repeat(1_000_000)}${tail}`, address: null })
  for (let n = 0; n < 10; n++) guard.failed('signature', long('a'))
  expect(guard.blockedSeconds('signature', long('b'))).toBe(60)
  expect(guard.blockedSeconds('signature', { accessKey: 'x'.repeat(40), address: null })).toBeNull()
})

test('what a pair is refused for: gone, disabled, expired at its instant, forbidden, in this order', () => {
  const on: DeviceState = { isEnabled: true, expiresAt: null, abilities: ['things.event'] }
  expect(refusalOf(null, 'things.event', 5)).toBe('gone')
  expect(refusalOf({ ...on, isEnabled: false, expiresAt: 1 }, 'things.read', 5)).toBe('disabled')
  expect(refusalOf({ ...on, expiresAt: 5 }, 'things.read', 5)).toBe('expired')
  expect(refusalOf({ ...on, expiresAt: 6 }, 'things.read', 5)).toBe('forbidden')
  expect(refusalOf({ ...on, expiresAt: 6 }, 'things.event', 5)).toBeNull()
  expect(refusalOf({ ...on, abilities: 'all' }, 'things.read', 5)).toBeNull()
  expect(refusalOf({ ...on, abilities: [] }, null, 5)).toBeNull()
})

test('topics: what devices publish, and what they may hear', () => {
  expect(parsePublishTopic('Altizon/Datonis/C1/event')).toEqual({
    client: 'C1',
    call: 'event',
    isCompressed: false,
  })
  expect(parsePublishTopic('Altizon/Datonis/lzf/C1/event')).toEqual({
    client: 'C1',
    call: 'event',
    isCompressed: true,
  })
  for (const none of [
    '',
    'Altizon/Datonis/C1',
    'Altizon/Datonis/C1/toString',
    'Altizon/Datonis/lzf/C1/alert',
    'x/Altizon/Datonis/C1/event',
    'Altizon/Datonis/C1/event/x',
    'Altizon/Datonis/+/event',
  ]) {
    expect(parsePublishTopic(none)).toBeNull()
  }
  expect(isOwnAcknowledgement('Altizon/Datonis/C1/httpAck', 'C1')).toBe(true)
  for (const [topic, client] of [
    ['Altizon/Datonis/+/httpAck', '+'],
    ['Altizon/Datonis//httpAck', ''],
    ['Altizon/Datonis/C2/httpAck', 'C1'],
  ] as const) {
    expect(isOwnAcknowledgement(topic, client)).toBe(false)
  }
  for (const [thing, isOwn] of [
    ['t', true],
    ['+', true],
    ['hall 3/press é', true],
    ['t/+', false],
    ['a+b', false],
    ['#', false],
    ['', false],
  ] as const) {
    expect([thing, isOwnInstruction(`Altizon/Datonis/a/thing/${thing}/executeInstruction`, 'a')]).toEqual([
      thing,
      isOwn,
    ])
  }
  expect(isOwnInstruction('Altizon/Datonis/b/thing/t/executeInstruction', 'a')).toBe(false)
  expect(isOwnInstruction('Altizon/Datonis/a/thing/executeInstruction', 'a')).toBe(false)
})

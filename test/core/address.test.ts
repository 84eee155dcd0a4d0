import { expect, test } from 'vitest'
import { isAddressRange, networkOf } from '../../src/core/kernel/address.ts'

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8::1', '2001:db8::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
  ['::1', '::/64'],
  ['what a proxy wrote', 'what a proxy wrote'],
])('limits count %s as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
  if (network.includes('/')) expect(isAddressRange(network)).toBe(true)
})

import { expect, test } from 'vitest'
import { createStorageProbe } from '../../src/core/deployment/service/storage-probe.ts'

test('an isolate writes once in ten seconds while that succeeds, and once a second while it fails', async () => {
  let now = 1_000
  let writes = 0
  let write = async (): Promise<'written' | 'foreign'> => 'written'
  const probe = createStorageProbe(
    () => now,
    () => {
      writes += 1
      return write()
    },
  )
  const at = async (milliseconds: number) => {
    now = 1_000 + milliseconds
    return [await probe(), writes]
  }
  expect(await at(0)).toEqual(['writable', 1])
  write = async () => Promise.reject(new Error('the disk is full'))
  expect(await at(9_999)).toEqual(['writable', 1])
  expect(await at(10_000)).toEqual(['unwritable', 2])
  expect(await at(10_999)).toEqual(['unwritable', 2])
  write = async () => 'foreign'
  expect(await at(11_000)).toEqual(['foreign', 3])
  write = async () => 'written'
  expect(await at(12_000)).toEqual(['writable', 4])
})

test('a write that never ends holds up one health check, and the next ones try again after ten seconds', async () => {
  let now = 0
  let writes = 0
  const probe = createStorageProbe(
    () => now,
    () => {
      writes += 1
      return writes === 1 ? new Promise(() => {}) : Promise.reject(new Error('the disk is full'))
    },
  )
  void probe()
  expect(await probe()).toBe('writable')
  now = 10_000
  expect(await probe()).toBe('unwritable')
  expect(writes).toBe(2)
})

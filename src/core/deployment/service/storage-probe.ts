/** Whether what is decided can be kept, tried by writes. */

/** `foreign`: D1 is not the one that this deployment's objects were made with. */
export type StorageState = 'writable' | 'unwritable' | 'foreign'

/** Never throws. */
export type StorageProbe = () => Promise<StorageState>

/** Health checks need no credential: in this time an isolate tries only once, however often it is asked. */
const WRITABLE_MILLISECONDS = 10_000
/** After a failure, so that a recovery shows soon. */
const FAILED_MILLISECONDS = 1_000

/** @param write tries to write; rejects where that fails */
export function createStorageProbe(
  now: () => number,
  write: () => Promise<'written' | 'foreign'>,
): StorageProbe {
  let state: StorageState = 'writable'
  let triedAt = Number.NEGATIVE_INFINITY
  return async () => {
    const rest = state === 'writable' ? WRITABLE_MILLISECONDS : FAILED_MILLISECONDS
    if (now() - triedAt < rest) return state
    // Set before the write: those that ask meanwhile get the state of before, and a request that goes away stops nothing.
    triedAt = now()
    state = await write().then(
      (result): StorageState => (result === 'written' ? 'writable' : result),
      (): StorageState => 'unwritable',
    )
    return state
  }
}

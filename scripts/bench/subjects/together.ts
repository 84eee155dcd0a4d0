/** Waits for all also when one fails: what another one started must be known before anything is ended. */
export async function together<const T extends readonly Promise<unknown>[]>(
  starts: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(starts)
  return Promise.all(starts)
}

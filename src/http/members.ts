type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** The members that were given: what is absent stays as it is, and JSON has no `undefined`. */
export function given<T extends object>(members: T): Given<T> {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Given<T>
}

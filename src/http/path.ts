/**
 * The path of a URL as it stands, without parsing: a Host header that is no name (`a b`, `[::`) makes a URL that
 * `new URL` refuses, and a request must not fail for what nothing here reads.
 */
export function pathOf(url: string): string {
  const host = url.indexOf('://') + 3
  return /\/[^?#]*/.exec(url.slice(host))?.[0] ?? '/'
}

/** Its query, read the same way. */
export function queryOf(url: string): URLSearchParams {
  return new URLSearchParams(/\?([^#]*)/.exec(url)?.[1] ?? '')
}

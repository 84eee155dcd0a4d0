/** Characters that end the host of a URL: a Host header with one of them would choose the path (RFC 9112, section 3.2). */
const DELIMITERS = /[/?#\\@]/

/** Whether the path of the request's URL is not the one that the request line has. */
export function isHostAmbiguous(headers: Headers): boolean {
  return DELIMITERS.test(headers.get('Host') ?? '')
}

/**
 * The path of a URL as it stands, without parsing: a Host header that is no name (`a b`, `[::`) makes a URL that
 * `new URL` refuses, and a request must not fail for what nothing here reads.
 */
export function pathOf(url: string): string {
  const host = url.indexOf('://') + 3
  return /\/[^?#]*/.exec(url.slice(host))?.[0] ?? '/'
}

/** Its query, read the same way: the text behind the question mark. */
export function queryOf(url: string): string {
  return /\?([^#]*)/.exec(url)?.[1] ?? ''
}

/**
 * Where the console stands. A page that a foreign name leads to (DNS rebinding) is of another origin for the browser only
 * by its name: requests whose Host is not the deployment's are refused. Pure.
 */

export type Site = {
  /** `http:` or `https:` */
  readonly scheme: string
  /** With its port, where that is not the scheme's. */
  readonly host: string
  readonly port: string
}

/** This machine, in the names that no resolver can lead elsewhere. */
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** null: the Host is not the deployment's. One that stands on this machine is reached by any of its loopback names. */
export function siteOf(publicUrl: string, hostHeader: string | null): Site | null {
  if (!hostHeader || !URL.canParse(publicUrl)) return null
  const own = new URL(publicUrl)
  const asked = `${own.protocol}//${hostHeader}`
  if (!URL.canParse(asked)) return null
  const { host, hostname, port } = new URL(asked)
  const isOwn = host === own.host
  const isSameMachine = LOOPBACK.has(own.hostname) && LOOPBACK.has(hostname)
  return isOwn || isSameMachine ? { scheme: own.protocol, host, port } : null
}

/**
 * Whether a page of the console itself sends a form. Browsers leave the Origin of a form out (`null`) where pages send no
 * referrer, and say by Fetch Metadata where it comes from; on plain HTTP beyond this machine it is the other way round.
 */
export function isOwnForm({ scheme, host }: Site, headers: Headers): boolean {
  const origin = headers.get('Origin')
  const from = headers.get('Sec-Fetch-Site')
  if (from !== null && from !== 'same-origin') return false
  if (origin === null || origin === 'null') return from === 'same-origin'
  return origin === `${scheme}//${host}`
}

/** Whether browsers treat it as secure: only there do they say by Fetch Metadata who asks. */
export function isTrustworthy({ scheme, host }: Site): boolean {
  return scheme === 'https:' || LOOPBACK.has(new URL(`${scheme}//${host}`).hostname)
}

export type Cookie = { readonly name: string; readonly attributes: string }

/** On HTTPS no other host can set it. Cookies ignore ports, so that on plain HTTP its name has the port. */
export function cookieOf({ scheme, port }: Site, suffix = ''): Cookie {
  return scheme === 'https:'
    ? { name: `__Host-latchkey${suffix}`, attributes: 'Path=/; HttpOnly; Secure; SameSite=Lax' }
    : { name: `latchkey${suffix}_${port || '80'}`, attributes: 'Path=/console; HttpOnly; SameSite=Lax' }
}

/** The value of the cookie of that name; null when it is missing, or sent twice, so that one of the two is foreign. */
export function readCookie({ name }: Cookie, header: string | null): string | null {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
  return values.length === 1 ? (values[0] ?? null) : null
}

export function setCookie({ name, attributes }: Cookie, value: string): string {
  return `${name}=${value}; ${attributes}`
}

export function clearCookie({ name, attributes }: Cookie): string {
  return `${name}=; ${attributes}; Max-Age=0`
}

import { isTrustworthy, type Site } from './site.ts'

/** No inline script or style, nothing from elsewhere, no frame around it. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

/** Of every page. @param site null when the request's Host is foreign */
export function pageHeaders(site: Site | null): Record<string, string> {
  // Where browsers send no Fetch Metadata, a form needs its Origin, which `no-referrer` would take away.
  const referrer = site && !isTrustworthy(site) ? 'same-origin' : 'no-referrer'
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'Referrer-Policy': referrer,
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  }
}

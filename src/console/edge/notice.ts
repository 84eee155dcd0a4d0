/**
 * What an action says on the page that follows it. A cookie carries it, signed by the session: another program on this host
 * can set cookies (they ignore ports), and must not put words or buttons onto a page. It holds no secret.
 */
import * as z from 'zod'
import { equalBytes, fromBase64Url, toBase64Url, utf8 } from '../../core/kernel/encoding.ts'
import { type Cookie, cookieOf, type Site, setCookie } from './site.ts'

const Notice = z.object({
  /** One sentence or two: what happened, and what did not. */
  text: z.string(),
  /** A form of one button that takes it back. */
  undo: z
    .object({ action: z.string().startsWith('/console/'), fields: z.record(z.string(), z.string()) })
    .optional(),
})
export type Notice = z.infer<typeof Notice>

const MAX_CHARACTERS = 2_000
const SIGNATURE_BYTES = 32

export function noticeCookie(site: Site): Cookie {
  return cookieOf(site, '_notice')
}

/** @param secret of the session by which the next page is asked for */
export async function setNotice(site: Site, secret: string, notice: Notice): Promise<string> {
  const cookie = noticeCookie(site)
  const text = utf8(JSON.stringify(notice))
  const value = `${toBase64Url(await sign(secret, text))}${toBase64Url(text)}`
  // What does not fit into a cookie is left out: the page shows the state by itself.
  return value.length > MAX_CHARACTERS ? setCookie(cookie, '') : `${setCookie(cookie, value)}; Max-Age=60`
}

export async function readNotice(secret: string, value: string | null): Promise<Notice | null> {
  const characters = Math.ceil((SIGNATURE_BYTES * 8) / 6)
  const signature = value === null ? null : fromBase64Url(value.slice(0, characters))
  const text = value === null ? null : fromBase64Url(value.slice(characters))
  if (!signature || !text || !equalBytes(signature, await sign(secret, text))) return null
  const result = Notice.safeParse(JSON.parse(new TextDecoder().decode(text)))
  return result.success ? result.data : null
}

async function sign(secret: string, text: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', utf8(`notice\0${secret}`), hmac, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, text))
}

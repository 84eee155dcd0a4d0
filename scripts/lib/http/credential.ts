/** How a caller authenticates, by the document's security schemes. */
import { createHmac } from 'node:crypto'

/** What is sent beside a body, which some sign. */
export type Headers = (body: string | Buffer) => Readonly<Record<string, string>>

export function basic(username: string, secret: string): Headers {
  return authorization(`Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`)
}

export function bearer(token: string): Headers {
  return authorization(`Bearer ${token}`)
}

export function authorization(value: string): Headers {
  return () => ({ Authorization: value })
}

/** As a Datonis device signs what it sends. */
export function signing(accessKey: string, secretKey: string): Headers {
  return (body) => ({ 'X-Access-Key': accessKey, 'X-Dtn-Signature': hmac(secretKey, body) })
}

export function hmac(secret: string, text: string | Buffer): string {
  return createHmac('sha256', secret).update(text).digest('hex')
}

/** Its shape, and not it. */
export function spoiledCredential(credential: Headers): Headers {
  return (body) =>
    Object.fromEntries(
      Object.entries(credential(body)).map(([name, value]) => [name, `${value.slice(0, -4)}AAAA`]),
    )
}

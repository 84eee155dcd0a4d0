import { request } from 'node:http'
import type { Credentials } from '../state/credentials.ts'

/**
 * A link into the console for who started the server: its code is good once and for five minutes, and stands in the
 * fragment, which browsers send nowhere. It is asked for over loopback with the password in credentials.json, which only
 * this user can read, so that it opens nothing that they could not open. null: they chose another password.
 */
export async function makeConsoleLink(
  server: { readonly local: URL; readonly issuer: string },
  credentials: Credentials | null,
): Promise<string | null> {
  const { email, password } = credentials?.datonis ?? {}
  if (!email || !password) return null
  const code = await askForCode(server, new URLSearchParams({ email, password }).toString())
  return code && `${server.issuer}/console/sign-in#${code}`
}

/** `fetch` sends no Host of one's own, and the console answers to that of the issuer alone. */
function askForCode(
  { local, issuer }: { readonly local: URL; readonly issuer: string },
  form: string,
): Promise<string | null> {
  return new Promise((resolve) => {
    const asked = request(
      new URL('/console/codes', local).href,
      {
        method: 'POST',
        timeout: 10_000,
        headers: {
          Host: new URL(issuer).host,
          Origin: issuer,
          'Content-Type': 'application/x-www-form-urlencoded',
          'Content-Length': Buffer.byteLength(form),
        },
      },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        answer.on('end', () => resolve(answer.statusCode === 201 ? text : null))
        answer.on('error', () => resolve(null))
      },
    )
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(null))
    asked.end(form)
  })
}

/** A browser without script, as far as the console can tell. */
import { exports } from 'cloudflare:workers'
import { makeOwner } from './organization.ts'

const ORIGIN = 'https://latchkey.example'

export type Page = { readonly status: number; readonly headers: Headers; readonly text: string }

type Init = { readonly headers?: Readonly<Record<string, string>>; readonly raw?: BodyInit }

export class Browser {
  /** Name → value, as of the last answers. */
  readonly cookies = new Map<string, string>()

  get(path: string, init: Init = {}): Promise<Page> {
    const navigation = {
      'Sec-Fetch-Site': 'same-origin',
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Dest': 'document',
    }
    return this.#ask('GET', path, { headers: { ...navigation, ...init.headers } })
  }

  /** Sends a form of the console's own page. */
  post(
    path: string,
    fields: Readonly<Record<string, string>> | URLSearchParams = {},
    init: Init = {},
  ): Promise<Page> {
    const form = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: ORIGIN }
    const raw = init.raw ?? new URLSearchParams(fields).toString()
    return this.#ask('POST', path, { raw, headers: { ...form, ...init.headers } })
  }

  /** As `post`, and then the page where it leads. */
  async follow(path: string, fields: Readonly<Record<string, string>> | URLSearchParams = {}): Promise<Page> {
    const answer = await this.post(path, fields)
    const to = answer.headers.get('Location')
    return answer.status === 303 && to !== null ? this.get(to) : answer
  }

  async signIn(email: string, password: string): Promise<Page> {
    return this.post('/console/sign-in', { email, password })
  }

  async #ask(method: string, path: string, { headers, raw }: Init): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const reply = await exports.default.fetch(
      new Request(ORIGIN + path, {
        method,
        redirect: 'manual',
        headers: { Host: new URL(ORIGIN).host, ...(cookie && { Cookie: cookie }), ...headers },
        ...(raw !== undefined && { body: raw }),
      }),
    )
    for (const set of reply.headers.getSetCookie()) {
      const [pair = ''] = set.split(';')
      const [name = '', value = ''] = pair.split('=')
      if (value === '' || /Max-Age=0/.test(set)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return { status: reply.status, headers: reply.headers, text: await reply.text() }
  }
}

/** The owner of a new organization, signed in. */
export async function signedIn() {
  const owner = await makeOwner()
  const browser = new Browser()
  const answer = await browser.signIn(owner.email, owner.password)
  if (answer.status !== 303) throw new Error(`the sign-in answered ${answer.status}: ${answer.text}`)
  return { ...owner, browser }
}

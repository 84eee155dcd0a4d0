import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export type DeployedWorker = {
  readonly url: string
  /** Puts the stand-in for wrangler on the PATH. */
  readonly env: Readonly<Record<string, string>>
  /** The bootstrap token that is set now, or null. */
  secret(): string | null
  /** Every command line that the stand-in for wrangler was given. */
  commands(): readonly string[]
}

type Answer = (body: string) => Promise<{ readonly status: number; readonly text: string }>

// What `wrangler secret put|delete` does, with a file in Cloudflare's place.
const WRANGLER = `#!/bin/sh
echo "$*" >> "$FAKE_CLOUDFLARE/commands"
case "$1 $2" in
  "secret put") cat > "$FAKE_CLOUDFLARE/secret" ;;
  "secret delete") rm "$FAKE_CLOUDFLARE/secret" ;;
  *) exit 1 ;;
esac
`

/** A Worker that is deployed, as the bootstrap script sees one: 404 without the secret, 401 with another, else `answer`. */
export async function deployWorker(folder: string, answer: Answer): Promise<DeployedWorker> {
  const [bin, cloud] = [join(folder, 'bin'), join(folder, 'cloud')]
  mkdirSync(bin, { recursive: true })
  mkdirSync(cloud)
  writeFileSync(join(bin, 'wrangler'), WRANGLER)
  chmodSync(join(bin, 'wrangler'), 0o755)
  const read = (name: string) =>
    existsSync(join(cloud, name)) ? readFileSync(join(cloud, name), 'utf8') : null

  const server = createServer(async (request, response) => {
    const secret = read('secret')
    const body = await text(request)
    if (request.url !== '/v1/bootstrap' || secret === null) return response.writeHead(404).end()
    if (request.headers.authorization !== `Bearer ${secret}`) return response.writeHead(401).end()
    const reply = await answer(body)
    return response.writeHead(reply.status, { 'Content-Type': 'application/json' }).end(reply.text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('a listening server has an address')
  return {
    url: `http://127.0.0.1:${address.port}`,
    env: { PATH: `${bin}${delimiter}${process.env.PATH}`, FAKE_CLOUDFLARE: cloud },
    secret: () => read('secret'),
    commands: () => (read('commands') ?? '').split('\n').filter(Boolean),
  }
}

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer as createProxy } from 'node:http'
import { createServer } from 'node:https'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { certificatePath, keepSelfSigned } from '../../scripts/lib/server/certificate.ts'

export type DeployedWorker = {
  readonly url: string
  /** Puts the stand-in for wrangler on the PATH, and leads to `url`. */
  readonly env: Readonly<Record<string, string>>
  /** What a secret is set to now, or null; unless one is named, the bootstrap token. */
  secret(name?: string): string | null
  /** From now on wrangler may do nothing there. */
  logOut(): void
  /** From now on commands that begin with these two words fail; null: none do. */
  failAt(words: string | null): void
  /** Every command line that the stand-in for wrangler was given. */
  commands(): readonly string[]
}

type Answer = (
  body: string,
  request: { readonly method: string; readonly path: string },
) => Promise<{ readonly status: number; readonly text: string }>

const TOKEN = 'LATCHKEY_BOOTSTRAP_TOKEN'

const HOST = 'keys.example'

// What wrangler does, with a folder in Cloudflare's place.
const WRANGLER = `#!/bin/sh
echo "$*" >> "$FAKE_CLOUDFLARE/commands"
cd "$FAKE_CLOUDFLARE"
fail() {
  echo ' wrangler 0.0.0'
  printf '\\033[31m✘ [ERROR] %s\\033[0m\\n\\n  more of it\\n' "$1" >&2
  exit 1
}
[ ! -e logged-out ] || fail 'not logged in'
[ "$1 $2" != "$(cat failing 2>/dev/null)" ] || fail 'not now. Later'
case "$1 $2 $3" in
  "whoami --json "*) echo '{"loggedIn": true}' ;;
  "d1 list --json") echo "[$(cat database 2>/dev/null)]" ;;
  "d1 create "*) echo "{\\"uuid\\": \\"6a2f8f0e-0d39-4a7c-9c1b-2f1f0a3c5d7e\\", \\"name\\": \\"$3\\"}" > database ;;
  "d1 migrations apply") ;;
  "kv namespace list") echo "[$(cat namespace 2>/dev/null)]" ;;
  "kv namespace create") echo "{\\"id\\": \\"0f2ac74b498b48028cb68387c421e279\\", \\"title\\": \\"$4\\"}" > namespace ;;
  "secret list "*) [ -e LATCHKEY_MASTER_KEY ] && echo '[{"name": "LATCHKEY_MASTER_KEY"}]' || echo '[]' ;;
  "secret put "*) cat > "$3" ;;
  "secret delete "*) rm "$3" ;;
  "deploy "*) ;;
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

  // Self-signed, for a reserved name (RFC 6761): a proxy stands for the network between the two.
  const { certificate, key } = await keepSelfSigned(folder, [HOST], new Date())
  const server = createServer({ cert: certificate, key }, async (request, response) => {
    const secret = read(TOKEN)
    const body = await text(request)
    const { method = '', url: path = '' } = request
    const isThere = path === '/v1/bootstrap' || path.startsWith('/v1/maintenance/')
    if (!isThere || secret === null) return response.writeHead(404).end()
    if (request.headers.authorization !== `Bearer ${secret}`) return response.writeHead(401).end()
    const reply = await answer(body, { method, path })
    return response.writeHead(reply.status, { 'Content-Type': 'application/json' }).end(reply.text)
  })
  const proxy = createProxy().on('connect', (_, socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    server.emit('connection', socket)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    proxy.closeAllConnections()
    proxy.close()
  })
  const address = proxy.address()
  if (typeof address !== 'object' || address === null) throw new Error('a listening server has an address')
  return {
    url: `https://${HOST}`,
    env: {
      PATH: `${bin}${delimiter}${process.env.PATH}`,
      FAKE_CLOUDFLARE: cloud,
      NODE_EXTRA_CA_CERTS: certificatePath(folder),
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: `http://127.0.0.1:${address.port}`,
      https_proxy: `http://127.0.0.1:${address.port}`,
      NO_PROXY: '',
      no_proxy: '',
    },
    secret: (name = TOKEN) => read(name),
    logOut: () => writeFileSync(join(cloud, 'logged-out'), ''),
    failAt: (words) => writeFileSync(join(cloud, 'failing'), words ?? ''),
    commands: () => (read('commands') ?? '').split('\n').filter(Boolean),
  }
}

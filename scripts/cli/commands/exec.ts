import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { exitCodeOf } from '../../lib/cli/child.ts'
import { Refusal } from '../../lib/cli/refusal.ts'
import { chosenUrl, readUrl } from '../contexts.ts'
import { isHostOf, VENDOR_DOMAINS, type Vendor } from '../exec/vendors.ts'
import { note } from '../output.ts'
import { optionsOf } from '../shared.ts'

type Options = {
  readonly zpa?: true
  readonly illumio?: true
  readonly url?: string
  readonly context?: string
}

export function execCommand(): Command {
  return new Command('exec')
    .description('Run a client of a vendor that spells the vendor’s hosts, against this server')
    .argument('<command...>', 'after --, with its arguments')
    .option('--zpa', 'lead the hosts of Zscaler’s API here')
    .addOption(new Option('--illumio', 'lead the hosts of Illumio’s cloud here').conflicts('zpa'))
    .option('--url <url>', 'the server; absent: LATCHKEY_URL, or that of the context')
    .addHelpText('after', '\nExample:\n  latchkey exec --zpa -- terraform plan')
    .action(async (line: readonly string[], _, command: Command) => {
      const { zpa, illumio, url, context } = optionsOf<Options>(command)
      const vendor = zpa ? 'zpa' : illumio ? 'illumio' : null
      if (vendor === null) throw new Refusal('say whose hosts: --zpa or --illumio', 2)
      const target = url === undefined ? chosenUrl(process.env, undefined, context) : readUrl(url)
      process.exitCode = await runChild(line, vendor, new URL(target))
    })
}

async function runChild(
  [program = '', ...args]: readonly string[],
  vendor: Vendor,
  target: URL,
): Promise<number> {
  // Half a second that no other command needs.
  const [{ createAuthority }, { openProxy }, { childVariables }] = await Promise.all([
    import('../exec/authority.ts'),
    import('../exec/proxy.ts'),
    import('../exec/trust.ts'),
  ])
  const domains = VENDOR_DOMAINS[vendor]
  const authority = await createAuthority(domains)
  const isVendor = (host: string) => isHostOf(host, domains)
  const proxy = await openProxy({ target, authority, isVendor, upstream: upstreamOf(process.env) })
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-exec-'))
  try {
    const { certificate } = authority
    const more = childVariables(process.env, { certificate, proxy: proxy.url, folder })
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...more } })
    return await exitCodeOf(child).catch((error: Error) => {
      throw new Refusal(`cannot run ${program}: ${error.message}`, 2)
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
    proxy.close()
  }
}

/** The proxy of this machine's network, over which all else goes. */
function upstreamOf(env: NodeJS.ProcessEnv): URL | null {
  const text = env.HTTPS_PROXY || env.https_proxy
  if (!text) return null
  const url = URL.canParse(text) ? new URL(text) : null
  if (url?.protocol === 'http:') return url
  note('latchkey: warning: HTTPS_PROXY is not http://HOST:PORT, and is not used')
  return null
}

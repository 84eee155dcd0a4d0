/** What a child process needs in its environment to use the proxy, and to trust its certificates beside the usual ones. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCACertificates, rootCertificates } from 'node:tls'
import type { Environment } from '../contexts.ts'

/** Where systems keep the bundle of those that they trust. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]
/** Each replaces what its readers trust: OpenSSL and Go, Python's requests, curl. */
const REPLACING = ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'] as const
/** Proxies are not for them; Go leaves them out by itself, others do not. */
const LOOPBACK = 'localhost,127.0.0.1,::1'

/**
 * Variables for the child, in addition to those that this process has.
 * @param folder for the files that they name, readable by this user only
 */
export function childVariables(
  env: Environment,
  {
    certificate,
    proxy,
    folder,
  }: { readonly certificate: string; readonly proxy: string; readonly folder: string },
): Readonly<Record<string, string>> {
  const file = (name: string, before: string) => {
    const path = join(folder, name)
    writeFileSync(path, `${before.trimEnd()}\n${certificate}`.trimStart(), { mode: 0o600 })
    return path
  }
  const bundles = REPLACING.map((name) => [name, file(`${name}.pem`, readFile(env[name]) ?? systemBundle())])
  const without = [env.NO_PROXY ?? env.no_proxy, LOOPBACK].filter(Boolean).join(',')
  return {
    ...Object.fromEntries(bundles),
    // Node adds it to those that it has built in.
    NODE_EXTRA_CA_CERTS: file('NODE_EXTRA_CA_CERTS.pem', readFile(env.NODE_EXTRA_CA_CERTS) ?? ''),
    NODE_USE_ENV_PROXY: '1',
    HTTPS_PROXY: proxy,
    https_proxy: proxy,
    NO_PROXY: without,
    no_proxy: without,
  }
}

function systemBundle(): string {
  for (const path of SYSTEM_BUNDLES) {
    const text = readFile(path)
    if (text !== null) return text
  }
  // On macOS and Windows they are in no file. An older Node cannot ask for them.
  const ofSystem = typeof getCACertificates === 'function' ? getCACertificates('system') : []
  return (ofSystem.length > 0 ? ofSystem : rootCertificates).join('\n')
}

function readFile(path: string | undefined): string | null {
  try {
    return path ? readFileSync(path, 'utf8') : null
  } catch {
    return null
  }
}

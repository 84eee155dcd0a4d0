import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { certificatePath } from '../lib/server/certificate.ts'
import { credentialsPath } from '../lib/state/credentials.ts'
import { makeVirtualEnvironment } from './python.ts'
import { type Suite, Unavailable } from './suites.ts'

export type SuiteResult = { readonly passed: number; readonly failed: number }

type Subject = {
  readonly url: string
  readonly data: string
  readonly brokerToken: string
  readonly metricsToken: string
  readonly signal: AbortSignal
}

const DEADLINE_MS = 1_200_000

/** Runs one suite to its end, showing its lines. A suite that reports fewer tests than its plan says has failed. */
export async function runSuite(suite: Suite, subject: Subject): Promise<SuiteResult> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-conformance-'))
  try {
    const [command, argument] =
      suite.kind === 'python'
        ? [await makeVirtualEnvironment(folder, suite.folder, subject.signal), 'suite.py']
        : ['sh', 'suite.sh']
    return await runTests(command, argument, suite, subject)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runTests(
  command: string,
  argument: string,
  suite: Suite,
  { url, data, brokerToken, metricsToken, signal }: Subject,
): Promise<SuiteResult> {
  const child = spawn(command, [argument], {
    cwd: suite.folder,
    env: {
      ...withoutNetworkSettings(process.env),
      PYTHONDONTWRITEBYTECODE: '1',
      LATCHKEY_URL: url,
      LATCHKEY_CREDENTIALS: credentialsPath(data),
      LATCHKEY_CA: certificatePath(data),
      LATCHKEY_BROKER_TOKEN: brokerToken,
      LATCHKEY_METRICS_TOKEN: metricsToken,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
    killSignal: 'SIGKILL',
  })
  const closed = once(child, 'close') as Promise<[number | null]>
  const tally = {
    passed: 0,
    failed: 0,
    planned: null as number | null,
    skipped: undefined as string | undefined,
  }
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line)
    if (/^ok\b/.test(line)) tally.passed += 1
    if (/^not ok\b/.test(line)) tally.failed += 1
    tally.skipped ??= /^1\.\.0 # SKIP (.+)$/i.exec(line)?.[1]
    const plan = /^1\.\.(\d+)$/.exec(line)?.[1]
    if (plan !== undefined) tally.planned = Number(plan)
  }
  const [code] = await closed
  if (tally.skipped !== undefined && code === 0) throw new Unavailable(tally.skipped, 'optional')
  const reported = tally.passed + tally.failed
  const isWhole = tally.planned === reported && reported > 0 && (code === 0 || tally.failed > 0)
  if (!isWhole) console.log(`not ok - ${suite.name} broke off: exit ${code}, ${reported} of ${tally.planned}`)
  return { passed: tally.passed, failed: tally.failed + (isWhole ? 0 : 1) }
}

/** The server is on this machine: neither a proxy nor another trust store may come between (`requests` prefers both). */
function withoutNetworkSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isNetwork = /^(https?_proxy|all_proxy|requests_ca_bundle|curl_ca_bundle|ssl_cert_(file|dir))$/i
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isNetwork.test(name)))
}

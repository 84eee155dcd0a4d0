/** The same document in the hands of an independent fuzzer, where there is Python: schemathesis, from PyPI. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { makeVirtualEnvironment } from '../conformance/python.ts'
import { Unavailable } from '../conformance/suites.ts'
import type { Progress } from '../lib/cli/progress.ts'
import { type Client, openClient } from '../lib/http/agent-client.ts'
import { DIALECTS } from './api/dialects.ts'
import { makeOwn } from './api/own.ts'
import { watchSecrets } from './api/secrets.ts'
import { atLeast, none, type Part } from './report.ts'
import { type Subject, startSubject } from './subject.ts'

/** Seconds with each dialect's credential, and with none. */
export type SchemathesisPlan = { readonly seconds: number; readonly seed: number }

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
]

export async function proveSchemathesis(
  plan: SchemathesisPlan,
  progress: Progress,
  signal: AbortSignal,
): Promise<Part> {
  await using undo = new AsyncDisposableStack()
  progress.begin('schemathesis: its packages')
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-schemathesis-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true }))
  const command = await install(folder, signal)
  if (command instanceof Unavailable)
    return { title: 'Schemathesis', notes: [`Skipped: ${command.message}.`], checks: [] }
  const subject = await startSubject(undo)
  const client = openClient(subject.url, 1)
  undo.defer(() => client.close())
  const failures: string[] = []
  const counts: string[] = []
  let cases = 0
  for (const { who, path, options, secrets } of await callersOf(client, subject)) {
    progress.begin(`schemathesis: ${who}`)
    const bounds = ['--max-time', String(plan.seconds), '--seed', String(plan.seed), '--workers', '2']
    const document = subject.url + path
    const args = ['run', document, ...options, '--checks', CHECKS.join(','), ...bounds, '--no-color']
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], signal })
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('close', resolve)
      child.once('error', reject)
    })
    const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    const said = secrets.reduce((rest, secret) => rest.replaceAll(secret, '[credential]'), `${out}${err}`)
    counts.push(`${who}: exit ${code}; ${summaryOf(said)}`)
    cases += Number(/(\d[\d,]*) generated/.exec(said)?.[1]?.replaceAll(',', '') ?? 0)
    failures.push(...findingsIn(said).map((finding) => `${who}: ${finding}`))
    progress.step()
  }
  const requirements = readFileSync(join(import.meta.dirname, 'requirements.txt'), 'utf8').trim()
  return {
    title: 'Schemathesis',
    notes: [requirements, ...counts],
    checks: [atLeast('test cases', cases, 1), none('findings', failures)],
  }
}

/** The operations of each dialect with a credential that opens most of them, and all of them with none. */
async function callersOf(client: Client, subject: Subject) {
  const { secrets } = watchSecrets(client, [])
  const callers = DIALECTS.map(async (dialect) => {
    const { credentials } = await makeOwn(client, subject, dialect, secrets)
    const credential = credentials.auth_token ?? credentials.api_token ?? credentials.api_key
    const headers = Object.entries(credential?.('') ?? {})
    return {
      who: dialect.tag,
      path: `/openapi/3.1/${dialect.slug}.json`,
      options: [...headers.flatMap(([name, value]) => ['--header', `${name}: ${value}`])],
      secrets: headers.map(([, value]) => value),
    }
  })
  return [...(await Promise.all(callers)), { who: 'nobody', path: '/openapi.json', options: [], secrets: [] }]
}

const FINDING = /^\d+\. Test Case ID: /m

/** But not what the runtime itself answers to a URI that is longer than it takes, before the Worker is asked. */
function findingsIn(said: string): string[] {
  const [, ...found] = said.split(FINDING)
  return found.filter((text) => !text.includes('[414] URI Too Long')).map((text) => text.slice(0, 1_500))
}

/** Its own last words. */
function summaryOf(said: string): string {
  return said
    .split('\n')
    .filter((line) => /generated|passed|failed|errors/.test(line))
    .slice(-3)
    .join(' · ')
    .trim()
}

async function install(folder: string, signal: AbortSignal): Promise<string | Unavailable> {
  try {
    const python = await makeVirtualEnvironment(folder, import.meta.dirname, signal)
    return join(dirname(python), 'schemathesis')
  } catch (error) {
    if (error instanceof Unavailable) return error
    throw error
  }
}

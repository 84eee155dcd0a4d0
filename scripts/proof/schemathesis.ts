/** The same document in the hands of somebody else's fuzzer, where there is Python: schemathesis, from PyPI. */
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { makeTenant } from './api/ask.ts'
import { openClient } from './client.ts'
import type { Progress } from './progress.ts'
import { atLeast, none, type Part } from './report.ts'
import { startSubject } from './subject.ts'

export type SchemathesisPlan = { readonly seconds: number; readonly seed: number }

const PACKAGE = 'schemathesis==4.32.5'
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
]
const INSTALL_DEADLINE_MS = 300_000

const run = promisify(execFile)

export async function proveSchemathesis(
  plan: SchemathesisPlan,
  progress: Progress,
  signal: AbortSignal,
): Promise<Part> {
  await using undo = new AsyncDisposableStack()
  progress.begin('schemathesis: its packages')
  const command = await install(undo, signal)
  if (command === null) {
    return {
      title: 'Schemathesis',
      notes: ['Skipped: there is no Python with venv, or no PyPI.'],
      checks: [],
    }
  }
  const subject = await startSubject(undo)
  const client = openClient(subject.url, 1)
  undo.defer(() => client.close())
  const { authorizations } = await makeTenant(client, subject, 'Schemathesis')
  const failures: string[] = []
  const counts: string[] = []
  let cases = 0
  for (const [who, headers] of [
    ['with a valid credential', ['-H', `Authorization: ${authorizations.api_key}`]],
    ['with none', []],
  ] as const) {
    progress.begin(`schemathesis: ${who}`)
    const options = [
      '--checks',
      CHECKS.join(','),
      '--max-time',
      String(plan.seconds),
      '--seed',
      String(plan.seed),
    ]
    const args = [
      'run',
      `${subject.url}/openapi.json`,
      ...headers,
      ...options,
      '--no-color',
      '--workers',
      '2',
    ]
    const child = spawn(command, args, { cwd: dirname(command), stdio: ['ignore', 'pipe', 'pipe'], signal })
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    const said = `${out}${err}`.replaceAll(String(authorizations.api_key), '[credential]')
    counts.push(`${who}: exit ${code}; ${summaryOf(said)}`)
    cases += Number(/(\d[\d,]*) generated/.exec(said)?.[1]?.replaceAll(',', '') ?? 0)
    failures.push(...findingsIn(said).map((finding) => `${who}: ${finding}`))
    progress.step()
  }
  return {
    title: 'Schemathesis',
    notes: [PACKAGE, ...counts],
    checks: [atLeast('test cases', cases, 1), none('findings', failures)],
  }
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

/** In a virtual environment that goes with the run; null: there is none to be had. */
async function install(undo: AsyncDisposableStack, signal: AbortSignal): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-schemathesis-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true }))
  const bounded = { signal, timeout: INSTALL_DEADLINE_MS }
  try {
    await run('python3', ['-m', 'venv', folder], bounded)
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PACKAGE]
    await run(join(folder, 'bin', 'python'), pip, bounded)
    return join(folder, 'bin', 'schemathesis')
  } catch {
    signal.throwIfAborted()
    return null
  }
}

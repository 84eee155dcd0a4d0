/** Nothing crosses an organization: another's name is answered like an unknown one, byte for byte, on every route. */

import type { Progress } from '../lib/cli/progress.ts'
import { type Client, openClient } from '../lib/http/agent-client.ts'
import type { Answer } from '../lib/http/answer.ts'
import type { Headers } from '../lib/http/credential.ts'
import { credentialsFor, fill } from './api/call.ts'
import type { DialectTable, Own } from './api/dialect.ts'
import { DIALECTS } from './api/dialects.ts'
import { type ApiOperation, readApi } from './api/document.ts'
import { makeOwn, NONCE, namesFor } from './api/own.ts'
import { watchSecrets } from './api/secrets.ts'
import { atLeast, none, type Part } from './report.ts'
import { startSubject } from './subject.ts'

/** Whether every name is tried in the place of every other, or only of those of its own kind. */
export type IsolationPlan = { readonly places: 'any' | 'own' }

type Findings = {
  readonly unequal: string[]
  readonly changed: string[]
  readonly leaked: string[]
  readonly served: string[]
  calls: number
}

type Scene = {
  readonly client: Client
  readonly plan: IsolationPlan
  readonly dialect: DialectTable
  readonly own: Own
  readonly other: Own
  readonly findings: Findings
}

const AT_ONCE = 6
const SHORT_NAME = 12
/** Of the whole deployment: who shows one speaks for every organization. */
const DEPLOYMENT_SCHEMES = new Set(['bootstrap_token', 'broker_token', 'metrics_token'])
const SECRETS = new Set(['code', 'claim', 'access_token', 'refresh_token'])

export async function proveIsolation(
  plan: IsolationPlan,
  progress: Progress,
  signal: AbortSignal,
): Promise<Part> {
  await using undo = new AsyncDisposableStack()
  const subject = await startSubject(undo)
  const client = openClient(subject.url, AT_ONCE)
  undo.defer(() => client.close())
  const api = await readApi(client)
  const findings: Findings = { unequal: [], changed: [], leaked: [], served: [], calls: 0 }
  for (const dialect of DIALECTS) {
    progress.begin(`isolation: ${dialect.tag}`)
    const { secrets } = watchSecrets(client, [])
    const own = await makeOwn(client, subject, dialect, secrets)
    const other = await makeOwn(client, subject, dialect, secrets)
    const operations = api.operations.filter((operation) => operation.dialect === dialect.tag)
    // Of a route whose credential is its body, another's is as good: it identifies its holder.
    const ofOrganizations = operations.filter(
      ({ schemes }) => !schemes.some((one) => DEPLOYMENT_SCHEMES.has(one)),
    )
    const before = await snapshot(client, ofOrganizations, dialect, other)
    const scene = { client, plan, dialect, own, other, findings }
    const waiting = [...ofOrganizations]
    const work = async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        signal.throwIfAborted()
        for (const headers of credentialsFor(next, own.credentials)) await askAbout(scene, next, headers)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    const after = await snapshot(client, ofOrganizations, dialect, other)
    for (const [id, seen] of before) {
      if (after.get(id) !== seen) findings.changed.push(`${id}: ${seen} became ${after.get(id)}`)
    }
    progress.step()
  }
  await subject.stop()
  const { unequal, changed, leaked, served, calls } = findings
  return {
    title: 'Isolation',
    notes: [`${api.operations.length} operations, ${calls} calls about another’s or unknown things.`],
    checks: [
      atLeast('calls', calls, api.operations.length),
      none('answers that differ between another’s and unknown things', unequal),
      none('paths of another’s, or unknown, things that were served', served),
      none('answers with a name of another’s', leaked),
      none('things of another’s that a stranger changed', changed),
    ],
  }
}

/** One operation, with each of another's names in each place where it might be meant. */
async function askAbout(scene: Scene, operation: ApiOperation, headers: Headers): Promise<void> {
  const { client, plan, dialect, own, other, findings } = scene
  const sample = dialect.samples[operation.id]
  const ownNames = namesFor(dialect, operation, own.names)
  const meanings = dialect.meanings?.(operation) ?? {}
  const telling = longNames(other).filter((name) => !longNames(own).includes(name))
  for (const place of fill(operation, sample, ownNames, headers).placeholders) {
    for (const { kind, others, nobodys } of dialect.strangers(own.names, other.names)) {
      const isOfKind = kind === (meanings[place] ?? place)
      const isMeant = isOfKind || (plan.places === 'any' && mayStandFor(place, kind, others))
      if (!isMeant || others === ownNames[place]) continue
      const where = `${operation.id} with ${kind} for ${place}`
      const answerTo = async (name: string) => {
        const names = { ...ownNames, [place]: name }
        const answer = await client.ask(fill(operation, sample, names, headers).ask)
        if (operation.path.includes(`{${place}}`) && answer.status < 400) findings.served.push(where)
        return neutral(answer, name)
      }
      const [about, nothing] = [await answerTo(others), await answerTo(nobodys)]
      findings.calls += 2
      if (about !== nothing) findings.unequal.push(`${where}: ${about} is not ${nothing}`)
      if (telling.some((name) => about.includes(name))) findings.leaked.push(where)
    }
  }
}

/**
 * In the place of a name of another kind; but not a short number, which may be one's own there, nor a secret, which in
 * another's hands is as good as in its owner's.
 */
function mayStandFor(place: string, kind: string, name: string): boolean {
  return name.length > SHORT_NAME && !SECRETS.has(kind) && !SECRETS.has(place) && place !== NONCE
}

/** Names that do not occur by chance. */
function longNames({ names }: Own): string[] {
  return Object.values(names).filter((name) => name.length > SHORT_NAME)
}

/** One that is not gone with its first use. */
function lastingCredential(operation: ApiOperation, { credentials }: Own): Headers | null {
  return credentialsFor(operation, credentials).at(-1) ?? null
}

/** An answer without what differs from one request to the next, and without the name that was asked about. */
function neutral({ status, headers, text }: Answer, name: string): string {
  const { 'x-request-id': id, date, 'content-length': length, ...shown } = headers
  // A list says when it was true.
  const said = text.replaceAll(name, '<name>').replace(/,"as_of":"[^"]*"/, '')
  return JSON.stringify({ status, shown, said }).replaceAll(String(id), '')
}

/** All that its owner can read, by operation. */
async function snapshot(
  client: Client,
  operations: readonly ApiOperation[],
  dialect: DialectTable,
  own: Own,
): Promise<ReadonlyMap<string, string>> {
  const seen = new Map<string, string>()
  const reads = operations.filter(({ method, schemes }) => method === 'GET' && schemes.length > 0)
  for (const operation of reads) {
    const names = namesFor(dialect, operation, own.names)
    const { ask } = fill(operation, dialect.samples[operation.id], names, lastingCredential(operation, own))
    seen.set(operation.id, still(neutral(await client.ask(ask), '\0'), dialect.clocks))
  }
  return seen
}

function still(text: string, clocks: readonly string[]): string {
  const shown = (member: string) => new RegExp(`\\b${member}\\b\\W+[^"\\\\,}]+`, 'g')
  return clocks.reduce((rest, member) => rest.replaceAll(shown(member), ''), text)
}

/** Promise 6: after a run that used every operation no secret is in a file, the output, an event or a refusal; promise 7: a guess leaves no trace. */
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Progress } from '../lib/cli/progress.ts'
import { type Ask, type Client, openClient } from '../lib/http/agent-client.ts'
import { spoiledCredential } from '../lib/http/credential.ts'
import { credentialsFor, fill } from './api/call.ts'
import type { DialectTable, Own } from './api/dialect.ts'
import { DIALECTS, SECRET_MEMBERS } from './api/dialects.ts'
import { type ApiOperation, readApi } from './api/document.ts'
import { guessLike } from './api/guess.ts'
import { native } from './api/native.ts'
import { makeOwn, namesFor } from './api/own.ts'
import { type Secrets, watchSecrets } from './api/secrets.ts'
import { atLeast, exactly, none, type Part } from './report.ts'
import { countLedgerFiles, readLedgers } from './storage.ts'
import { type Subject, startSubject } from './subject.ts'

/** What only its owner may read in the clear, and is meant to. */
const KEPT_FOR_THE_OWNER = new Set(['master.key', 'credentials.json'])

export type SecretsPlan = {
  /** Whether an operation is used with each sort of credential that it takes, or with one. */
  readonly credentials: 'each' | 'one'
  /** Of each dialect that has codes. */
  readonly guesses: number
}

/** This many letters find a secret: the shortest has more. */
const HEAD = 12

export async function proveSecrets(
  plan: SecretsPlan,
  progress: Progress,
  signal: AbortSignal,
): Promise<Part> {
  await using undo = new AsyncDisposableStack()
  const subject = await startSubject(undo)
  const plain = openClient(subject.url, 8)
  undo.defer(() => plain.close())
  const { client, secrets } = watchSecrets(plain, SECRET_MEMBERS)
  keepOwnSecrets(subject, secrets)
  const { operations } = await readApi(client)

  progress.begin('secrets: every operation once, and its refusals')
  const used = await useEverything(plan, client, subject, operations, secrets, signal)
  progress.step()
  progress.begin('secrets: guesses')
  const before = await subject.pause(() => tracesIn(subject))
  const answers = await guess(client, plan.guesses, [...secrets.found.keys()])
  const after = await subject.pause(() => tracesIn(subject))
  progress.step()

  await subject.stop()
  progress.begin('secrets: every file')
  const places = new Map(
    filesBelow(subject.data).map((file) => [file.slice(subject.data.length), readFileSync(file)]),
  )
  places.set('the output', Buffer.from(subject.output()))
  places.set('refusals', Buffer.from(secrets.refusals.join('\n')))
  const found = searchIn(places, secrets.found)
  progress.step()
  const unused = operations.filter(({ id }) => !used.has(id)).map(({ id }) => id)
  const bytes = [...places.values()].reduce((sum, { length }) => sum + length, 0)
  return {
    title: 'Secrets',
    notes: [
      `${secrets.found.size} secrets of ${new Set(secrets.found.values()).size} kinds, each as it is, in hexadecimal and base64; ` +
        `${places.size} places with ${Math.round(bytes / 1024)} KiB, ${secrets.refusals.length} refusals among them.`,
      ...(unused.length > 0 ? [`Without success: ${unused.join(', ')}.`] : []),
    ],
    checks: [
      atLeast('secrets', secrets.found.size, 10),
      none('secrets that were found', found),
      exactly('guesses that were refused', answers.filter((status) => status === 401).length, answers.length),
      exactly('ledgers that a guess made', after.files - before.files, 0),
      exactly('refusals that a guess had counted', after.refusals - before.refusals, 0),
    ],
  }
}

/** Those of the deployment itself. */
function keepOwnSecrets(
  { data, credentials, bootstrapToken, brokerToken, metricsToken }: Subject,
  secrets: Secrets,
): void {
  const masterKey = Buffer.from(readFileSync(join(data, 'master.key'), 'utf8').trim(), 'base64')
  secrets.add(masterKey.toString('latin1'), 'the master key')
  secrets.add(bootstrapToken(), 'the bootstrap token')
  secrets.add(brokerToken, 'the broker’s token')
  secrets.add(metricsToken, 'the scraper’s token')
  secrets.add(credentials.illumio.secret, 'the demo’s API secret')
  secrets.add(credentials.illumio.password ?? '', 'the demo’s password')
  secrets.add(credentials.zpa.client_secret, 'the demo’s client secret')
}

/** Each operation as its owner would use it, with each sort of credential, then as a stranger and with a spoiled body. */
async function useEverything(
  plan: SecretsPlan,
  client: Client,
  subject: Subject,
  operations: readonly ApiOperation[],
  secrets: Secrets,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const used = new Set<string>()
  async function use(dialect: DialectTable, isOfDeployment: boolean): Promise<void> {
    let own = await makeOwn(client, subject, dialect, secrets)
    let isAsMade = true
    const send = async (ask: Ask) => {
      const { status } = await client.ask(ask)
      if (status < 300 && ask.method !== 'GET') isAsMade = false
      return status
    }
    const its = operations.filter(
      (one) => one.dialect === dialect.tag && one.isOfDeployment === isOfDeployment,
    )
    for (const operation of its) {
      for (const scheme of schemesOf(operation, plan)) {
        signal.throwIfAborted()
        let ask = askAsOwner(dialect, operation, scheme, own)
        let status = await send(ask)
        // An earlier step may have removed its subject, or its credential.
        if (status === 401 || (status >= 300 && !isAsMade)) {
          own = await makeOwn(client, subject, dialect, secrets)
          isAsMade = true
          ask = askAsOwner(dialect, operation, scheme, own)
          status = await send(ask)
        }
        if (status < 300) used.add(operation.id)
        await client.ask({ ...ask, headers: ask.headers ? spoiledCredential(ask.headers) : null })
        const json = { ...(ask.json as object | undefined), surplus: own.names }
        if (ask.json !== undefined) await send({ ...ask, json })
      }
    }
  }
  await Promise.all(DIALECTS.map((dialect) => use(dialect, false)))
  await use(native, true)
  return used
}

/** null: it has none. */
function schemesOf({ schemes }: ApiOperation, { credentials }: SecretsPlan): readonly (number | null)[] {
  if (schemes.length === 0) return [null]
  return credentials === 'each' ? [...schemes.keys()] : [0]
}

/** @param scheme which of the operation's; null: it has none */
function askAsOwner(dialect: DialectTable, operation: ApiOperation, scheme: number | null, own: Own): Ask {
  const headers = scheme === null ? null : (credentialsFor(operation, own.credentials)[scheme] ?? null)
  const names = namesFor(dialect, operation, own.names)
  return fill(operation, dialect.samples[operation.id], names, headers).ask
}

/** Genuine codes with one character changed, and codes of the same shape that were never made. */
async function guess(client: Client, guesses: number, secrets: readonly string[]): Promise<number[]> {
  const statuses: number[] = []
  for (const { redemption } of DIALECTS) {
    const codes = redemption ? secrets.filter((secret) => redemption.shape.test(secret)) : []
    for (let i = 0; redemption && i < guesses; i++) {
      const code = guessLike(redemption.shape, codes[i % codes.length] ?? '', i)
      const claim = randomBytes(32).toString('base64')
      statuses.push((await client.ask(redemption.ask(code, claim))).status)
    }
  }
  return statuses
}

/** What a redemption that reaches a ledger leaves there, if only by being refused. */
function tracesIn({ data }: Subject) {
  const refusals = readLedgers(data).reduce((sum, ledger) => sum + ledger.refusals, 0)
  return { files: countLedgerFiles(data), refusals }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !KEPT_FOR_THE_OWNER.has(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Where each secret was found. All are looked for at once: there are a thousand of them, in many forms. */
function searchIn(places: ReadonlyMap<string, Buffer>, secrets: ReadonlyMap<string, string>): string[] {
  const byHead = new Map<string, { readonly form: string; readonly where: string }[]>()
  for (const [secret, where] of secrets) {
    for (const form of formsOf(secret)) {
      const head = form.slice(0, HEAD)
      byHead.set(head, [...(byHead.get(head) ?? []), { form, where }])
    }
  }
  const found = new Set<string>()
  for (const [place, bytes] of places) {
    const text = bytes.toString('latin1')
    for (let at = 0; at + HEAD <= text.length; at++) {
      for (const { form, where } of byHead.get(text.slice(at, at + HEAD)) ?? [])
        if (text.startsWith(form, at)) found.add(`${where}, in ${place}`)
    }
  }
  return [...found]
}

/** The forms in which a secret might have been written: base64 of whichever alignment. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'latin1')
  const aligned = [0, 1, 2].map((skip) => bytes.subarray(skip, bytes.length - ((bytes.length - skip) % 3)))
  const base64 = aligned.flatMap((part) => [part.toString('base64'), part.toString('base64url')])
  return [...new Set([secret, bytes.toString('hex'), ...base64])]
}

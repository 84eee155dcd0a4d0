/** What a machine does: it enrolls, and has a token at hand. */
import { writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command, Option } from 'commander'
import { type AgentCertificate, fileStore, LatchkeyError } from '../../../client/index.ts'
import { Refusal } from '../../lib/cli/refusal.ts'
import { writePrivateFile } from '../../lib/state/private-file.ts'
import { openAgent, stateFolder } from '../agent-state.ts'
import { chosenUrl } from '../contexts.ts'
import { readSecret, readText } from '../input.ts'
import { note, printItem, type View } from '../output.ts'
import { optionsOf } from '../shared.ts'

const VIEW: View = {
  columns: [
    ['agent', ({ id }) => id],
    ['profile', ({ profile_id }) => profile_id],
    ['key', ({ key_id }) => key_id],
  ],
  quiet: ({ id }) => id,
}

type Enrollment = Wanted & {
  codeFile?: string
  identityTokenFile?: string
  state?: string
  hostname: string
  serial?: string
  ifNeeded?: true
  wait: boolean
}

/** A certificate: by a request of the caller's, or of a private key. */
type Wanted = { csr?: string | undefined; key?: string | undefined; certOut?: string | undefined }

function withCertificate(command: Command): Command {
  return command
    .option('--csr <file>', 'a certificate request (PKCS #10, PEM), of which a certificate is to come')
    .option(
      '--key <file>',
      'instead: a private key that makes the request; the file is made if it does not exist',
    )
    .option('--cert-out <file>', 'where the certificate goes, with those of its issuers (PEM)')
}

/** null: none is wanted. */
async function requestOf({ csr, key, certOut }: Wanted): Promise<string | null> {
  if (csr === undefined && key === undefined && certOut === undefined) return null
  const isOne = (csr === undefined) !== (key === undefined)
  if (!isOne || certOut === undefined) throw new Refusal('give --cert-out with either --csr or --key', 2)
  if (csr !== undefined) return readText(csr)
  const { requestOfKey } = await import('../certificate-request.ts')
  return requestOfKey(key ?? '')
}

/** As servers and clients of TLS read it: its own first; the root's they have to know already. */
function writeCertificate(path: string, { certificate, chain, expires_at }: AgentCertificate): void {
  writeFileSync(path, [certificate, ...chain.slice(0, -1)].join(''))
  note(`its certificate is in ${path}, and good until ${expires_at}`)
}

export function enrollCommand(): Command {
  return withCertificate(new Command('enroll'))
    .description('Make this machine an agent: the code comes from --code-file, or LATCHKEY_CODE')
    .argument('[url]', 'the server; absent: LATCHKEY_URL, or that of the context')
    .option('--code-file <file>', 'a file that has the code; - is standard input')
    .option('--identity-token-file <file>', 'a file that has a token of the machine’s platform')
    .option('--state <folder>', 'where the claim and the tokens are kept')
    .addOption(new Option('--hostname <name>', 'what it says it is called').default(hostname(), 'its own'))
    .option('--serial <number>', 'the serial number that it says it has')
    .option('--if-needed', 'do nothing where the machine is an agent already')
    .option('--no-wait', 'do not wait for an operator’s approval')
    .addHelpText('after', '\nExample:\n  latchkey enroll https://keys.example --code-file /etc/latchkey/code')
    .action(async (given: string | undefined, _, command: Command) => {
      const {
        codeFile,
        identityTokenFile,
        state,
        hostname,
        serial,
        ifNeeded,
        wait,
        csr,
        key,
        certOut,
        ...output
      } = optionsOf<Enrollment>(command)
      const folder = stateFolder(process.env, state)
      const before = ifNeeded ? fileStore(folder).read() : null
      if (before !== null) {
        printItem(before.agent, VIEW, output)
        return
      }
      const url = chosenUrl(process.env, given, output.context)
      const code = codeFile === undefined ? process.env.LATCHKEY_CODE : await readSecret(codeFile)
      if (!code) throw new Refusal('give the code by --code-file or LATCHKEY_CODE', 2)
      const onWaiting = onceWaiting()
      const identityToken = identityTokenFile === undefined ? undefined : await readSecret(identityTokenFile)
      const request = await requestOf({ csr, key, certOut })
      const enrollment = {
        ...{ code, hostname },
        ...(serial !== undefined && { facts: { serial } }),
        ...(identityToken !== undefined && { identityToken }),
        ...(wait && { onWaiting }),
        ...(request !== null && { csr: request }),
      }
      const { agent, isNew, certificate } = await openAgent(folder, url).enroll(enrollment)
      if (certificate && certOut !== undefined) writeCertificate(certOut, certificate)
      note(isNew ? `enrolled; its state is in ${folder}` : 'it was enrolled before: nothing is spent')
      printItem(agent, VIEW, output)
    })
}

function onceWaiting() {
  let isSaid = false
  return ({ comparisonCode, expiresAt }: { comparisonCode: string; expiresAt: string }) => {
    if (!isSaid) note(`waiting until ${expiresAt} for an operator, who sees the code ${comparisonCode}`)
    isSaid = true
  }
}

export function certificateCommand(): Command {
  return withCertificate(new Command('certificate'))
    .description('Get a further certificate for the public key that this machine’s agent enrolled with')
    .option('--state <folder>', 'where the tokens are kept')
    .addHelpText('after', '\nExample:\n  latchkey certificate --key agent.key --cert-out agent.pem')
    .action(async (_, command: Command) => {
      const { state, certOut, ...wanted } = optionsOf<Wanted & { state?: string }>(command)
      const request = await requestOf({ ...wanted, certOut })
      if (request === null || certOut === undefined) {
        throw new Refusal('give --cert-out with either --csr or --key', 2)
      }
      writeCertificate(certOut, await openAgent(stateFolder(process.env, state)).certify(request))
    })
}

export function tokenCommand(): Command {
  return new Command('token')
    .description('Print a fresh access token of this machine’s agent')
    .option('--state <folder>', 'where the tokens are kept')
    .option('--keep <file>', 'keep a fresh one in a file, until it is stopped')
    .addHelpText(
      'after',
      '\nExample:\n  curl -H "Authorization: Bearer $(latchkey token)" https://api.example/',
    )
    .action(async (_, command: Command) => {
      const { state, keep } = optionsOf<{ state?: string; keep?: string }>(command)
      const agent = openAgent(stateFolder(process.env, state))
      if (keep === undefined) {
        process.stdout.write(`${await agent.token()}\n`)
        return
      }
      for (;;) {
        const kept = await agent.state().catch(orLater)
        if (kept !== null) writePrivateFile(keep, kept.access_token)
        await sleep(Math.max((kept?.refresh_at ?? 0) - Date.now(), RETRY_MS))
      }
    })
}

const RETRY_MS = 5_000

/** A server that is away for a while is no reason to stop; an agent that may not go on is. */
function orLater(error: unknown): null {
  const isAway = error instanceof LatchkeyError && (error.kind === 'unreachable' || error.kind === 'refused')
  if (!isAway) throw error
  note(`latchkey: ${error.message}`)
  return null
}

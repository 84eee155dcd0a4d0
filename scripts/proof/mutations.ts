/** A proof that finds nothing may not look: the code is broken on purpose, in a copy, and each time something must fail. */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Progress } from '../lib/cli/progress.ts'
import { PROJECT_FOLDER } from '../lib/cli/project.ts'
import { runVitest } from './properties.ts'
import { exactly, type Part } from './report.ts'

type Mutation = {
  readonly what: string
  readonly file: string
  readonly from: string
  readonly to: string
  /** Of the short form, the file of which a test is to fail; with a space and a name, that test. */
  readonly caughtBy: string
}

const MODEL = 'test/worker/proof/model.test.ts'
const OUTBOX = 'test/worker/proof/outbox.test.ts'
const STORAGE = 'test/worker/ledger-durability.test.ts'
const HOLDS = 'test/worker/ledger-holds.test.ts'
const SLOTS = 'test/worker/ledger-slots.test.ts'
const GUARDRAILS = 'test/worker/ledger-guardrails.test.ts'
const REDEMPTION = 'test/worker/ledger-redemption.test.ts'
const REACH = 'test/worker/ledger-reach.test.ts'
const TURNS = 'test/core/turns.test.ts'
const LANE = 'test/core/edge-lane.test.ts'
const DELIVERIES = 'test/worker/outbox.test.ts'
/** Over HTTP, and so of the built Worker. */
const OVER_HTTP = 'test/server/proof/'
const HISTORY = `${OVER_HTTP}history.test.ts`
const GUESSES = 'test/worker/proof/guesses.test.ts'

const JUDGE = 'test/core/identity/judge.test.ts'
const VERIFY = 'test/core/identity/verify.test.ts'
const IDENTITY = 'test/worker/native/identity.test.ts'

const DECIDE = 'src/core/enrollment/ledger/rules/decide.ts'
const REDEMPTIONS = 'src/stores/durable/ledger/redemption/redemptions.ts'
const SPENDING = 'for (const target of this.#changed) spend(this.#store, target, this.#now)'

export const MUTATIONS: readonly Mutation[] = [
  {
    what: 'the ledger believes whatever identity it is shown',
    file: 'src/core/enrollment/ledger/rules/identity.ts',
    from: 'if (!rule || mismatchOf(rule, shown.values) !== null) {',
    to: 'if (!rule) {',
    caughtBy: JUDGE,
  },
  {
    what: 'an identity that was verified by rules of before counts',
    file: 'src/core/enrollment/ledger/rules/identity.ts',
    from: "if (shown.kind === 'unverified' || shown.against !== rulesText(rules))",
    to: "if (shown.kind === 'unverified')",
    caughtBy: JUDGE,
  },
  {
    what: 'a token for another key is taken',
    file: 'src/core/enrollment/identity/verify.ts',
    from: '(rule.audience ?? ownAudience) === audience',
    to: 'audience !== rule.issuer',
    caughtBy: VERIFY,
  },
  {
    what: 'a copied token gets the credentials of the agent that it made first',
    file: 'src/stores/durable/ledger/redemption/bound.ts',
    from: "identity?.kind === 'verified' ? identity.bindingHash :",
    to: "identity?.kind === 'verified' ? null :",
    caughtBy: `${IDENTITY} -t copied`,
  },
  {
    what: 'the unique index of claims is dropped',
    file: 'src/stores/durable/ledger/tables/schema.ts',
    from: 'CREATE UNIQUE INDEX agents_by_claim',
    to: 'CREATE INDEX agents_by_claim',
    caughtBy: STORAGE,
  },
  {
    what: 'the trigger against over-use is dropped',
    file: 'src/stores/durable/ledger/tables/schema.ts',
    from: 'AND NEW.uses + NEW.held > OLD.uses + OLD.held)',
    to: 'AND NEW.uses < 0)',
    caughtBy: STORAGE,
  },
  {
    what: 'the count moves behind an await',
    file: REDEMPTIONS,
    from: SPENDING,
    to: `setTimeout(() => { ${SPENDING} }, 0)`,
    caughtBy: MODEL,
  },
  ...[MODEL, HISTORY].map((caughtBy) => ({
    what: `an answer is given at once, and written in a later timer (${caughtBy === MODEL ? 'model' : 'history'})`,
    file: REDEMPTIONS,
    from: '  #write(): void {\n',
    to: `  #write(): void {
    setTimeout(() => this.writeLater(), 2)
  }
  writeLater(): void {\n`,
    caughtBy,
  })),
  {
    what: 'the tag of a code is not checked',
    file: 'src/core/enrollment/codes/code.ts',
    from: 'if (!tag || !equalBytes(tag, code.secret.subarray(headBytes))) return null',
    to: 'if (!tag) return null',
    caughtBy: GUESSES,
  },
  {
    what: 'a newer row in D1 is replaced by an older one',
    file: 'src/stores/d1/outbox/projections.ts',
    from: 'excluded.version > ',
    to: 'excluded.version <> ',
    caughtBy: OUTBOX,
  },
  ...[
    "if (!profile.isEnabled) return refused('profile_disabled')",
    "if (key.isRevoked) return refused('key_revoked')",
    "if (!key.isEnabled) return refused('key_disabled')",
    // A revoked claim comes back.
    "if (prior?.isRevoked) return refused('agent_revoked')",
    "if (prior?.isBoundElsewhere || hold?.isBoundElsewhere) return refused('claim_bound')",
    "if (key.expiresAt !== null && now >= key.expiresAt) return refused('key_expired')",
    "if (prior?.isDisabled) return refused('agent_disabled')",
    "if (isDenied) return refused('claim_denied')",
    "if (key.isPaused) return refused('key_paused')",
    "if (maxUses !== null && uses >= maxUses) return refused('key_spent')",
    "if (maxUses !== null && uses + held >= maxUses) return refused('key_held')",
    // A confirmation without a hold would be a redemption.
    "if (intent === 'confirm') return refused('hold_lapsed')",
  ].map((from) => ({
    what: `a refusal is ignored: ${/refused\('(.+)'\)/.exec(from)?.[1]}`,
    file: DECIDE,
    from,
    to: '',
    caughtBy: from.includes('agent_disabled') ? REDEMPTION : from.includes('claim_denied') ? HOLDS : MODEL,
  })),
  {
    what: 'a denied claim goes on as if it were new',
    file: DECIDE,
    from: "if (isDenied) return refused('claim_denied')",
    to: '',
    caughtBy: `${OVER_HTTP} -t thousand`,
  },
  {
    what: 'what is held passes while the key is off',
    file: DECIDE,
    from: 'if (!key.isEnabled) return',
    to: 'if (!key.isEnabled && !hold) return',
    caughtBy: HOLDS,
  },
  {
    what: 'holds that lapse stay in the count',
    file: 'src/stores/durable/ledger/redemption/flush-holds.ts',
    from: 'this.#changeHolds(target, -lapsed)',
    to: 'this.#changeHolds(target, 0)',
    caughtBy: MODEL,
  },
  {
    what: 'a machine that the key does not expect is let in',
    file: 'src/core/enrollment/ledger/rules/slots.ts',
    from: "return found === 'none' ? 'not_listed' : 'slot_filled'",
    to: "return found === 'none' ? null : 'slot_filled'",
    caughtBy: SLOTS,
  },
  {
    what: 'a held use does not hold its slot',
    file: REDEMPTIONS,
    from: '      this.#slots.hold(target, request)\n',
    to: '',
    caughtBy: SLOTS,
  },
  {
    what: 'a slot is filled after the commit that made its agent',
    file: REDEMPTIONS,
    from: '    this.#slots.fill(target, request, n)\n',
    to: '    setTimeout(() => this.#slots.fill(target, request, n), 0)\n',
    caughtBy: SLOTS,
  },
  {
    what: 'a slot is refilled while its agent is active',
    file: 'src/stores/durable/ledger/slots.ts',
    from: "if (row.state === 'active') return refuse(",
    to: "if (row.state === 'left') return refuse(",
    caughtBy: SLOTS,
  },
  {
    what: 'a rate does not count what the same commit makes',
    file: 'src/stores/durable/ledger/redemption/rates.ts',
    from: 'inFlush.at(-nth)?.enrolled_at ?? madeAtUse(',
    to: 'madeAtUse(',
    caughtBy: GUARDRAILS,
  },
  {
    what: 'a pause is set after the commit that saw its cause',
    file: REDEMPTIONS,
    from: '    this.#pause()\n',
    to: '    setTimeout(() => this.#pause(), 0)\n',
    caughtBy: GUARDRAILS,
  },
  {
    what: 'of two opposite decisions both succeed',
    file: 'src/stores/durable/ledger/holds/approvals.ts',
    from: "if (before) return refuse({ kind: 'already_decided'",
    to: "if (!before) return refuse({ kind: 'already_decided'",
    caughtBy: HOLDS,
  },
  {
    what: 'an answer lacks a member that the document promises',
    file: 'src/http/words/key-wire.ts',
    from: '    uses: key.uses,\n',
    to: '',
    caughtBy: `${OVER_HTTP}fuzz.test.ts`,
  },
  {
    what: 'a claim is written to the log',
    file: 'src/core/enrollment/redemption/redeem.ts',
    from: '  const ring = await ports.keyring()\n  const opened',
    to: '  console.log(attempt.claim)\n  const ring = await ports.keyring()\n  const opened',
    caughtBy: `${OVER_HTTP}secrets.test.ts`,
  },
  {
    what: 'an organization of the path is not compared with the caller’s',
    file: 'src/dialects/illumio/edge/edge.ts',
    from: 'params.org !== undefined && params.org !== String(actor.organization)',
    to: 'params.org === "no"',
    caughtBy: `${OVER_HTTP}isolation.test.ts`,
  },
  {
    what: 'the commit that changes a key does not ask whether its profile is within reach',
    file: 'src/stores/durable/ledger/reach.ts',
    from: 'if (reach === null) return null',
    to: 'if (reach !== undefined) return null',
    caughtBy: REACH,
  },
  {
    what: 'the commit that changes an agent does not ask whether it is within reach',
    file: 'src/stores/durable/ledger/reach.ts',
    from: 'return reach === null ? null : outside(',
    to: 'return reach !== undefined ? null : outside(',
    caughtBy: REACH,
  },
  {
    what: 'work that takes turns begins before what has begun could go on',
    file: 'src/core/kernel/fairness/turns.ts',
    from: 'queue.begun === begun && isTurnOf(queue, number)',
    to: 'isTurnOf(queue, number)',
    caughtBy: TURNS,
  },
  {
    what: 'work that takes turns does not yield to short requests',
    file: 'src/core/kernel/fairness/turns.ts',
    from: 'return yields() && ',
    to: 'return false && ',
    caughtBy: TURNS,
  },
  {
    what: 'after a slice of a list its organization does not rest',
    file: 'src/core/kernel/fairness/turns.ts',
    from: 'restMilliseconds = restAfter(done, worked())',
    to: 'restMilliseconds = 0 * restAfter(done, worked())',
    caughtBy: TURNS,
  },
  {
    what: 'a request keeps its place while its body is on its way',
    file: 'src/http/fairness/lane.ts',
    from: 'return soon ?? outside(',
    to: 'return soon ?? inPlace(',
    caughtBy: LANE,
  },
  {
    what: 'a delivery to D1 sends its batches without a rest',
    file: 'src/stores/durable/object/outbox-messages.ts',
    from: 'if (restMilliseconds > 0) await pause(',
    to: 'if (restMilliseconds < 0) await pause(',
    caughtBy: DELIVERIES,
  },
]

const SEED = 1
const SEQUENCES = 200

export async function proveMutations(progress: Progress, signal: AbortSignal): Promise<Part> {
  const copy = copyProject()
  const checks: Part['checks'][number][] = []
  const notes = ['The code broken on purpose, each time in one place; what failed then:']
  try {
    for (const mutation of MUTATIONS) {
      progress.begin(mutation.what)
      const path = join(copy, mutation.file)
      const source = existsSync(path) ? readFileSync(path, 'utf8') : ''
      const times = source.split(mutation.from).length - 1
      if (times !== 1) {
        const example = `${mutation.file} has ${times} times: ${mutation.from.trim()}`
        checks.push({ ...exactly(mutation.what, 'does not apply', 'caught'), examples: [example] })
        progress.step()
        continue
      }
      writeFileSync(
        path,
        source.replace(mutation.from, () => mutation.to),
      )
      if (mutation.caughtBy.startsWith(OVER_HTTP))
        execFileSync('npm', ['run', '--silent', 'build'], { cwd: copy })
      const plan = { sequences: SEQUENCES, seed: SEED, endOnFailure: true }
      const { code, output } = await runVitest(mutation.caughtBy, plan, signal, copy)
      writeFileSync(path, source)
      const isCaught = code !== 0 && /^ *(FAIL|⎯+ Failed Tests)/m.test(output)
      checks.push(
        exactly(mutation.what, isCaught ? 'caught' : `not caught by ${mutation.caughtBy}`, 'caught'),
      )
      progress.step()
    }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
  return { title: 'Mutations', notes, checks }
}

/** Everything but what is made from it; the packages are the same. */
function copyProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'latchkey-mutations-'))
  const left = new Set(['node_modules', 'dist', '.git', '.latchkey', '.wrangler'])
  for (const entry of readdirSync(PROJECT_FOLDER)) {
    if (left.has(entry)) continue
    const filter = (path: string) => basename(path) !== 'node_modules'
    cpSync(join(PROJECT_FOLDER, entry), join(copy, entry), { recursive: true, filter })
  }
  symlinkSync(join(PROJECT_FOLDER, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

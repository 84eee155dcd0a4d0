/** `latchkey apply`: an organization's native profiles and keys as an export has them. The plan comes first. */
import { appendFileSync, createReadStream } from 'node:fs'
import { Command } from 'commander'
import { Refusal } from '../../lib/cli/refusal.ts'
import type { Json } from '../../lib/http/answer.ts'
import { createPrivateFile } from '../../lib/state/private-file.ts'
import type { Api } from '../api.ts'
import { csvLine } from '../csv.ts'
import { confirm } from '../input.ts'
import { readExport } from '../moving/export-file.ts'
import { type Plan, planOf, type Records, type Step } from '../moving/plan.ts'
import { linesOfPlan } from '../moving/plan-text.ts'
import { note, printLines } from '../output.ts'
import { optionsOf, signedInPatiently } from '../shared.ts'

type Options = { dryRun?: true; yes?: true; edited?: true; out?: string }

export function applyCommand(): Command {
  return new Command('apply')
    .description('Make native profiles and keys as an export has them: shows the plan, and asks')
    .argument('<file>', 'what latchkey export wrote; - is standard input')
    .option('--dry-run', 'show the plan, and change nothing')
    .option('--yes', 'do not ask')
    .option('--out <file>', 'write the codes of the new keys there as CSV, readable by you only')
    .option('--edited', 'the file was changed since it was exported')
    .addHelpText(
      'after',
      '\nExamples:\n  latchkey apply latchkey.ndjson --dry-run\n  latchkey apply latchkey.ndjson --yes --out codes.csv',
    )
    .action(async (path: string, _, command: Command) => {
      const { dryRun, yes, edited, out, json, input } = optionsOf<Options>(command)
      const api = signedInPatiently(command)
      const { agents, ...file } = await recordsIn(path, edited === true)
      const plan = planOf(file, await recordsHere(api), Date.now())
      printLines(json ? [JSON.stringify(plan, null, 2)] : linesOfPlan(plan))
      if (agents > 0)
        note(`${agents} agents are in the file: machines enroll again, with the codes of the new keys`)
      if (dryRun || plan.steps.length === 0) return
      const makesKeys = plan.steps.some((step) => step.do === 'make_key')
      if (makesKeys && out === undefined)
        throw new Refusal('say with --out where the codes of the new keys go', 2)
      if (!yes) await confirm('Apply this plan?', { isAllowed: input && path !== '-', instead: '--yes' })
      await carryOut(api, plan, makesKeys && out !== undefined ? codesTo(out) : () => {})
    })
}

async function recordsIn(path: string, isEdited: boolean): Promise<Records & { readonly agents: number }> {
  const profiles: Json[] = []
  const keys: Json[] = []
  let agents = 0
  try {
    const chunks = path === '-' ? process.stdin : createReadStream(path)
    for await (const { record } of readExport(chunks, { isEdited })) {
      if (record.type === 'profile') profiles.push(record)
      if (record.type === 'key') keys.push(record)
      if (record.type === 'agent') agents += 1
    }
  } catch (error) {
    throw error instanceof Refusal
      ? error
      : new Refusal(`cannot read ${path}: ${(error as Error).message}`, 2)
  }
  return { profiles, keys, agents }
}

async function recordsHere(api: Api): Promise<Records> {
  const profiles = await api.list('/v1/profiles')
  const keys = await api.list('/v1/keys')
  return { profiles: profiles.items, keys: keys.items }
}

type Made = (was: Json, key: Json) => void

/** The file is there before the first key: no code is lost for want of a place. */
function codesTo(out: string): Made {
  if (!createPrivateFile(out, csvLine(['was', 'id', 'name', 'code', 'expires_at']))) {
    throw new Refusal(`${out} exists: name a new file`, 2)
  }
  return (was, { id, name, code, expires_at }) =>
    appendFileSync(out, csvLine([was.id ?? null, id, name, code, expires_at]))
}

/** What was done stays when a later step is refused: the same file applied again goes on. */
async function carryOut(api: Api, { steps }: Plan, made: Made): Promise<void> {
  const newProfiles = new Map<string, string>()
  for (const [done, step] of steps.entries()) {
    try {
      await take(api, step, newProfiles, made)
    } catch (error) {
      if (error instanceof Refusal)
        note(`${done} of ${steps.length} steps are done: apply the file again to go on`)
      throw error
    }
  }
  note(`${steps.length} steps are done`)
}

async function take(api: Api, step: Step, newProfiles: Map<string, string>, made: Made): Promise<void> {
  switch (step.do) {
    case 'make_profile': {
      const { id } = await api.ask('POST', '/v1/profiles', step.members)
      newProfiles.set(step.was.id, id)
      return
    }
    case 'make_key': {
      // A new key is enabled, and no one has its code yet.
      const { enabled, ...members } = step.members
      const profile_id = step.profile ?? newProfiles.get(step.was.profile_id)
      const key = await api.ask('POST', '/v1/keys', { profile_id, ...members })
      made(step.was, key)
      if (enabled === false) await api.ask('POST', `/v1/keys/${key.id}/disable`)
      return
    }
    case 'change_profile':
      await api.ask('PATCH', `/v1/profiles/${step.id}`, step.members)
      return
    case 'change_key':
      await api.ask('PATCH', `/v1/keys/${step.id}`, step.members)
  }
}

/** Revoking agents: a dry run says which, and what goes on; the form behind it does it. */
import * as z from 'zod'
import type { Agent, AndKey } from '../../core/enrollment/ledger/agent.ts'
import { formatId } from '../../core/kernel/ids.ts'
import { notFound, type Outcome, ok } from '../../core/kernel/outcome.ts'
import type { Names } from '../../core/search/catalogue.ts'
import type { Fields } from '../../http/fields.ts'
import { AgentId } from '../../http/words/wire.ts'
import { count, number } from '../components/figure/number.ts'
import { clockOf } from '../components/figure/time.tsx'
import { Button } from '../components/form/button.tsx'
import { Dialog, DryRun, Effects } from '../components/form/dialog.tsx'
import { Segments } from '../components/form/field.tsx'
import { Head } from '../components/page/head.tsx'
import type { FieldErrors } from '../edge/form.ts'
import { action, page } from '../edge/page.ts'
import { confirmPassword, PasswordField } from '../edge/step-up.tsx'
import type { View, Visit } from '../edge/visit.ts'
import { PAGE_SIZE } from '../lists/asked.ts'
import { AGENTS } from './agent-list.tsx'

/** A page of the list. Each is one call to its ledger. */
const MAX_AGENTS = PAGE_SIZE
const SHOWN = 8

const Selected = z.array(AgentId).min(1).max(MAX_AGENTS)
const Choice = z.enum(['keep', 'disable'] satisfies AndKey[]).default('keep')

type Selection = {
  /** Those that a revocation ends. */
  readonly active: readonly Agent[]
  /** Those that are revoked already, or left. */
  readonly ended: readonly Agent[]
  readonly names: Names
}

export const revokeDialog = page({
  path: `${AGENTS}/revoke`,
  access: 'agents.revoke',
  id: 'console_agents_revoke_dialog',
  show: async (visit) => {
    const fields = visit.raw.query()
    if (!fields.ok) return fields
    const selection = await select(visit, fields.value)
    return selection.ok ? ok(dialogOf(visit, selection.value, {})) : selection
  },
})

export const revokeSelected = action({
  path: `${AGENTS}/revoke`,
  access: 'agents.revoke',
  id: 'console_agents_revoke',
  act: async (visit, form) => {
    const { core, operation } = visit
    const selection = await select(visit, form)
    if (!selection.ok) return selection
    const andKey = Choice.catch('keep').parse(form.get('and_key')?.[0])
    const { active } = selection.value
    const wrong = active.length > 1 ? await confirmPassword(visit, form) : ok(null)
    if (!wrong.ok) return wrong
    if (wrong.value !== null) return ok({ ...dialogOf(visit, selection.value, wrong.value), status: 422 })
    let done = 0
    for (const { ledger, n, id } of active) {
      const revoked = await core.agents.revokeAgent(operation, { ledger, n, uuid: id }, andKey)
      // What was revoked before is revoked: the page that follows says how many.
      if (!revoked.ok && done === 0) return revoked
      if (!revoked.ok) break
      done++
    }
    return ok({ to: AGENTS, notice: { text: saidOf(active, done, andKey) } })
  },
})

function saidOf(active: readonly Agent[], done: number, andKey: AndKey): string {
  if (active.length === 0) return 'Nothing was changed: none of them was active.'
  const rest = active.length - done
  const keys = andKey === 'disable' ? 'Their keys are disabled.' : 'Their keys are unchanged.'
  const what = active.length === 1 ? `“${active[0]?.hostname}”` : count(done, 'agent')
  return `Revoked ${what}. ${keys}${rest > 0 ? ` ${number(rest)} could not be revoked and go on.` : ''}`
}

async function select(visit: Visit, fields: Fields): Promise<Outcome<Selection>> {
  const ids = Selected.safeParse(fields.get('agent') ?? [])
  if (!ids.success) return notFound('agent')
  const { agents: cases } = visit.core
  const found = await Promise.all(ids.data.map((id) => cases.getAgent(visit.operation, id)))
  const failed = found.find((one) => !one.ok)
  if (failed && !failed.ok) return failed
  const agents = found.flatMap((one) => (one.ok ? [one.value] : []))
  const names = await cases.nameAgents(visit.operation, agents)
  if (!names.ok) return names
  const isActive = ({ state }: Agent) => state === 'active'
  return ok({
    active: agents.filter(isActive),
    ended: agents.filter((agent) => !isActive(agent)),
    names: names.value,
  })
}

/** Revoking many asks for the password again. */
function dialogOf({ now, operation }: Visit, { active, ended, names }: Selection, errors: FieldErrors): View {
  const [only] = active
  const title =
    active.length === 1 && only ? `Revoke “${only.hostname}”` : `Revoke ${count(active.length, 'agent')}`
  const mayDisable = operation.actor.permissions.has('keys.write')
  return {
    title,
    section: 'agents',
    content: <Head title="Agents" isOneLine />,
    overlay: (
      <Dialog
        id="revoke"
        title={title}
        action={`${AGENTS}/revoke`}
        cancel={AGENTS}
        submit={
          active.length > 0 && (
            <Button type="submit" tone="final">
              Revoke {count(active.length, 'agent')}
            </Button>
          )
        }
      >
        <div>
          <Effects
            ends={[
              'Their claims do not come back: to enroll again, such a machine needs a new claim and a key.',
              'Their refresh tokens end now, and access tokens within 10 minutes.',
            ]}
            stays={[
              'The uses that they spent stay spent.',
              ...(ended.length > 0
                ? [`${count(ended.length, 'selected agent')} had ended before, and nothing changes there.`]
                : []),
            ]}
          />
          <DryRun
            title={`Dry run: ${count(active.length, 'agent')}`}
            about={`Counted at ${clockOf(now)}`}
            rows={active
              .slice(0, SHOWN)
              .map((agent) => [
                agent.hostname || agent.id,
                names.keys.get(formatId({ ledger: agent.ledger, n: agent.key }))?.name ?? '',
                `use ${number(agent.use)}`,
              ])}
            rest={Math.max(0, active.length - SHOWN)}
          />
          {active.map(({ id }) => (
            <input type="hidden" name="agent" value={id} />
          ))}
        </div>
        {mayDisable && active.length > 0 && (
          <div>
            <Segments
              name="and_key"
              legend="What becomes of their keys"
              value="keep"
              choices={[
                { value: 'keep', label: 'Stay as they are' },
                { value: 'disable', label: 'Are disabled' },
              ]}
            />
          </div>
        )}
        {active.length > 1 && (
          <div>
            <PasswordField errors={errors} />
          </div>
        )}
      </Dialog>
    ),
  }
}

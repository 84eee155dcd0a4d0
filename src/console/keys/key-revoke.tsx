/** Revoking a key: what ends, what goes on, and the agents that it made since an instant, counted before anything happens. */
import * as z from 'zod'
import type { MassRevocation } from '../../core/enrollment/ledger/agent.ts'
import type { EnrollmentKey } from '../../core/enrollment/ledger/key.ts'
import { type Outcome, ok } from '../../core/kernel/outcome.ts'
import { Timestamp } from '../../http/words/wire.ts'
import { count, number } from '../components/figure/number.ts'
import { clockOf } from '../components/figure/time.tsx'
import { Button } from '../components/form/button.tsx'
import { Dialog, DryRun, Effects } from '../components/form/dialog.tsx'
import { TextField } from '../components/form/field.tsx'
import type { ConsoleFault } from '../edge/fault.ts'
import { checkForm, type FieldErrors, textOf } from '../edge/form.ts'
import { action, page } from '../edge/page.ts'
import { confirmPassword, PasswordField } from '../edge/step-up.tsx'
import type { Done, View, Visit } from '../edge/visit.ts'
import { urlOf } from '../lists/asked.ts'
import { agentsOf, agentsPart } from './one/key-agents.tsx'
import { KeyParams, keyView } from './one/key-head.tsx'
import { nameOfKey, pathOfKey } from './shared.ts'

const HOUR = 3_600_000
const CHOICES = { none: 'None', hour: 'The last hour', day: 'The last 24 hours', all: 'All' } as const
type Choice = keyof typeof CHOICES
const Choice = z.enum(['none', 'hour', 'day', 'all']).default('none')

const PATH = '/console/keys/:key/revoke'
const MAX_SHOWN = 8

const show = page({
  path: PATH,
  access: 'keys.revoke',
  id: 'console_keys_revoke_dialog',
  params: KeyParams,
  query: z.object({ agents: Choice }),
  subject: 'key',
  show: async (visit) => {
    const { query, now } = visit
    const since = sinceOf(query.agents, now)
    return dialogView(visit, query.agents, since, {})
  },
})

/** Unix milliseconds; null: no agents. */
function sinceOf(choice: Choice, now: number): number | null {
  if (choice === 'none') return null
  return choice === 'all' ? 0 : now - (choice === 'hour' ? HOUR : 24 * HOUR)
}

type KeyVisit = Visit<z.output<typeof KeyParams>>

async function dialogView(
  visit: KeyVisit,
  choice: Choice,
  since: number | null,
  errors: FieldErrors,
): Promise<Outcome<View, ConsoleFault>> {
  const { core, operation, params } = visit
  const key = await core.keys.getKey(operation, params.key)
  if (!key.ok) return key
  const mayAgents = operation.actor.permissions.has('agents.revoke')
  const [agents, dry] = await Promise.all([
    agentsOf(visit, key.value),
    since !== null && mayAgents
      ? core.keys.revokeAgentsOfKey(operation, params.key, since, 'keep', true)
      : null,
  ])
  if (dry && !dry.ok) return dry
  const part = agentsPart(visit, key.value, agents)
  const names = new Map(
    agents.ok ? agents.value.rows.map(({ id, hostname, use }) => [id, { hostname, use }]) : [],
  )
  return ok(
    await keyView(visit, key.value, {
      ...part,
      status: Object.keys(errors).length > 0 ? 422 : 200,
      overlay: (
        <RevokeDialog
          keyOf={key.value}
          choice={choice}
          since={since}
          dry={dry?.value ?? null}
          names={names}
          mayAgents={mayAgents}
          errors={errors}
          now={visit.now}
        />
      ),
    }),
  )
}

function RevokeDialog({
  keyOf: key,
  choice,
  since,
  dry,
  names,
  mayAgents,
  errors,
  now,
}: {
  readonly keyOf: EnrollmentKey
  readonly choice: Choice
  readonly since: number | null
  readonly dry: MassRevocation | null
  readonly names: ReadonlyMap<string, { readonly hostname: string; readonly use: number }>
  readonly mayAgents: boolean
  readonly errors: FieldErrors
  readonly now: number
}) {
  const name = nameOfKey(key)
  const agents = dry?.agents.length ?? 0
  const path = pathOfKey(key, '/revoke')
  return (
    <Dialog
      id="revoke"
      title={`Revoke “${name}”`}
      action={path}
      cancel={pathOfKey(key)}
      submit={
        <Button type="submit" tone="final">
          {agents > 0 ? `Revoke key and ${count(agents, 'agent')}` : 'Revoke key'}
        </Button>
      }
    >
      <div>
        <Effects
          ends={[
            'No new machine can enroll with it. This cannot be undone.',
            ...(key.held > 0
              ? [
                  `${count(key.held, 'held use')} ${key.held === 1 ? 'is' : 'are'} returned: the machine has to start again with another key.`,
                ]
              : []),
            ...(agents > 0
              ? [
                  `${count(agents, 'agent')} ${agents === 1 ? 'is' : 'are'} revoked. Their tokens end within 10 minutes, and their claims stay out.`,
                ]
              : []),
          ]}
          stays={[
            agents > 0
              ? choice === 'all'
                ? 'Agents of other keys go on.'
                : 'Agents that it made before that go on. Their tokens keep working.'
              : key.uses > 0
                ? 'The agents that it made go on. Their tokens keep working.'
                : 'It made no agents: nothing else ends.',
          ]}
        />
      </div>
      {mayAgents && key.uses > 0 && (
        <div>
          <p class="small" id="revoke-agents">
            Revoke agents as well, those that enrolled in
          </p>
          <nav class="seg sp" aria-labelledby="revoke-agents">
            {(Object.keys(CHOICES) as Choice[]).map((one) => (
              <a
                class="b sm"
                href={urlOf(path, { agents: one === 'none' ? undefined : one })}
                aria-current={one === choice ? 'true' : undefined}
              >
                {CHOICES[one]}
              </a>
            ))}
          </nav>
          {dry && (
            <DryRun
              title={`Dry run: ${count(agents, 'agent')}`}
              about={`Counted at ${clockOf(now)} UTC${dry.leftOut > 0 ? `; ${number(dry.leftOut)} more are outside of your roles` : ''}`}
              rows={dry.agents.slice(0, MAX_SHOWN).map((id) => {
                const known = names.get(id)
                return [
                  known?.hostname ?? <code>{id}</code>,
                  known && `use ${number(known.use)}`,
                  '',
                ] as const
              })}
              rest={Math.max(0, agents - MAX_SHOWN)}
            />
          )}
          <input type="hidden" name="agents" value={choice} />
          {since !== null && <input type="hidden" name="since" value={new Date(since).toISOString()} />}
        </div>
      )}
      <div>
        <div class="form">
          <TextField
            id="confirm"
            name="confirm"
            label={
              <>
                Type <b>{name}</b> to confirm
              </>
            }
            error={errors.confirm}
          />
          {agents > 0 && <PasswordField errors={errors} />}
        </div>
      </div>
    </Dialog>
  )
}

const Confirmed = z.object({ agents: Choice, since: Timestamp.optional(), confirm: z.string().optional() })

const revoke = action({
  path: PATH,
  access: 'keys.revoke',
  id: 'console_keys_revoke',
  params: KeyParams,
  subject: 'key',
  act: async (visit, fields): Promise<Outcome<Done | View, ConsoleFault>> => {
    const { core, operation, params } = visit
    const checked = checkForm(Confirmed, fields)
    const { agents: choice, since } = checked.ok
      ? checked.value
      : { agents: 'none' as const, since: undefined }
    const from = choice === 'none' ? null : (since ?? sinceOf(choice, visit.now))
    const key = await core.keys.getKey(operation, params.key)
    if (!key.ok) return key
    const name = nameOfKey(key.value)
    const again = (errors: FieldErrors) => dialogView(visit, choice, from, errors)
    if (textOf(fields, 'confirm').trim() !== name) {
      return again({ confirm: `This is not “${name}”. Nothing was changed.` })
    }
    if (from !== null) {
      const password = await confirmPassword(visit, fields)
      if (!password.ok) return password
      if (password.value) return again(password.value)
    }
    const revoked = await core.keys.revokeKey(operation, params.key)
    if (!revoked.ok) return revoked
    const to = pathOfKey(params.key)
    if (from === null) {
      return ok({ to, notice: { text: `Revoked “${name}”. The agents that it made go on.` } })
    }
    const agents = await core.keys.revokeAgentsOfKey(operation, params.key, from, 'keep', false)
    if (!agents.ok) {
      return ok({
        to,
        notice: {
          text: `Revoked “${name}”. Its agents were not revoked: ${agents.fault.kind.replaceAll('_', ' ')}.`,
        },
      })
    }
    return ok({
      to,
      notice: { text: `Revoked “${name}” and ${count(agents.value.agents.length, 'agent')}.` },
    })
  },
})

export const revokeRoutes = [show, revoke]

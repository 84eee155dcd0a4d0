import * as z from 'zod'
import type { Agent } from '../../core/enrollment/ledger/agent.ts'
import { ok } from '../../core/kernel/outcome.ts'
import type { Column } from '../../http/csv.ts'
import { formatTime, formatTimeOrNull } from '../../http/time.ts'
import { formatLabels } from '../../http/words/label-map.ts'
import { AgentId, formatKeyId, formatProfileId } from '../../http/words/wire.ts'
import { checkForm, listOf } from '../edge/form.ts'
import { page } from '../edge/page.ts'
import { downloadOf, Format, labelText } from '../lists/download.tsx'
import { AGENTS, stateOf } from './agent-list.tsx'

const Selected = z.object({ format: Format, agent: listOf(AgentId) })

/** In the native API's words, but for the facts: nothing proves them, and they may be of any form. */
function formatSelected(agent: Agent) {
  const { id, hostname, ledger, profile, key, use } = agent
  return {
    id,
    hostname,
    state: stateOf(agent),
    profile_id: formatProfileId({ ledger, n: profile }),
    key_id: formatKeyId({ ledger, n: key }),
    use,
    labels: formatLabels(agent),
    enrolled_at: formatTime(agent.enrolledAt),
    enrolled_from: agent.enrolledFrom,
    seen_at: formatTime(agent.seenAt),
    ended_at: formatTimeOrNull(agent.endedAt),
  }
}

const COLUMNS: readonly Column<ReturnType<typeof formatSelected>>[] = [
  ['id', ({ id }) => id],
  ['hostname', ({ hostname }) => hostname],
  ['state', ({ state }) => state],
  ['profile_id', ({ profile_id }) => profile_id],
  ['key_id', ({ key_id }) => key_id],
  ['use', ({ use }) => use],
  ['enrolled_at', ({ enrolled_at }) => enrolled_at],
  ['enrolled_from', ({ enrolled_from }) => enrolled_from],
  ['seen_at', ({ seen_at }) => seen_at],
  ['ended_at', ({ ended_at }) => ended_at],
  ['labels', ({ labels }) => labelText(labels)],
]

/** The agents that are selected in the list. */
export const agentExport = page({
  path: `${AGENTS}/export`,
  access: 'agents.read',
  id: 'console_agents_export',
  show: async ({ core, operation, raw }) => {
    const fields = raw.query()
    if (!fields.ok) return fields
    const checked = checkForm(Selected, fields.value)
    if (!checked.ok) return ok({ to: AGENTS })
    const found = await Promise.all(checked.value.agent.map((id) => core.agents.getAgent(operation, id)))
    const agents = found.flatMap((one) => (one.ok ? [one.value] : []))
    if (agents.length === 0) return ok({ to: AGENTS })
    return ok(downloadOf('agents', checked.value.format, COLUMNS, agents.map(formatSelected)))
  },
})

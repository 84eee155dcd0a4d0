/** The audit log; the path is ours, since the vendor shows it in a portal (docs/dialects/zpa.md#audit-log). */
import type { AuditEntry as RecordedEntry } from '../../../core/events/index.ts'
import type { EventPlace } from '../../../core/events/port.ts'
import { each, type PageAfter, slicesOf } from '../../../core/kernel/fairness/list-slices.ts'
import { invalid } from '../../../core/kernel/outcome.ts'
import { customerOf, operationOf, zpaRoute } from '../edge/edge.ts'
import { documentedPage, ListQuery, pageReply, searchOf } from '../edge/list.ts'
import { OfCustomer, V1 } from '../edge/paths.ts'
import { AUDITED, AuditEntry, formatAudit } from './audit-wire.ts'

const LOG = { dialect: 'zpa', types: AUDITED } as const

const list = zpaRoute({
  method: 'get',
  path: `${V1}/auditLog`,
  access: 'events.read',
  operation: { id: 'zpa_audit_log_get', summary: 'List events, newest first' },
  params: OfCustomer,
  query: ListQuery.pick({ page: true, pagesize: true, pageSize: true, search: true }),
  replies: { 200: documentedPage(AuditEntry) },
  handle: async (call) => {
    const asked = searchOf({ ...NOTHING, ...call.query }, {})
    if (!asked.ok) return asked
    if (asked.value.text !== undefined) return invalid('search')
    const { offset } = asked.value
    const operation = operationOf(call)
    const count = await call.core.events.countAuditEntries(operation, LOG)
    if (!count.ok) return count
    const read = slicesOf(
      (page: PageAfter<EventPlace>) => call.core.events.listAuditEntries(operation, LOG, { ...page, offset }),
      ({ event: { at, id } }) => ({ at, id }),
      each((entry: RecordedEntry) => formatAudit(entry, customerOf(call))),
    )
    return pageReply(call, asked.value, count.value, read)
  },
})

const NOTHING = {
  sortBy: undefined,
  sortdir: undefined,
  sortDir: undefined,
  sortOrder: undefined,
  microtenantId: undefined,
} as const

export const auditRoutes = [list]

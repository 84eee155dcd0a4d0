/** The audit log; the path is ours, since the vendor shows it in a portal (docs/dialects/zpa.md#audit-log). */
import { ok } from '../../../core/kernel/outcome.ts'
import { customerOf, operationOf, zpaRoute } from '../edge/edge.ts'
import { documentedPage, ListQuery, page, searchOf } from '../edge/list.ts'
import { OfCustomer, V1 } from '../edge/paths.ts'
import { AUDITED, AuditEntry, formatAudit } from './audit-wire.ts'

const list = zpaRoute({
  method: 'get',
  path: `${V1}/auditLog`,
  access: 'events.read',
  operation: { id: 'zpa_audit_log_get', summary: 'What happened, newest first' },
  params: OfCustomer,
  query: ListQuery.pick({ page: true, pagesize: true }),
  replies: { 200: documentedPage(AuditEntry) },
  handle: async (call) => {
    const asked = searchOf({ ...NOTHING, ...call.query }, {})
    if (!asked.ok) return asked
    const { offset, limit } = asked.value
    const found = await call.core.events.audit(operationOf(call), 'zpa', AUDITED, { offset, limit })
    if (!found.ok) return found
    const entries = found.value.items.map((told) => formatAudit(told, customerOf(call)))
    return ok(page(found.value.total, asked.value, entries))
  },
})

const NOTHING = {
  search: undefined,
  pageSize: undefined,
  sortBy: undefined,
  sortdir: undefined,
  sortDir: undefined,
  sortOrder: undefined,
  microtenantId: undefined,
} as const

export const auditRoutes = [list]

import { agentExport } from './agent-export.ts'
import { agentCount, agentList } from './agent-list.tsx'
import { agentPage, allowReenrollment } from './agent-page.tsx'
import { revokeDialog, revokeSelected } from './revoke.tsx'

// `count`, `export` and `revoke` before `:agent`: the first route that matches answers.
export const agentRoutes = [
  agentList,
  agentCount,
  agentExport,
  revokeDialog,
  revokeSelected,
  agentPage,
  allowReenrollment,
]

import { agentList } from './agent-list.tsx'
import { agentPage, allowReenrollment } from './agent-page.tsx'
import { revokeDialog, revokeSelected } from './revoke.tsx'

// `revoke` before `:agent`: the first route that matches answers.
export const agentRoutes = [agentList, revokeDialog, revokeSelected, agentPage, allowReenrollment]

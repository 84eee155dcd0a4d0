export { decideApproval } from './decide.ts'
export { listApprovals } from './list.ts'

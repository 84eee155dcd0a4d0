/** Which calls of a ledger may be made twice. */
import type { Repeatable } from '../../kernel/repeatable.ts'
import type { AgentLedger, Ledger, MaintainedLedger } from './port.ts'

export const REPEATABLE: Repeatable<Ledger> = {
  getProfile: true,
  changeProfile: false,
  deleteProfile: false,
  createKey: false,
  getKey: true,
  changeKey: false,
  revokeKey: true,
  releaseKey: true,
  releaseKeys: true,
  revokeKeys: false,
  explain: true,
  deliver: true,
  refusals: true,
  refusalOfRequest: true,
  pauseKey: true,
  resumeKey: true,
  waitingClaims: true,
  decideClaim: true,
  addSlots: false,
  listSlots: true,
  removeSlot: false,
  refillSlot: true,
  getAgent: true,
  getAgents: true,
  changeAgent: false,
  changeAgents: false,
  allowRebinding: true,
  leave: false,
  leaveMany: false,
  revokeAgent: false,
  revokeMany: false,
  revokeAgents: false,
  certificatesOf: true,
  revokeCertificates: true,
  revokedCertificates: true,
  retireIssuer: true,
}

export const REPEATABLE_BY_AGENTS: Repeatable<AgentLedger> = {
  /** Only a claim makes the repeat free. */
  redeem: ({ claimHash }) => claimHash !== null,
  refresh: true,
  heartbeat: true,
  renew: false,
  certify: false,
}

export const REPEATABLE_IN_MAINTENANCE: Repeatable<MaintainedLedger> = {
  survey: true,
  fence: false,
  rebuild: true,
  unnamedCertificates: true,
  nameCertificates: true,
  draftHead: true,
  addHead: true,
  dropRingVersion: true,
}

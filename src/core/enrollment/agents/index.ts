export { browseAgents } from './browse.ts'
export { certifyAgent, listCertificates, revokeCertificates } from './certificates.ts'
export { describeAgents } from './describe.ts'
export { introspectToken } from './introspect.ts'
export {
  allowRebinding,
  beginAgents,
  changeAgent,
  countAgents,
  getAgent,
  listAgents,
  listAgentsOfProfiles,
  revokeAgent,
  revokeManyAgents,
  searchAgents,
} from './manage.ts'
export { changeAgents, unpairAgents, whichAreActive } from './many.ts'
export { nameAgents } from './names.ts'
export { refreshTokens, revokeRefreshToken } from './refresh.ts'
export { renewCertificate } from './renew.ts'
export { authenticateAgent, endAgent, inspectAgent, recordHeartbeat } from './self.ts'

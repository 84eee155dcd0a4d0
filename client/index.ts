/** The client library of Latchkey: for operators' programs, for machines that enroll, and for services that agents call. */
export {
  Agent,
  type AgentCertificate,
  type AgentIdentity,
  type AgentOptions,
  type Enrolled,
  type Enrollment,
} from './agent.ts'
export { type Client, type Credential, openClient } from './client.ts'
export { type ErrorKind, errorOf, LatchkeyError } from './error.ts'
export { type AgentState, type AgentStore, fileStore } from './store.ts'
export { type AgentClaims, verify } from './verify.ts'

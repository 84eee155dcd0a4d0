export { type AuditEntry, audit } from './audit.ts'
export { follow } from './follow.ts'
export { countEvents, getEvent, listEvents } from './read.ts'

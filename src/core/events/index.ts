export { type AuditEntry, countAuditEntries, listAuditEntries } from './audit.ts'
export { follow } from './follow.ts'
export { countEvents, getEvent, listEvents } from './read.ts'

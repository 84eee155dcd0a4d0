export { type AuditEntry, countAuditEntries, listAuditEntries } from './audit.ts'
export { endOfEvents, follow } from './follow.ts'
export { countEvents, getEvent, listEvents, searchEvents } from './read.ts'
export { streamEvents } from './stream.ts'

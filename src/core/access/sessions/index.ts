export { closeSession } from './close.ts'
export { openSession } from './open.ts'
export { closeOwnSession, listOwnSessions } from './own.ts'
export { consumeSession, useSession } from './use.ts'

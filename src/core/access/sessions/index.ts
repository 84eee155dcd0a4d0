export { closeSession } from './close.ts'
export { openSession } from './open.ts'
export { consumeSession, useSession } from './use.ts'

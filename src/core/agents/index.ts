export { introspect } from './introspect.ts'
export { change, count, get, list, revoke, unpair } from './manage.ts'
export { refresh } from './refresh.ts'
export { authenticate, goodbye, heartbeat, inspect } from './self.ts'

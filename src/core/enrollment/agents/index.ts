export { describe } from './describe.ts'
export { introspect } from './introspect.ts'
export {
  allowRebinding,
  change,
  count,
  get,
  list,
  ofProfiles,
  revoke,
  revokeMany,
  search,
  unpair,
} from './manage.ts'
export { refresh } from './refresh.ts'
export { renew } from './renew.ts'
export { authenticate, goodbye, heartbeat, inspect } from './self.ts'

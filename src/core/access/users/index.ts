export { authenticate } from './authenticate.ts'
export { changePassword } from './change-password.ts'
export {
  change,
  changeable,
  count,
  get,
  invite,
  list,
  membershipsOf,
  reinvite,
  removePassword,
} from './manage.ts'
export { profile } from './profile.ts'

export { authenticateUser } from './authenticate.ts'
export { changePassword } from './change-password.ts'
export {
  changeUser,
  countUsers,
  getChangeableUser,
  getUser,
  inviteUser,
  listMembershipsOfUser,
  listUsers,
  reinviteUser,
  removePassword,
} from './manage.ts'
export { getUserProfile } from './profile.ts'

export { authenticateUser } from './authenticate.ts'
export { changePassword } from './change-password.ts'
export { confirmUser } from './confirm.ts'
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
  resetPassword,
} from './manage.ts'
export {
  countOrganizationUsers,
  getOrganizationUser,
  getOrganizationUserNamed,
  listOrganizationUsers,
} from './members.ts'
export { getUserProfile } from './profile.ts'

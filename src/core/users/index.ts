export { authenticate } from './authenticate.ts'
export { changePassword } from './change-password.ts'

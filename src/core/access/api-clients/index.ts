export { change, create, get, remove, search } from './manage.ts'
export { authenticate, signIn, signOut } from './sign-in.ts'

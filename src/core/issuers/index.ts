export { create } from './create.ts'
export { change, get, list, remove } from './manage.ts'
export { revocationList } from './revocations.ts'

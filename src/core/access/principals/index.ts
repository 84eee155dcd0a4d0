export { create } from './create.ts'
export { change, count, get, list, remove } from './manage.ts'

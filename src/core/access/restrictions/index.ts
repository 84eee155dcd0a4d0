export { change, count, create, get, list, remove } from './manage.ts'

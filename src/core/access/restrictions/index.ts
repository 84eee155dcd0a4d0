export {
  changeRestriction,
  countRestrictions,
  createRestriction,
  deleteRestriction,
  getRestriction,
  listRestrictions,
} from './manage.ts'

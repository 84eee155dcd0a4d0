export { listDeliveries, replayDelivery } from './deliveries.ts'
export {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  getEndpoint,
  listEndpoints,
  rotateSecret,
  sendTest,
} from './manage.ts'

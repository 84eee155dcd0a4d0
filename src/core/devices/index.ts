export { authenticate, identifyUnsigned } from './authenticate.ts'
export { createThing, instruct } from './instruct.ts'
export { getThing, listAlerts, listEvents, listInstructions, listThings } from './read.ts'
export { admit, mayConnected, submit } from './submit.ts'

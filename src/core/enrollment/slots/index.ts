export { addSlots } from './add.ts'
export { refillSlot, removeSlot } from './change.ts'
export { listSlots } from './list.ts'

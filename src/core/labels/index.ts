export { countLabels, findByValues, getLabel, listLabels, resolveLabels } from './read.ts'
export { changeLabel, createLabel, deleteLabel } from './write.ts'

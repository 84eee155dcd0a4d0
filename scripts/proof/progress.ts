export { openProgress, type Progress } from '../bench/progress.ts'

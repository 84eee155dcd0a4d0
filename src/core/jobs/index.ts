export { countJobs, getJob, getJobResult, listJobs } from './read.ts'
export { deleteJob } from './remove.ts'
export { startJob } from './start.ts'

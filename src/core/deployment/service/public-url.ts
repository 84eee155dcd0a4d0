import { openCase } from '../../access/cases/open-case.ts'

/** The address at which this deployment says that it stands. */
export const getPublicUrl = openCase((ports): string => ports.publicUrl)

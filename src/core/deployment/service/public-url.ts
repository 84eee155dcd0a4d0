import { openCase } from '../../access/open-case.ts'

/** The address at which this deployment says that it stands. */
export const getPublicUrl = openCase((ports): string => ports.publicUrl)

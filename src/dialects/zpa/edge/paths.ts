import * as z from 'zod'

/** A customer's resources; `/zpa` may stand before it, and is taken off (canonical.ts). */
export const V1 = '/mgmtconfig/v1/admin/customers/:customer'
export const V2 = '/mgmtconfig/v2/admin/customers/:customer'

export const OfCustomer = z.object({ customer: z.string().meta({ description: 'The ZPA tenant id' }) })
export const OneResource = OfCustomer.extend({ id: z.string() })

import * as z from 'zod'
import { PRODUCT } from '../edge/constants.ts'

export const ProductVersion = z.object({
  version: z.string(),
  build: z.int(),
  release_info: z.string(),
  engineering_info: z.string(),
  long_display: z.string(),
  short_display: z.string(),
  product_name: z.string(),
})

/** The release whose API is spoken (docs/dialects/illumio.md#product-version). */
export function formatProduct(): z.output<typeof ProductVersion> {
  const { version, build, name } = PRODUCT
  return {
    version,
    build,
    release_info: '',
    engineering_info: '',
    long_display: `${version}-${build}`,
    short_display: version,
    product_name: name,
  }
}

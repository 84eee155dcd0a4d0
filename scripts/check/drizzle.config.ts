import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  driver: 'd1-http',
  schema: './src/stores/d1/schema/index.ts',
  out: './src/stores/d1/migrations',
})

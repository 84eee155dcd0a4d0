import { expect, test } from 'vitest'
import { storageFailureOf } from '../../src/core/kernel/storage-failure.ts'

const failure = (message: string, members: object = {}) => Object.assign(new Error(message), members)

test.each([
  [
    'an object on a full disk',
    failure('database or disk is full: SQLITE_FULL', { durableObjectReset: true }),
    'SQLITE_FULL',
  ],
  ['D1 on a full disk', failure('D1_ERROR: database or disk is full: SQLITE_FULL'), 'SQLITE_FULL'],
  ['a disk that fails', failure('D1_ERROR: disk I/O error: SQLITE_IOERR_WRITE'), 'SQLITE_IOERR'],
  [
    'a query whose cause it is',
    new Error('Failed query: insert', {
      cause: failure('D1_ERROR: attempt to write a readonly database: SQLITE_READONLY'),
    }),
    'SQLITE_READONLY',
  ],
  [
    'a database that cannot be opened',
    failure('internal error; reference = n29qi3lt892s2vec5tpvih95', { remote: true }),
    'runtime',
  ],
  ['an object that was reset', failure('Durable Object reset', { durableObjectReset: true }), 'runtime'],
  ['an overloaded D1', failure('D1_ERROR: D1 DB is overloaded.', { overloaded: true }), 'overloaded'],
  ['D1 at its greatest size', failure('D1_ERROR: Exceeded maximum DB size'), 'full'],
  ['an account at its greatest size', failure('D1_ERROR: Exceeded maximum account storage'), 'full'],
  ['a D1 that was reset', failure('D1_ERROR: D1 DB exceeded its CPU time limit and was reset.'), 'runtime'],
  ['a D1 that is out of reach', failure('D1_ERROR: Network connection lost.'), 'runtime'],
])('%s is a failure of storage', (_, error, reason) => {
  expect(storageFailureOf(error)).toBe(reason)
})

test.each([
  ['a bug', new TypeError('undefined is not a function')],
  ['a broken constraint', failure('D1_ERROR: UNIQUE constraint failed: users.email: SQLITE_CONSTRAINT')],
  [
    'a query that quotes such words',
    new Error('Failed query: insert\nparams: x: SQLITE_FULL', {
      cause: failure('D1_ERROR: no such table: x: SQLITE_ERROR'),
    }),
  ],
  ['no error at all', null],
])('%s is none', (_, error) => {
  expect(storageFailureOf(error)).toBeNull()
})

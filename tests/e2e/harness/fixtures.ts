import { expect, test as base } from '@playwright/test'
import { Api } from './api'
import { ADMIN_PASSWORD, startServer, type Server } from './server'
import { words, type Words } from './words'

interface WorkerFixtures {
  server: Server
}

interface TestFixtures {
  /** The admin over HTTP, for what a spec needs but is not about. */
  api: Api
  /** The interface's words in the project's language. */
  say: Words
}

export { expect }

/** For what is the same in every language: it runs in the first one alone. */
export const ONCE = { tag: '@once' }

/** Every page is watched: nothing may ask an outside host, and no script may fail. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    async ({}, use) => {
      const server = await startServer()
      await use(server)
      await server.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  say: async ({ locale }, use) => use(words[locale === 'zh-CN' ? 'zh-CN' : 'en']),

  api: async ({ server }, use) => use(await Api.login(server.url, 'admin', ADMIN_PASSWORD)),

  page: async ({ page, server }, use) => {
    const outside: string[] = []
    const failures: string[] = []
    page.on('request', (request) => {
      const url = request.url()
      if (/^https?:/.test(url) && !url.startsWith(server.url)) outside.push(url)
    })
    page.on('pageerror', (error) => failures.push(String(error)))
    await use(page)
    expect(outside, 'requests to outside hosts').toEqual([])
    expect(failures, 'errors in scripts').toEqual([])
  },
})

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js']

/** Puts swagger-ui under dist/docs/, where the server's page at /api/docs takes it from: no outside host. */
export function apiPage(): Plugin {
  return {
    name: 'closeloop:api-page',
    apply: 'build',
    async generateBundle() {
      const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
      for (const name of FILES) {
        const text = await readFile(join(folder, name), 'utf8')
        const source = text.replace(/\n?(?:\/\/|\/\*)# sourceMappingURL=.*$/m, '')
        this.emitFile({ type: 'asset', fileName: `docs/${name}`, source })
      }
    },
  }
}

import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const TEXT = /\.(?:js|css|html|svg|json|webmanifest)$/
/** Below this the answer's headers weigh more than what is saved. */
const WORTH_IT = 1024

/** A `.gz` sibling for every text file of the build: the server packs nothing itself. */
export function compressed(): Plugin {
  let folder = ''
  return {
    name: 'closeloop:compressed',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir)
    },
    async closeBundle() {
      const names = await readdir(folder, { recursive: true })
      await Promise.all(names.filter((name) => TEXT.test(name)).map((name) => pack(join(folder, name))))
    },
  }
}

async function pack(file: string) {
  const content = await readFile(file)
  if (content.length < WORTH_IT) return
  await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }))
}

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
export const ADMIN_PASSWORD = 'loop-the-loop-42'

export interface Server {
  url: string
  stop: () => Promise<void>
}

/** The real `python run.py` on an empty SQLite file, serving the built SPA. */
export async function startServer(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'closeloop-e2e-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const output: string[] = []
  const child = spawn(join(ROOT, '.venv/bin/python'), ['run.py'], {
    cwd: ROOT,
    env: {
      ...process.env,
      DATABASE_URL: `sqlite:///${join(folder, 'closeloop.db')}`,
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: url,
      ADMIN_PASSWORD,
      LOG_FILE: join(folder, 'app.log'),
    },
  })
  child.stdout.on('data', (text: Buffer) => output.push(text.toString()))
  child.stderr.on('data', (text: Buffer) => output.push(text.toString()))
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))

  const stop = async () => {
    child.kill('SIGTERM')
    const impatient = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(impatient)
    rmSync(folder, { recursive: true, force: true })
  }
  if (!(await ready(url, () => child.exitCode === null))) {
    await stop()
    throw new Error(`python run.py did not come up:\n${output.join('')}`)
  }
  return { url, stop }
}

async function ready(url: string, alive: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 300 && alive(); tries++) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.ok) return true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return false
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

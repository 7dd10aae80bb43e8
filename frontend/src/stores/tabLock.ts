/**
 * Runs `work` in one tab at a time. A refresh token works once, so two tabs that woke up together
 * must not both spend it. Without `navigator.locks` (plain HTTP) a lease in localStorage does the same.
 */
export async function withTabLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  return navigator.locks ? await navigator.locks.request(name, work) : withLease(name, work)
}

const LEASE_MS = 8000

async function withLease<T>(name: string, work: () => Promise<T>): Promise<T> {
  const mine = `${Math.random()}`
  while (!(await take(name, mine))) await pause(60 + Math.random() * 60)
  try {
    return await work()
  } finally {
    if (holder(name) === mine) localStorage.removeItem(name)
  }
}

async function take(name: string, mine: string): Promise<boolean> {
  if (holder(name)) return false
  localStorage.setItem(name, `${Date.now() + LEASE_MS}/${mine}`)
  // Another tab may have written at the same moment: the last one to write wins.
  await pause(30)
  return holder(name) === mine
}

function holder(name: string): string | null {
  const [until, who] = (localStorage.getItem(name) ?? '').split('/')
  return who && Number(until) > Date.now() ? who : null
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

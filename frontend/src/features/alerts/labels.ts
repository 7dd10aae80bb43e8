/** What tells two alerts apart comes first; what the row says already comes never. */
const TELLING = ['service', 'instance', 'host', 'pod', 'namespace', 'cluster', 'env', 'job']
const SAID_ALREADY = ['alertname', 'severity', 'level']

export function telling(labels: Record<string, string>, most = 3): [string, string][] {
  const rank = (name: string) => (TELLING.indexOf(name) + TELLING.length + 1) % (TELLING.length + 1)
  return Object.entries(labels)
    .filter(([name, value]) => value && !SAID_ALREADY.includes(name))
    .sort(([a], [b]) => rank(a) - rank(b))
    .slice(0, most)
}

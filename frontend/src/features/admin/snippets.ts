import type { Integration } from '@/api/types'

interface Given {
  kind: Integration['kind']
  /** Where the monitoring system reaches this server. */
  origin: string
  key: string
  /** A sample alert's words; they stand inside JSON inside single quotes. */
  sample: { title: string; description: string }
}

/** Ready to be pasted into the monitoring system. */
export function snippetFor({ kind, origin, key, sample }: Given): string {
  return kind === 'alertmanager' ? receiver(origin, key) : curl(origin, key, sample)
}

const receiver = (origin: string, key: string) => `receivers:
  - name: closeloop
    webhook_configs:
      - url: ${origin}/api/v1/hooks/alertmanager
        send_resolved: true
        http_config:
          authorization:
            type: Bearer
            credentials: ${key}
`

function curl(origin: string, key: string, sample: Given['sample']): string {
  const alert = { ...sample, level: 'Error', alert_source: 'my-monitor', fired_at: 'NOW', labels: { service: 'web' } }
  // The shell fills in the time, the rest is quoted for it.
  const body = JSON.stringify(alert, null, 2).replaceAll("'", String.raw`'\''`).replace('NOW', `'$(date -u +%Y-%m-%dT%H:%M:%SZ)'`)
  return `curl -X POST '${origin}/api/v1/alerts' \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -d '${body}'
`
}

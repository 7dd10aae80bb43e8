import type { Alert } from '@/api/types'

/** Alerts for specs: only what a spec is about need be said. */
export function alert(more: Partial<Alert> = {}): Alert {
  return {
    id: 1,
    title: 'Disk almost full',
    description: '',
    level: 'Warning',
    status: 'Pending',
    alert_source: 'cron',
    labels: {},
    annotations: {},
    source_url: null,
    fingerprint: 'f'.repeat(40),
    count: 1,
    flap_count: 0,
    fired_at: '2026-11-23T10:00:00Z',
    firing_since: '2026-11-23T10:00:00Z',
    last_fired_at: '2026-11-23T10:00:00Z',
    resolved_at: null,
    handled_at: null,
    incident_id: null,
    incident: null,
    legacy_id: null,
    legacy: null,
    created_at: '2026-11-23T10:00:00Z',
    updated_at: '2026-11-23T10:00:00Z',
    version: 1,
    allowed_moves: [],
    ...more,
  }
}

import type { AllowedMove, BoardColumn, Incident, IncidentStatus } from '@/api/types'
import { INCIDENT_STATUSES } from '@/api/types'

/** Incidents for specs: only what a spec is about need be said. */
export function incident(more: Partial<Incident> = {}): Incident {
  return {
    id: 1,
    title: 'MySQL is out of connections',
    description: '',
    severity: 'P2',
    status: 'Pending',
    services: [],
    assignee: null,
    created_by: null,
    started_at: '2026-11-23T10:00:00Z',
    detected_at: '2026-11-23T10:00:00Z',
    acknowledged_at: null,
    recovering_at: null,
    recovered_at: null,
    closed_at: null,
    resolution: null,
    relapses: 0,
    postmortem_required: true,
    postmortem: null,
    alert_count: 0,
    legacy_id: null,
    legacy: null,
    created_at: '2026-11-23T10:00:00Z',
    updated_at: '2026-11-23T10:00:00Z',
    version: 1,
    allowed_moves: [],
    ...more,
  }
}

export function allowed(to: IncidentStatus, action: string, more: Partial<AllowedMove> = {}): AllowedMove {
  return { to, action, needs: [], takes: [], blocked: null, ...more }
}

export function columns(cards: Incident[]): BoardColumn[] {
  return INCIDENT_STATUSES.map((status) => {
    const items = cards.filter((card) => card.status === status)
    return { status, items, count: items.length, next_cursor: null }
  })
}

/** Where each card stands: `{ Pending: [1, 2], … }` without the empty columns. */
export function places(board: readonly BoardColumn[]): Record<string, number[]> {
  return Object.fromEntries(board.filter(({ items }) => items.length).map(({ status, items }) => [status, items.map(({ id }) => id)]))
}

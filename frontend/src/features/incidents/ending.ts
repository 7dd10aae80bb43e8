import type { Incident } from '@/api/types'

const OVER: readonly Incident['status'][] = ['Recovered', 'AwaitingPostmortem', 'Closed']

/** By status: an imported incident may lack the times. */
export const isOver = ({ status }: Incident) => OVER.includes(status)

/** Steps that were taken at an unknown time. A false alarm had nothing to recover from. */
export const isRecoveryUnknown = (incident: Incident) =>
  isOver(incident) && !incident.recovered_at && incident.resolution !== 'FalseAlarm'
export const isClosingUnknown = ({ status, closed_at }: Incident) => status === 'Closed' && !closed_at

import { describe, expect, it } from 'vitest'
import { asked, readFilters, writeFilters } from './filters'

const roundTrip = (query: Record<string, string>) => writeFilters(readFilters(query))

describe('the filters of the inbox', () => {
  it('fails when a bare address shows more than what needs a person', () => {
    expect(readFilters({}).status).toEqual(['Pending', 'Acknowledged'])
    expect(writeFilters(readFilters({}))).toEqual({})
  })

  it('fails when a shared link loses a filter', () => {
    const link = { status: 'Ignored', level: 'Critical,Error', source: 'zabbix', q: 'disk', 'label.service': 'web', 'label.a.b': 'c=d' }
    expect(roundTrip(link)).toEqual(link)
    expect(asked(readFilters(link))).toMatchObject({
      status: 'Ignored',
      level: 'Critical,Error',
      source: 'zabbix',
      q: 'disk',
      labels: { service: 'web', 'a.b': 'c=d' },
    })
  })

  it('fails when every status cannot be asked for', () => {
    expect(readFilters({ status: 'all' }).status).toEqual([])
    expect(asked(readFilters({ status: 'all' })).status).toBeUndefined()
    expect(roundTrip({ status: 'all' })).toEqual({ status: 'all' })
  })

  it("fails when an incident's linked alerts are hidden by the usual statuses", () => {
    expect(readFilters({ incident_id: '7' })).toMatchObject({ status: [], incidentId: 7 })
    expect(roundTrip({ incident_id: '7' })).toEqual({ incident_id: '7' })
    expect(roundTrip({ incident_id: '7', status: 'Pending,Acknowledged' })).toEqual({
      incident_id: '7',
      status: 'Pending,Acknowledged',
    })
  })

  it('fails when a broken address reaches the server', () => {
    const filters = readFilters({ status: 'Nonsense', level: 'Loud,Critical', incident_id: 'x', 'label.': 'v', 'label.n': '', q: ['a', 'b'] })
    expect(filters).toEqual({ status: [], level: ['Critical'], source: [], q: 'a', labels: {}, incidentId: null })
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import { speak } from '@/i18n'
import { browserZone, matchesZone, offsetOf, timeZones } from './timeZones'

const found = (term: string) => timeZones('UTC').filter((zone) => matchesZone(zone, term))

describe('the time zones', () => {
  beforeAll(() => speak('zh-CN', { remember: false }))

  it("fails when my own, this machine's or UTC is missing, late or there twice", () => {
    const zones = timeZones('Mars/Olympus')
    expect(zones[0]).toBe('Mars/Olympus')
    expect(zones.slice(0, 3)).toEqual(expect.arrayContaining([browserZone(), 'UTC']))
    expect(zones.length).toBeGreaterThan(300)
    expect(new Set(zones).size).toBe(zones.length)
  })

  it('fails when one is not found as people write it', () => {
    for (const term of ['new york', 'New_York', 'york amer', 'america/new']) expect(found(term), term).toEqual(['America/New_York'])
    for (const term of ['北京', '上海', 'beijing', '中国时间']) expect(found(term), term).toContain('Asia/Shanghai')
    expect(found('纽约')).toEqual(['America/New_York'])
    expect(found('UTC+8')).toContain('Asia/Shanghai')
    expect(found('+5:45')).toHaveLength(1)
    expect(found('asia +8')).not.toContain('Australia/Perth')
    expect(found('atlantis')).toEqual([])
  })

  it('fails when an offset is wrong, or an unknown zone breaks the list', () => {
    expect(['Asia/Shanghai', 'UTC', 'Asia/Kolkata', 'Mars/Olympus'].map(offsetOf)).toEqual(['UTC+8', 'UTC+0', 'UTC+5:30', ''])
  })
})

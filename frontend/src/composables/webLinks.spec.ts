import { describe, expect, it } from 'vitest'
import { cutAtLinks, webAddress } from './webLinks'

describe('an address out of an alert', () => {
  it('fails when something other than a web page becomes a link', () => {
    for (const bad of ['javascript:alert(1)', ' javascript:alert(1)', 'data:text/html,x', 'ftp://x/', '//x', '/path', 'see http://x', 'http://', '', null]) {
      expect(webAddress(bad), String(bad)).toBeNull()
    }
    expect(webAddress('https://grafana.example/d/1?x=1')).toBe('https://grafana.example/d/1?x=1')
    expect(webAddress('http://10.0.0.1:9090/graph')).toBe('http://10.0.0.1:9090/graph')
  })
})

const links = (text: string) => cutAtLinks(text).flatMap((piece) => (piece.href ? [piece.text] : []))

describe('text cut at its links', () => {
  it('fails when Chinese right before or behind an address becomes part of it', () => {
    expect(cutAtLinks('先看https://wiki.example/db-full然后重启，还不行就打 http://10.0.0.1:9090/graph。')).toEqual([
      { text: '先看' },
      { text: 'https://wiki.example/db-full', href: 'https://wiki.example/db-full' },
      { text: '然后重启，还不行就打 ' },
      { text: 'http://10.0.0.1:9090/graph', href: 'http://10.0.0.1:9090/graph' },
      { text: '。' },
    ])
    for (const mark of '。，、；：！？）】》」』”’…—（【《「') {
      expect(links(`见https://a.example/x${mark}完`), mark).toEqual(['https://a.example/x'])
    }
  })

  it('fails when what is nothing but an address is cut', () => {
    for (const address of ['https://wiki.example/运维/告警手册', 'https://g.example/explore?left={"datasource":"p"}', 'https://a.example/?cluster=华东']) {
      expect(links(address)).toEqual([address])
    }
  })

  it('fails when the marks of a sentence become part of the address', () => {
    for (const tail of ['.', ',', ';', ':', '!', '?', ')', ']', '}', "'", '"', '>', '**', ').', '...', '?!', `'].`]) {
      expect(links(`see https://a.example/x?y=1${tail}`), tail).toEqual(['https://a.example/x?y=1'])
      expect(links(`see https://a.example/x?y=1${tail} now`), tail).toEqual(['https://a.example/x?y=1'])
    }
  })

  it("fails when an address loses brackets of its own, or takes the sentence's", () => {
    const own = ['https://a.example/Failover_(MySQL)', 'https://kibana.example/#/?_g=(time:(from:now-1h))', 'http://[::1]', 'https://a.example/?q={a}']
    for (const address of own) {
      expect(links(address)).toEqual([address])
      expect(links(`(${address})`)).toEqual([address])
      expect(links(`[x](${address}).`)).toEqual([address])
    }
  })

  it('fails when something other than a web page becomes a link', () => {
    for (const text of ['javascript:alert(1)', 'data:text/html,<b>x</b>', 'ftp://a.example/', 'file:///etc/passwd', '//a.example', 'www.a.example', 'https://', 'http://.', 'https:// a', 'xhttps://a.example', 'https://[', '']) {
      expect(links(text), text).toEqual([])
      expect(cutAtLinks(text).map((piece) => piece.text).join('')).toBe(text)
    }
    expect(links('HTTPS://A.example/X')).toEqual(['HTTPS://A.example/X'])
  })

  it('fails when characters that turn the writing round hide in a link', () => {
    expect(links('https://a.example/\u202egpj.exe')).toEqual(['https://a.example/'])
  })

  it('fails when the pieces are not the text', () => {
    const text = `${'(https://a.example/x) '.repeat(900)}https://a.example/${')'.repeat(20_000)}`
    expect(cutAtLinks(text).map((piece) => piece.text).join('')).toBe(text)
  })
})

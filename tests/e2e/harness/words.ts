/** What people read and press, written by hand: a wrong translation fails a spec. */
const zh = {
  username: '用户名',
  password: '密码',
  signIn: '登录',
  badCredentials: '用户名或密码不正确',

  selectAlert: (title: string) => `选择 ${title}`,
  createIncident: '创建故障',
  moveCard: (id: number) => `移动 INC-${id} 到…`,
  markRecovered: '确认恢复',
  closeIncident: '关闭故障',
  falseAlarm: '判为误报',
  whyFalseAlarm: '为什么是误报？',
  refusedToClose: /「处理中」不能直接流转到「已关闭」/,
  notPublished: '复盘发布后才能关闭',
  statuses: {
    Pending: '待确认',
    InProgress: '处理中',
    Recovering: '恢复中',
    Recovered: '已恢复',
    AwaitingPostmortem: '待复盘',
    Closed: '已关闭',
  },
}

export type Words = typeof zh

const en: Words = {
  username: 'Username',
  password: 'Password',
  signIn: 'Sign in',
  badCredentials: 'Wrong username or password',

  selectAlert: (title) => `Select ${title}`,
  createIncident: 'Create incident',
  moveCard: (id) => `Move INC-${id} to…`,
  markRecovered: 'Mark recovered',
  closeIncident: 'Close incident',
  falseAlarm: 'Dismiss as false alarm',
  whyFalseAlarm: 'Why is it a false alarm?',
  refusedToClose: /“In progress” cannot go straight to “Closed”/,
  notPublished: 'Publish the postmortem before closing',
  statuses: {
    Pending: 'Pending',
    InProgress: 'In progress',
    Recovering: 'Recovering',
    Recovered: 'Recovered',
    AwaitingPostmortem: 'Awaiting postmortem',
    Closed: 'Closed',
  },
}

export const words = { 'zh-CN': zh, en }
export type IncidentStatus = keyof Words['statuses']

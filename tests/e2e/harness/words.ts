/** What people read and press, written by hand: a wrong translation fails a spec. */
const zh = {
  username: '用户名',
  password: '密码',
  signIn: '登录',
  badCredentials: '用户名或密码不正确',
}

export type Words = typeof zh

const en: Words = {
  username: 'Username',
  password: 'Password',
  signIn: 'Sign in',
  badCredentials: 'Wrong username or password',
}

export const words = { 'zh-CN': zh, en }

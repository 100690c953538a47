import { consoleWords, terms } from './console/words';
import type { Pair } from './console/words';

/** Every word that people read, in both languages; a missing one does not compile. */
export type Language = 'zh' | 'en';

const words = {
  ...consoleWords,
  app: ['法庭音视频', 'Courtroom AV'],
  user: ['用户名', 'User name'],
  password: ['密码', 'Password'],
  signIn: ['登录', 'Sign in'],
  signOut: ['退出', 'Sign out'],
  signingIn: ['正在连接…', 'Connecting…'],
  refused: ['用户名或密码不正确，或账号被暂时锁定', 'Wrong name or password, or the account is locked for a while'],
  unreachable: ['无法连接网关，正在重试', 'The gateway cannot be reached; trying again'],
  deviceRefused: ['本面板的令牌已失效或被停用。请管理员在运维控制台重新生成二维码。', 'The token of this panel was revoked or is held up. Ask an admin for a new QR code from the console.'],
  deviceForget: ['改用用户名登录', 'Sign in by name instead'],
  otherLanguage: ['English', '中文'],
  lost: ['与网关连接中断，录制不受影响，状态未知', 'Gateway connection lost; recorders go on by themselves, their state is unknown'],
  lostSince: ['以下为最后已知状态，时间', 'Below is what was last seen, at'],
  manual: ['人工步骤：在庭审主机上按录制键；呼叫值班电话。', 'By hand: press record on the recorder itself; call the duty phone.'],
  catchingUp: ['正在读取当前状态…', 'Reading the present state…'],
  gatewayGone: ['网关已停止，显示的状态可能过时', 'The gateway has stopped; what is shown may be out of date'],

  recording: ['录制', 'Recording'],
  recProven: ['录制中', 'Recording'],
  recNot: ['未录制', 'NOT RECORDED'],
  recUnproven: ['未确认', 'Not confirmed'],
  recOff: ['未启动录制', 'Recording is off'],
  offerBackup: ['可启用备份录制', 'A backup recorder is free'],
  hearing: ['庭审', 'Hearing'],
  notConfirmed: ['静音未确认', 'Silence NOT CONFIRMED'],
  forgotten: ['庭审超时未闭庭，请确认', 'Open for longer than planned: please confirm'],
  notStored: ['状态未能保存', 'The state could not be stored'],

  phaseClosed: ['未开庭', 'No hearing'],
  phasePlanned: ['已排期', 'Planned'],
  phasePreparing: ['庭前准备', 'Preparing'],
  phaseInSession: ['开庭中', 'In session'],
  phaseAdjourned: ['休庭', 'Adjourned'],
  phaseDeliberation: ['合议', 'Deliberation'],

  scenes: ['庭审控制', 'Hearing'],
  nothingAllowed: ['当前没有可执行的操作', 'Nothing can be done now'],
  notThisRoom: ['此账号看不到这个法庭', 'This account cannot see this room'],
  panicMute: ['紧急静音', 'Panic mute'],
  preview: ['预览', 'Preview'],
  previewTitle: ['将执行以下步骤（尚未发送）', 'It would do this (nothing was sent)'],
  showToCourt: ['展示给法庭', 'Show to court'],
  takeDown: ['撤下', 'Take down'],
  evidence: ['证据展示', 'Evidence'],
  close: ['关闭', 'Close'],
  holdToConfirm: ['按住确认', 'Hold to confirm'],
  sending: ['执行中…', 'Working…'],
  confirmed: ['已确认', 'Confirmed'],
  partly: ['部分完成', 'Done in part'],
  failed: ['失败', 'Failed'],
  noAnswer: ['未收到结果，请查看状态', 'No final answer; look at the state'],

  remote: ['远程', 'Remote parties'],
  noCodec: ['本庭没有会议终端', 'This room has no codec'],
  callIdle: ['未连接', 'Not connected'],
  callDialling: ['呼叫中', 'Dialling'],
  callRinging: ['来电', 'Incoming call'],
  callConnected: ['已连接', 'Connected'],
  callHeld: ['已保持（静音）', 'On hold (muted)'],
  callEnding: ['挂断中', 'Ending'],
  muted: ['麦克风已静音', 'Microphones muted'],
  unmuted: ['麦克风打开', 'Microphones open'],
  mute: ['静音', 'Mute'],
  unmute: ['取消静音', 'Unmute'],
  answer: ['接听', 'Answer'],
  volume: ['音量', 'Volume'],
  louder: ['增大音量', 'Louder'],
  softer: ['减小音量', 'Softer'],
  devices: ['设备', 'Devices'],
  displays: ['显示设备', 'Displays'],
  blankAll: ['黑屏', 'Blank'],
  unblank: ['恢复显示', 'Show again'],
  blanked: ['已黑屏', 'Blanked'],
  picture: ['有画面', 'Showing'],
  confirmBlank: ['将熄灭该显示设备的画面', 'Blanks the picture of this display'],
  cameras: ['摄像机', 'Cameras'],
  preset: ['预置位', 'Preset'],
  turnCamera: ['转动摄像机（按住）', 'Turn the camera (hold)'],
  panLeft: ['向左', 'Left'],
  panRight: ['向右', 'Right'],
  tiltUp: ['向上', 'Up'],
  tiltDown: ['向下', 'Down'],
  zoomIn: ['拉近', 'Zoom in'],
  zoomOut: ['拉远', 'Zoom out'],
  audio: ['音频', 'Audio'],
  channel: ['通道', 'Channel'],
  channelMuted: ['已静音', 'muted'],
  channelOpen: ['打开', 'open'],
  callSupport: ['呼叫技术支持', 'Call support'],
  supportWhat: ['哪里有问题？', 'What is wrong?'],
  supportUnusable: ['庭审无法进行', 'The hearing cannot go on'],
  supportCalled: ['已呼叫技术支持', 'Support was called'],
  supportTold: ['正在通知值班人员，请留在原处。', 'Whoever is on duty is being told; please stay where you are.'],
  supportNumber: ['故障编号', 'Fault number'],
  supportAgain: ['报告其他问题', 'Report something else'],
  troubleSound: ['声音', 'Sound'],
  troublePicture: ['画面', 'Picture'],
  troubleRemote: ['远程连线', 'Remote party'],
  troubleRecording: ['录制', 'The recording'],
  troubleOther: ['其他', 'Something else'],
  cancel: ['取消', 'Cancel'],
  lineQuality: ['线路质量', 'Line quality'],
  nextHearing: ['下一庭审', 'Next hearing'],
  ready: ['就绪', 'ready'],
  notReady: ['未就绪', 'NOT READY'],
  lines: ['线路与站点探测', 'Lines and probes of the site'],
  stale: ['过时', 'stale'],
  assumed: ['未读回', 'not read back'],
  unknown: ['未知', 'unknown'],
  yes: ['是', 'yes'],
  no: ['否', 'no'],

  online: ['在线', 'online'],
  offline: ['离线', 'offline'],
  degraded: ['异常', 'degraded'],
  init: ['启动中', 'starting'],
  disabled: ['停用', 'disabled'],
  maintenance: ['维护中', 'maintenance'],
  parentDown: ['上级故障', 'parent down'],

  wall: ['值班大屏', 'Duty wall'],
  console: ['运维控制台', 'Console'],
  rooms: ['法庭', 'Rooms'],
  faults: ['故障', 'Faults'],
  noFaults: ['没有未关闭的故障', 'No open faults'],
  since: ['自', 'since'],
  acknowledge: ['确认收到', 'Acknowledge'],
  accept: ['接单', 'Accept'],
  resolve: ['已解决', 'Resolve'],
  closeFault: ['关闭故障', 'Close fault'],
  note: ['备注', 'Note'],
  timeLine: ['时间线', 'Time line'],
  affected: ['受影响设备', 'Affected'],
  property: ['属性', 'Property'],
  value: ['值', 'Value'],
  quality: ['可信度', 'Quality'],
  seenAt: ['时间', 'Seen at'],
  verbs: ['操作', 'Actions'],
  execute: ['执行', 'Run'],
  chooseDevice: ['请选择设备', 'Choose a device'],
  good: ['已读回', 'seen'],
  disturbs: ['会影响庭审', 'can disturb a hearing'],
  noRooms: ['此账号没有可显示的法庭', 'This account has no room to show'],
  chooseRoom: ['选择法庭', 'Choose a room'],

  probes: ['探测', 'Probes'],
  probeOk: ['正常', 'in order'],
  probeWarn: ['预警', 'warning'],
  probeAlarm: ['告警', 'alarm'],
  lookNow: ['立即探测', 'Look now'],
  notYet: ['尚未探测', 'not looked at yet'],
  inspections: ['巡检', 'Inspections'],
  inspectNow: ['立即日检', 'Inspect now (daily)'],
  noInspections: ['尚无巡检记录', 'No inspection yet'],
  inspectionRunning: ['进行中', 'under way'],
  inspectionDone: ['已完成', 'done'],
  inspectionInterrupted: ['已中断', 'interrupted'],
  inspectionCancelled: ['已取消', 'cancelled'],
  findings: ['项异常', 'findings'],
  noFindings: ['未发现异常', 'nothing found'],
  notComplete: ['未完成', 'not complete'],
  signedBy: ['签字', 'signed by'],
  toSign: ['项待签', 'to sign'],
  inOrder: ['合格', 'In order'],
  notInOrder: ['不合格', 'Not in order'],
  rowOk: ['正常', 'in order'],
  rowDegraded: ['异常', 'degraded'],
  rowFault: ['故障', 'fault'],
  rowMissing: ['缺失', 'missing'],
  rowNotPresent: ['未安装', 'not present'],
  rowSkipped: ['未检', 'skipped'],

  confirmOpen: ['将启动主、备录制并打开麦克风与远程', 'Starts main and backup recording, opens microphones and remote parties'],
  confirmClose: ['将停止录制并挂断全部远程', 'Stops recording and hangs up every remote party'],
  confirmClosedEvidence: ['将停止直播、关闭旁听画面', 'Stops the stream and blanks the gallery'],
  confirmProtected: ['将切换到遮蔽信号', 'Switches to the masked witness'],
  confirmMediation: ['将停止直播，录制可能中断（记录原因）', 'Stops the stream; the recording may be interrupted (the reason is logged)'],
  confirmResume: ['将恢复录制并打开麦克风', 'Goes on with the recording and opens the microphones'],
  confirmDeliberation: ['将关闭全部麦克风并中断录制（合议）', 'Closes every microphone and interrupts the recording (deliberation)'],
  confirmRecess: ['将关闭全部麦克风与直播，远程保持连接', 'Closes every microphone and the stream; remote parties stay connected'],
  confirmShow: ['将向全庭展示证据', 'Shows the evidence to the whole court'],
  confirmScene: ['将改变本庭设备状态', 'Changes the devices of this room'],
} as const satisfies Record<string, Pair>;

export type Word = keyof typeof words;

const kept = 'av-language';

export const language: { now: Language } = {
  now: (localStorage.getItem(kept) as Language | null) ?? (navigator.language.startsWith('zh') ? 'zh' : 'en'),
};

export function choose(next: Language): void {
  language.now = next;
  localStorage.setItem(kept, next);
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en';
}

/** Both languages at once: for words of a panel that whoever comes reads in his own. */
export const saidInBoth = (word: Word): string => words[word].join(' / ');

export const say = (word: Word): string => words[word][language.now === 'zh' ? 0 : 1];

/** A word of the gateway's own tongue, such as `step:with-vendor`, for people; one that is not known is shown as it stands. */
export const term = (kind: string, word: string | undefined): string => terms[`${kind}:${word}`]?.[language.now === 'zh' ? 0 : 1] ?? word ?? '';

/** What the gateway says it saw: beside the English stands the Chinese, unless a device said it in its own words. */
export const spoken = (en: string | undefined, zh: string | undefined): string => (language.now === 'zh' ? zh ?? en : en) ?? '';

/** A name that the gateway sends in both languages. */
export const named = (name: { zh: string; en: string } | undefined, otherwise: string): string => name?.[language.now] ?? otherwise;

export const clock = (at: string | number | undefined): string =>
  at === undefined ? '' : new Date(at).toLocaleTimeString(language.now === 'zh' ? 'zh-CN' : 'en-GB', { hour12: false });

/** Day and time, for what may be older than today. */
export const moment = (at: string | number | null | undefined): string =>
  at === undefined || at === null ? '' : new Date(at).toLocaleString(language.now === 'zh' ? 'zh-CN' : 'en-GB', { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });

/** Seconds as 00:12:31. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map(n => String(n).padStart(2, '0')).join(':');
}

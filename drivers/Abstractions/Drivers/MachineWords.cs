using AvGateway.Classes;

namespace AvGateway.Drivers;

/// <summary>
/// How people read the states of drivers' machines and what leads from one to the next. Machines of different vendors have most of them in common; a
/// driver that means something else by a name says so in its manifest.
/// </summary>
public static class MachineWords
{
    private static readonly Dictionary<string, WordSpec> States = ByName(
        new("Unknown", "unknown", "未知"),
        new("Known", "known", "已知"),
        new("Linked", "linked", "已连接"),
        new("Open", "open", "链路已打开"),
        new("Greeting", "waiting for the greeting", "等待问候"),
        new("Draining", "waiting for quiet", "等待静默"),
        new("Shaking", "shaking hands", "握手中"),
        new("Prelude", "reading the prelude", "读取初始状态"),
        new("Probing", "asking whether it is there", "探询中"),
        new("Opening", "opening", "建立会话"),
        new("LoggingIn", "logging in", "登录中"),
        new("LoggingOn", "logging on", "登录中"),
        new("Denied", "log-in refused", "登录被拒绝"),
        new("Identifying", "identifying", "识别设备"),
        new("Initialising", "initialising", "初始化中"),
        new("Subscribing", "subscribing", "订阅状态"),
        new("Reading", "reading", "读取状态"),
        new("InStep", "in step", "已同步"),
        new("Ready", "ready", "就绪"),
        new("Foreign", "another device", "非登记设备"),
        new("Absent", "not there", "设备不存在"),
        new("Booting", "booting", "启动中"),
        new("Standby", "standby", "待机"),
        new("Asleep", "asleep", "休眠"),
        new("Off", "off", "关机"),
        new("Waking", "waking", "唤醒中"),
        new("Starting", "starting", "启动中"),
        new("Warming", "warming up", "预热中"),
        new("On", "on", "开机"),
        new("Stopping", "stopping", "停止中"),
        new("Leaving", "shutting down", "正在关机"),
        new("Cooling", "cooling down", "冷却中"),
        new("Unclear", "unclear", "状态不明"),
        new("Stopped", "stopped", "已停止"),
        new("Recording", "recording", "录制中"),
        new("Pausing", "pausing", "暂停中"),
        new("Paused", "paused", "已暂停"),
        new("Resuming", "resuming", "恢复录制中"),
        new("Finalising", "finalising", "生成文件中"),
        new("Playing", "playing", "播放中"),
        new("Calling", "calling", "呼叫中"),
        new("InCall", "in a call", "通话中"),
        new("Held", "on hold", "已保持"));

    private static readonly Dictionary<string, WordSpec> Triggers = ByName(
        new("Linked", "the link opened", "链路已打开"),
        new("LinkLost", "the link was lost", "链路中断"),
        new("Greeted", "it greeted", "收到问候"),
        new("Quiet", "it is quiet", "已静默"),
        new("Shaken", "hands were shaken", "握手完成"),
        new("Prompted", "it asks for a log-in", "要求登录"),
        new("Unauthorised", "it wants a log-in", "要求授权"),
        new("LoggedIn", "logged in", "登录成功"),
        new("LoggedOn", "logged on", "登录成功"),
        new("Denied", "log-in refused", "登录被拒绝"),
        new("Refused", "refused", "被拒绝"),
        new("Opened", "opened", "会话已建立"),
        new("Identified", "identified", "已识别"),
        new("Subscribed", "subscribed", "订阅完成"),
        new("Usable", "usable", "可用"),
        new("Read", "everything was read", "状态已读取"),
        new("Complete", "everything was told", "初始状态已读完"),
        new("Present", "it is there", "设备存在"),
        new("Absent", "it is not there", "设备不存在"),
        new("Foreign", "another device answers", "应答的是其他设备"),
        new("Restarted", "it restarted", "设备已重启"),
        new("Redesigned", "its design changed", "设计已更换"),
        new("Active", "active", "已激活"),
        new("Inactive", "not active", "未激活"),
        new("Asleep", "it sleeps", "进入休眠"),
        new("Booting", "it boots", "正在启动"),
        new("Ready", "it is ready", "就绪"),
        new("Off", "seen off", "见到关机"),
        new("Warming", "seen warming up", "见到预热"),
        new("On", "seen on", "见到开机"),
        new("Cooling", "seen cooling down", "见到冷却"),
        new("OnAsked", "asked to go on", "要求开机"),
        new("OffAsked", "asked to go off", "要求关机"),
        new("Idle", "no call", "无呼叫"),
        new("Dialling", "dialling", "正在呼叫"),
        new("Connected", "connected", "已接通"),
        new("OnHold", "on hold", "已保持"),
        new("Stopped", "seen stopped", "见到已停止"),
        new("Starting", "seen starting", "见到正在启动"),
        new("Recording", "seen recording", "见到正在录制"),
        new("Stopping", "seen stopping", "见到正在停止"),
        new("Finalising", "seen finalising", "见到正在生成文件"),
        new("Paused", "seen paused", "见到已暂停"),
        new("Playing", "seen playing", "见到正在播放"),
        new("RecordAsked", "asked to record", "要求录制"),
        new("PauseAsked", "asked to pause", "要求暂停"),
        new("ResumeAsked", "asked to go on", "要求恢复录制"),
        new("StopAsked", "asked to stop", "要求停止"),
        new("Grown", "the file has grown", "文件已增长"),
        new("Still", "the file stands still", "文件未增长"),
        new("Strange", "it says something unknown", "状态无法识别"),
        new("GaveUp", "waited too long", "等待超时"),
        new("Up", "it is up", "已启动"),
        new("Alive", "it answers", "有应答"),
        new("Silent", "it is silent", "无应答"),
        new("Gone", "silent for long", "长时间无应答"),
        new("Lost", "not found up", "多次未见启动"),
        new("WakeSent", "the wake-up was sent", "唤醒已发送"),
        new("StopTaken", "it took the order to stop", "已接受关机命令"));

    /// <summary>A state of a machine; null for one that no machine of ours has.</summary>
    public static WordSpec? State(string name) => States.GetValueOrDefault(name);

    /// <summary>What leads from one state to the next.</summary>
    public static WordSpec? Trigger(string name) => Triggers.GetValueOrDefault(name);

    private static Dictionary<string, WordSpec> ByName(params WordSpec[] words) => words.ToDictionary(w => w.Name, StringComparer.Ordinal);
}

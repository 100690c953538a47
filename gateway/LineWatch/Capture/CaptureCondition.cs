namespace AvGateway.LineWatch.Capture;

/// <summary>Whether a line can be watched, and if not, what is missing.</summary>
public enum CaptureState
{
    Watching,

    /// <summary>Nobody listens on the socket of the capture process.</summary>
    NoAgent,
    NoLibrary,
    NoRights,
    NoInterface,
    Failed,
}

/// <summary>A state with the words for people: what is missing, and how to get it.</summary>
public sealed record CaptureCondition(CaptureState State, string En, string Zh, string RemedyEn, string RemedyZh)
{
    public static readonly CaptureCondition Watching = new(CaptureState.Watching, "watching", "正在监视", "", "");

    public static CaptureCondition NoAgent(string socket) => new(
        CaptureState.NoAgent,
        $"no capture process answers at {socket}", $"{socket} 上没有抓包进程应答",
        "start it: systemctl enable --now avgateway-capture (gateway/docs/line-watch.md)", "请启动它：systemctl enable --now avgateway-capture（见 gateway/docs/line-watch.md）");

    public static CaptureCondition NoLibrary { get; } = new(
        CaptureState.NoLibrary,
        "libpcap is not installed", "未安装 libpcap",
        "install it where the capture process runs: apt-get install libpcap0.8", "请在抓包进程所在的机器上安装：apt-get install libpcap0.8");

    public static CaptureCondition NoRights(string name) => new(
        CaptureState.NoRights,
        $"the capture process may not listen on {name}: it lacks CAP_NET_RAW", $"抓包进程无权监听 {name}：缺少 CAP_NET_RAW",
        "run it by its unit avgateway-capture, which gives it that right and no other", "请用 avgateway-capture 服务单元启动它，该单元只授予这一项权限");

    public static CaptureCondition NoInterface(string name, IEnumerable<string> others) => new(
        CaptureState.NoInterface,
        $"there is no interface {name}", $"没有网络接口 {name}",
        $"interfaces are {string.Join(", ", others)}", $"现有接口：{string.Join("、", others)}");

    public static CaptureCondition Failed(string why) => new(
        CaptureState.Failed,
        $"capturing failed: {why}", $"抓包失败：{why}",
        "it is tried again every 30 s; journalctl -u avgateway-capture tells more", "每 30 秒重试一次；详见 journalctl -u avgateway-capture");
}

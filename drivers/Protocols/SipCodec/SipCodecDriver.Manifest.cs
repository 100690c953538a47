using AvGateway.Classes;
using AvGateway.Devices;
using Stateless.Graph;

namespace AvGateway.Drivers.Protocols.SipCodec;

public sealed partial class SipCodecDriver
{
    internal const string TestVerb = "test-call";
    internal const string RegisteredFlag = "registered";
    internal const string QualityWord = "line-quality";
    internal const string LossPercent = "line-loss";
    internal const string JitterTime = "line-jitter";
    internal const string Opinion = "line-mos";
    internal const string FarLossPercent = "line-far-loss";

    private const string ByOption = "dial-by";
    private const string ByLegs = "legs";
    private const string ByRefer = "refer";
    private const string ProxyOption = "proxy";
    private const string RegistrarOption = "registrar";
    private const string DomainOption = "domain";

    private static readonly FaultSpec AccessDenied = new("codec.access-denied", "The codec refuses our account", "终端拒绝网关账号");
    private static readonly FaultSpec NotRegistered = new("codec.not-registered", "The codec is not registered with its call server", "终端未注册到呼叫服务器");
    private static readonly FaultSpec PoorLine = new("codec.poor-line", "The last test call was bad", "最近一次测试呼叫线路质量差");

    public static readonly DriverManifest<SipReply> Manifest = new("sip-codec", DeviceClass.Codec, "Video endpoints that are reached by SIP alone")
    {
        Links = [new("sip")],
        Verbs =
        [
            CodecWords.Dial, CodecWords.HangUp, CodecWords.Mute, CodecWords.Unmute,

            // The codec goes away with the restart, and nothing on the wire says that it was this one.
            PowerWords.Restart with { ReadBack = false },
            new(TestVerb, "Test the line with a call", "线路测试呼叫", "call")
            {
                Disturbing = true,
                Idempotent = false,
                Arguments = [new("seconds", ValueKind.Integer, "How long to listen", "测试时长") { Optional = true, Min = 1, Max = 60, Unit = "s" }],
            },
        ],
        Properties =
        [
            CodecWords.Call, CodecWords.Calls, CodecWords.Muted,
            new(CodecWords.RemoteParty, ValueKind.Text, "Remote party", "对端"),
            CommonWords.Firmware,
            new(RegisteredFlag, ValueKind.Flag, "Registered with its call server", "已注册"),
            new(QualityWord, ValueKind.Text, "Line at the last test call", "线路质量")
            {
                OneOf = ["good", "fair", "poor", "none"],
                Words = [new("good", "good", "良好"), new("fair", "fair", "一般"), new("poor", "poor", "差"), new("none", "no sound or picture", "无声音或画面")],
            },
            new(LossPercent, ValueKind.Number, "Packets lost towards us", "接收丢包率") { Unit = "%" },
            new(FarLossPercent, ValueKind.Number, "Packets lost towards the codec", "发送丢包率") { Unit = "%" },
            new(JitterTime, ValueKind.Number, "Jitter", "抖动") { Unit = "ms" },
            new(Opinion, ValueKind.Number, "Estimated opinion score", "语音质量评分（MOS）") { Min = 1, Max = 4.5 },
        ],
        Options =
        [
            new(ByOption, ValueKind.Text, ByLegs, "How the codec is made to call: two calls of ours that are joined, or REFER", "呼叫方式：网关双路接续，或 REFER") { OneOf = [ByLegs, ByRefer] },
            new(ProxyOption, ValueKind.Text, "", "Call server that takes calls to others, such as sip:10.1.1.5", "呼叫服务器地址"),
            new(DomainOption, ValueKind.Text, "", "Domain of bare numbers; else the host of the link", "号码所属域名"),
            new(RegistrarOption, ValueKind.Text, "", "Address of the codec's account whose registration is watched", "受监视的注册账号"),
        ],
        Faults = [AccessDenied, NotRegistered, PoorLine],
        Modes = [nameof(Mode.Probing), nameof(Mode.Ready), nameof(Mode.Calling), nameof(Mode.InCall), nameof(Mode.Held)],

        // The link itself answers within 4 s whatever the device does: a missing answer is a bug, and the link is opened anew.
        Reply = new(Timeout: TimeSpan.FromSeconds(5), Gap: TimeSpan.Zero, Resync.Reconnect, MissedBeforeLost: 1),
        Poll = TimeSpan.FromSeconds(10),
        SyncWithin = TimeSpan.FromSeconds(20),
        Grade = Grade.Room,
        Create = setup => new SipCodecDriver(setup),
        Frames = FrameRelease.Of(
            "ack acceptable accepted allow allowed bad bye busy cancel content cseq declined expires forbidden found here "
            + "info invite length message method moved not notify ok options proxy publish queued refused register request "
            + "required ringing server session sip supported temporarily terminated timeout timer transaction trying "
            + "unauthorized unavailable update version"),
        Diagram = () => MermaidGraph.Format(Describe()),
    };
}

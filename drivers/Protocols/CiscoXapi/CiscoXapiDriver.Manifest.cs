using AvGateway.Classes;
using AvGateway.Devices;
using Stateless.Graph;

namespace AvGateway.Drivers.Protocols.CiscoXapi;

public sealed partial class CiscoXapiDriver
{
    internal const string AnyProtocol = "auto";

    private const string UserOption = "user";
    private const string ProtocolOption = "call-protocol";
    private const string DefaultUser = "admin";

    private static readonly FaultSpec AccessDenied = new("codec.access-denied", "The codec refuses the log-in", "终端拒绝登录");
    private static readonly FaultSpec Diagnosed = new("codec.diagnostics", "The codec's own diagnostics report an error", "终端自检报告错误");
    private static readonly FaultSpec NotRegistered = new("codec.not-registered", "The codec is not registered with its call server", "终端未注册到呼叫服务器");

    public static readonly DriverManifest<XapiReply> Manifest = new("cisco-xapi", DeviceClass.Codec, "Cisco RoomOS, CE and TC video codecs")
    {
        Links =
        [
            LinkKind.Serial("baud=115200&data=8&parity=none&stop=1&flow=none"), LinkKind.Ssh(22), LinkKind.WebSocket("ws", 80), LinkKind.WebSocket("wss", 443),
        ],
        Verbs =
        [
            CodecWords.Dial, CodecWords.HangUp, CodecWords.Answer, CodecWords.Mute, CodecWords.Unmute, CodecWords.SetVolume,
            CodecWords.Present, CodecWords.StopPresenting, CodecWords.PresetRecall, CodecWords.PresetStore,
            PowerWords.On, PowerWords.Off,

            // The line ends with the restart, and a command cannot outlive its link.
            PowerWords.Restart with { ReadBack = false },
        ],
        Properties =
        [
            CodecWords.Call, CodecWords.Calls, CodecWords.Volume, CodecWords.Muted, CodecWords.Presenting,
            new(CodecWords.RemoteParty, ValueKind.Text, "Remote party", "对端"),
            PowerWords.Power, CommonWords.Model, CommonWords.Serial, CommonWords.Firmware, CommonWords.Temperature,
        ],
        Options =
        [
            new(UserOption, ValueKind.Text, DefaultUser, "User to log in as", "登录用户名"),
            new(ProtocolOption, ValueKind.Text, AnyProtocol, "Protocol to dial with", "呼叫协议") { OneOf = [AnyProtocol, "Sip", "H323", "Spark"] },
        ],
        Faults = [AccessDenied, NotRegistered, Diagnosed],
        Modes =
        [
            nameof(Mode.LoggingIn), nameof(Mode.Initialising), nameof(Mode.Standby), nameof(Mode.Ready), nameof(Mode.Calling), nameof(Mode.InCall),
        ],
        Reply = new(Timeout: TimeSpan.FromSeconds(3), Gap: TimeSpan.FromMilliseconds(20), Resync.Quiet, Attempts: 2),
        SyncWithin = TimeSpan.FromSeconds(30),
        Grade = Grade.Room,
        Create = setup => new CiscoXapiDriver(setup),
        Frames = FrameRelease.Of(
            "accept active activate audio call callback calldisconnect callid calltype cause causecode causestring causetype ce "
            + "cisco codec command commandresponse conference configuration connect connected connectors controlsystem deactivate "
            + "decline dial dialling dialresult direction disconnect disconnecting duration e echo encryption end enteringstandby "
            + "error event expression failed false feedback hardware id idle incoming incomingcallindication incorrect initialized "
            + "input int internal invalid is level mic microphones mode module mute no none not off ok on outgoing outputmode "
            + "parameter parameters peripherals presentation product productid protocol reason register registered registration "
            + "result resultid ringing roomos s serialnumber set sip software standby start started state status successful system "
            + "systemunit temperature the this to true type unknown value version video volume what xcommand xconfiguration xfeedback "
            + "xpath xpreferences xstatus"),
        Diagram = () => MermaidGraph.Format(Describe()),
    };
}

using AvGateway.Classes;
using AvGateway.Devices;
using Stateless.Graph;

namespace AvGateway.Drivers.Protocols.Poly;

public sealed partial class PolyDriver
{
    private const string UserOption = "user";
    private const string ProtocolOption = "call-protocol";
    private const string RegistrationOption = "registration";
    private const string AnyProtocol = "auto";
    private const string NoRegistration = "none";
    private const string DefaultUser = "admin";
    private const int Loudest = 50;

    private static readonly FaultSpec AccessDenied = new("codec.access-denied", "The codec refuses the log-in", "终端拒绝登录");
    private static readonly FaultSpec NotRegistered = new("codec.not-registered", "The codec is not registered with its call server", "终端未注册到呼叫服务器");

    public static readonly DriverManifest<PolyReply> Manifest = new("poly", DeviceClass.Codec, "Poly (Polycom) HDX, RealPresence Group, G7500 and Studio X video codecs, text API")
    {
        Links = [LinkKind.Serial("baud=9600&data=8&parity=none&stop=1&flow=none"), LinkKind.Tcp(24), LinkKind.Ssh(22)],
        Verbs =
        [
            CodecWords.Dial, CodecWords.HangUp, CodecWords.Answer, CodecWords.Mute, CodecWords.Unmute,
            CodecWords.SetVolume with { Arguments = [new("v", ValueKind.Integer, "Volume", "音量") { Min = 0, Max = Loudest }] },
            CodecWords.Present, CodecWords.StopPresenting, CodecWords.PresetRecall, CodecWords.PresetStore,
            PowerWords.On, PowerWords.Off,

            // The session ends with it, and no answer is documented.
            PowerWords.Restart with { ReadBack = false },
        ],
        Properties =
        [
            CodecWords.Call, CodecWords.Calls, CodecWords.Volume with { Max = Loudest, Unit = null }, CodecWords.Muted, CodecWords.Presenting,
            new(CodecWords.RemoteParty, ValueKind.Text, "Remote party", "对端"),
            PowerWords.Power, CommonWords.Model, CommonWords.Serial, CommonWords.Firmware,
        ],
        Options =
        [
            new(UserOption, ValueKind.Text, DefaultUser, "User to log in as where one is asked for", "登录用户名"),
            new(ProtocolOption, ValueKind.Text, AnyProtocol, "Protocol to dial with", "呼叫协议") { OneOf = [AnyProtocol, "sip", "h323"] },
            new(RegistrationOption, ValueKind.Text, NoRegistration, "Call server whose loss is a fault", "需监视注册的呼叫服务器") { OneOf = [NoRegistration, "sip", "h323"] },
        ],
        Faults = [AccessDenied, NotRegistered],
        Modes = [nameof(Mode.LoggingIn), nameof(Mode.Initialising), nameof(Mode.Asleep), nameof(Mode.Ready), nameof(Mode.Calling), nameof(Mode.InCall)],

        // Answers carry no number: after silence only a new session tells a late one from the next.
        Reply = new(Timeout: TimeSpan.FromSeconds(3), Gap: TimeSpan.FromMilliseconds(200), Resync.Reconnect),
        SyncWithin = TimeSpan.FromSeconds(40),
        Grade = Grade.Room,
        Create = setup => new PolyDriver(setup),
        Frames = FrameRelease.Of(
            "active all already answered auto autoanswer available busy call callinfo callstate callstatus cleared command complete "
            + "connected connecting control cs dial dialing disconnected disconnecting enabled end ended error event for get going "
            + "hang hangup idle in inactive incoming info is listen manual model mute muted mutestatus near not notification "
            + "notifications notify number off offline on online opened outgoing register registered ringing serial set sip sleep "
            + "sleeping snmp software state status stop success successfully system unmuted unregister up vcbutton version video "
            + "volume wake waking what"),
        Diagram = () => MermaidGraph.Format(Describe()),
    };
}

using AvGateway.Classes;
using AvGateway.Devices;
using Stateless.Graph;

namespace AvGateway.Drivers.Protocols.QSys;

public sealed partial class QSysDriver
{
    private const string ChannelsOption = "channels", UserOption = "user";

    private static readonly FaultSpec StandbyCore = new("audio.core-standby", "The core is not the active one and takes no orders", "该核心处理器未处于主用状态，不接受控制");

    public static readonly DriverManifest<QSysReply> Manifest = new("qsys", DeviceClass.Audio, "QSC Q-SYS cores and the emulator, QRC")
    {
        Links = [LinkKind.Tcp(1710)],
        Verbs = [AudioWords.Mute, AudioWords.Unmute, AudioWords.Level],
        Properties = [AudioWords.MutedChannels, AudioWords.Levels, CommonWords.Model, new(DesignWord, ValueKind.Text, "Design that runs on the core", "核心处理器上运行的设计")],
        Options =
        [
            new(ChannelsOption, ValueKind.Text, "", "Named controls by channel: 1=Mic1Mute/Mic1Gain,2=Mic2Mute", "各通道的命名控件，例如 1=Mic1Mute/Mic1Gain") { Required = true },
            new(UserOption, ValueKind.Text, "", "User to log on as, where the core wants it", "登录用户名（需要时）"),
        ],
        Faults = [AudioWords.NotFollowing, AudioWords.NoChannel, AudioWords.AccessDenied, AudioWords.DeviceFailure, StandbyCore],
        Modes = [nameof(Mode.Identifying), nameof(Mode.LoggingOn), nameof(Mode.Standby), nameof(Mode.Reading), nameof(Mode.Ready)],
        Reply = new(Timeout: TimeSpan.FromSeconds(2), Gap: TimeSpan.Zero, Resync.Reconnect),
        SyncWithin = TimeSpan.FromSeconds(20),
        Frames = FrameRelease.Of("jsonrpc id method params result error code message noop statusget enginestatus state active standby idle control get set name value string changegroup addcontrol autopoll poll changes rate logon"),
        Grade = Grade.Room,
        Create = setup => new QSysDriver(setup),
        Diagram = () => MermaidGraph.Format(Describe()),
    };
}

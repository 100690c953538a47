using AvGateway.Classes;
using AvGateway.Devices;
using Stateless.Graph;

namespace AvGateway.Drivers.Protocols.Tesira;

public sealed partial class TesiraDriver
{
    private const string ChannelsOption = "channels", UserOption = "user", DefaultUser = "default";

    public static readonly DriverManifest<TesiraReply> Manifest = new("tesira", DeviceClass.Audio, "Biamp Tesira servers and TesiraFORTÉ, Tesira Text Protocol")
    {
        Links = [LinkKind.Tcp(23), LinkKind.Ssh(22), LinkKind.Serial("baud=115200&data=8&parity=none&stop=1&flow=none")],
        Verbs = [AudioWords.Mute, AudioWords.Unmute, AudioWords.Level],
        Properties = [AudioWords.MutedChannels, AudioWords.Levels, CommonWords.Serial, CommonWords.Firmware],
        Options =
        [
            new(ChannelsOption, ValueKind.Text, "", "Block and channel by number: 1=Level1/1,2=Court Mics/4", "各通道所在的模块与序号，例如 1=Level1/1,2=Court Mics/4") { Required = true },
            new(UserOption, ValueKind.Text, DefaultUser, "User to log in as where one is asked for", "登录用户名（需要时）"),
        ],
        Faults = [AudioWords.NotFollowing, AudioWords.NoChannel, AudioWords.AccessDenied, AudioWords.DeviceFailure],
        Modes = [nameof(Mode.LoggingIn), nameof(Mode.Identifying), nameof(Mode.Subscribing), nameof(Mode.Reading), nameof(Mode.Ready)],

        // Answers carry no number: after silence only a new session tells a late one from the next.
        Reply = new(Timeout: TimeSpan.FromSeconds(3), Gap: TimeSpan.FromMilliseconds(30), Resync.Reconnect),
        SyncWithin = TimeSpan.FromSeconds(40),
        Frames = FrameRelease.Of(
            "ok err session device get set toggle subscribe unsubscribe verbose mute level value list true false publishtoken serialnumber version activefaultlist id faults "
            + "address not found supported by parse error at cannot deliver general failure already subscribed indicator none minor major in system"),
        Grade = Grade.Room,
        Create = setup => new TesiraDriver(setup),
        Diagram = () => MermaidGraph.Format(Describe()),
    };
}

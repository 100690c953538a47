using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.WakeOnLan;

public sealed partial class WakeOnLanDriver
{
    private const string ShutdownOption = "shutdown";
    private const string BootOption = "boot-within";
    private const string ShutdownWithinOption = "shutdown-within";
    private const string SilenceOption = "off-after";
    private const string Unasked = "power-unasked";

    private static readonly FaultSpec NotFollowing =
        new("computer.not-following", "The computer took the order to shut down and did not go off", "计算机已接受关机命令但未关机");

    private static readonly FaultSpec DidNotWake = new("computer.did-not-wake", "The computer was woken and did not come up", "已发送唤醒报文，计算机未启动");

    private static readonly FaultSpec CameBack =
        new("computer.came-back", "The computer went off by our order and came up again without one", "计算机按命令关机后自行启动");

    private static readonly FaultSpec LogIn =
        new("computer.log-in", "The computer cannot be shut down: it does not let the gateway in", "计算机拒绝网关登录，无法远程关机");

    public static readonly DriverManifest<WakeReply> Manifest =
        new("wake-on-lan", DeviceClass.Power, "PCs with Wake-on-LAN and an SSH server: Windows, Linux and others, without an agent")
        {
            Links = [new LinkKind("wake", 22)],
            Verbs = [PowerWords.On, PowerWords.Off],
            Properties = [PowerWords.Power],
            Faults = [NotFollowing, DidNotWake, CameBack, LogIn],
            Options =
            [
                new(ShutdownOption, ValueKind.Text, "", "Command that shuts it down, for example shutdown /s /t 0 or sudo -n shutdown -h now", "关机命令，例如 shutdown /s /t 0 或 sudo -n shutdown -h now")
                {
                    Required = true,
                },
                new(BootOption, ValueKind.Integer, 180, "Seconds from the wake packet to its SSH server", "从唤醒到可登录的最长秒数") { Min = 5, Max = 1800 },
                new(ShutdownWithinOption, ValueKind.Integer, 300, "Seconds from the shutdown command to silence", "从关机命令到完全关机的最长秒数") { Min = 5, Max = 3600 },
                new(SilenceOption, ValueKind.Integer, 15, "Seconds of silence that mean off", "判定为关机的无应答秒数") { Min = 1, Max = 120 },
            ],
            Modes = [.. Enum.GetNames<Mode>().Except([nameof(Mode.Unknown), nameof(Mode.Known)])],

            // The link answers at once or after its look of 2 s.
            Reply = new(Timeout: TimeSpan.FromSeconds(4), Gap: TimeSpan.Zero, Resync.Reconnect),

            // What is silent when the gateway starts is called off only after a while.
            SyncWithin = TimeSpan.FromMinutes(3),
            LinkOutlivesPower = true,
            Grade = Grade.Room,
            Create = setup => new WakeOnLanDriver(setup),
            Diagram = Draw,
        };
}

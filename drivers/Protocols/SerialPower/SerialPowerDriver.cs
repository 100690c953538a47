using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;
using Stateless.Graph;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.SerialPower;

/// <summary>Drives the eight-way power controller of Chinese courtrooms, by RS-232 and frames of six bytes.</summary>
/// <remarks>
/// Nothing can be asked of it. What is shown of an outlet is what was sent last, and says so (<c>assumed</c>); a command ends as
/// acknowledged only. Whoever needs to know whether an outlet is on looks at what hangs on it.
/// </remarks>
public sealed class SerialPowerDriver : DeviceDriver<SerialPowerReply>
{
    private const string WaysOption = "outlets";
    private const string OnOption = "on-operation";
    private const string OffOption = "off-operation";
    private const string AnswersOption = "answers";
    private const string Nothing = "nothing";
    private const string Echo = "echo";

    // Six bytes at 9600 baud take 6 ms, the port's own buffer somewhat longer.
    private static readonly TimeSpan OnTheWire = TimeSpan.FromMilliseconds(200);

    public static readonly DriverManifest<SerialPowerReply> Manifest =
        new("serial-power", DeviceClass.Power, "Eight-way power controllers with frames 3A 01 05 channel operation 0D")
        {
            Links = [LinkKind.Serial("baud=9600&data=8&parity=none&stop=1&flow=none"), new("tcp")],
            Verbs = [OutletWords.On() with { ReadBack = false }, OutletWords.Off() with { ReadBack = false }],
            Properties = [OutletWords.Outlets()],
            Options =
            [
                new(WaysOption, ValueKind.Integer, 8, "Number of outlets", "电源路数") { Min = 1, Max = 64 },
                new(OnOption, ValueKind.Integer, 1, "Operation byte that switches on", "接通操作码") { Min = 0, Max = 255 },
                new(OffOption, ValueKind.Integer, 0, "Operation byte that switches off", "断开操作码") { Min = 0, Max = 255 },
                new(AnswersOption, ValueKind.Text, Nothing, "What the controller says to a frame", "控制器对命令的应答") { OneOf = [Nothing, Echo] },
            ],
            Modes = [nameof(Mode.Open)],

            // Between two frames, so that no two loads draw their inrush together.
            Reply = new(Timeout: TimeSpan.FromSeconds(2), Gap: TimeSpan.FromMilliseconds(1200), Resync.Quiet),
            CanBeAsked = false,
            Grade = Grade.Room,
            Create = setup => new SerialPowerDriver(setup),
            Frames = FrameRelease.Whole,
            Diagram = Draw,
        };

    private readonly StateMachine<Mode, Told> _line = new(Mode.Unknown);
    private readonly int _ways;
    private readonly int _on;
    private readonly int _off;
    private readonly bool _echoes;

    public SerialPowerDriver(DriverSetup setup) : base(new SerialPowerCodec())
    {
        _ways = (int)setup.Options[WaysOption].Integer;
        _on = (int)setup.Options[OnOption].Integer;
        _off = (int)setup.Options[OffOption].Integer;
        _echoes = setup.Options[AnswersOption].Text == Echo;

        _line.Configure(Mode.Unknown).Permit(Told.Linked, Mode.Open).Ignore(Told.LinkLost);
        _line.Configure(Mode.Open).Permit(Told.LinkLost, Mode.Unknown).Ignore(Told.Linked);
        _line.OnTransitioned(t => Device.SetMode(t.Destination.ToString()));
    }

    internal enum Mode { Unknown, Open }

    internal enum Told { Linked, LinkLost }

    internal static StateMachineInfo Describe() => new SerialPowerDriver(Manifest.OnPaper())._line.GetInfo();

    private static string Draw() => MermaidGraph.Format(Describe());

    public override void OnLinked()
    {
        Device.Extent(OutletWords.OutletExtent, _ways);
        _line.Fire(Told.Linked);
        Device.Synchronised();
    }

    public override void OnLinkLost() => _line.Fire(Told.LinkLost);

    public override void OnCommand(CommandRequest command)
    {
        var outlet = (int)command.Args[OutletWords.OutletArgument].Integer;
        var on = command.Verb == OutletWords.OnVerb;
        if (outlet < 1 || outlet > _ways)
        {
            Device.Complete(command, CommandResult.Rejected($"no outlet {outlet} on this controller"));
            return;
        }

        var operation = on ? _on : _off;
        var request = SerialPowerCodec.Request(outlet, operation);
        var state = on ? PowerStates.On : PowerStates.Off;
        if (_echoes)
        {
            Device.Ask(request, reply => reply == new SerialPowerReply((byte)outlet, (byte)operation) && Sent(command, outlet, state, "the controller repeated the frame"), command);
            return;
        }

        // Nothing will be seen: what is waited for is the frame's way out, and the look that follows finds nothing to look at.
        Device.Tell(request, command);
        Device.Expect(command, OutletWords.Outlet(outlet), state, OnTheWire, () => Sent(command, outlet, state, "sent; this controller answers nothing"));
    }

    /// <summary>Nothing can be asked, and an open line is all that is known of the controller.</summary>
    public override void OnPoll()
    {
    }

    private bool Sent(CommandRequest command, int outlet, string state, string reason)
    {
        Device.Acknowledged(command);
        Device.Assume(OutletWords.Outlet(outlet), state);
        Device.Complete(command, CommandResult.AcknowledgedOnly with { Reason = reason });
        return true;
    }
}

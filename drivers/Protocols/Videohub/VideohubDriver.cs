using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;
using Stateless.Graph;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.Videohub;

/// <summary>Drives a Videohub matrix over its Ethernet protocol (TCP 9990). Ports carry the numbers of the wire: the first is 0.</summary>
public sealed class VideohubDriver : DeviceDriver<VideohubBlock>
{
    private const string AbsentFault = "matrix.device-absent";
    private const string QuietTimer = "prelude-quiet";

    // Firmware before 2.4 sends no END PRELUDE; its prelude is over when nothing has come for this long after a routing block.
    private static readonly TimeSpan PreludeQuiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(2);

    private static readonly PropertySpec Locks = new($"output-lock-{{{MatrixWords.OutputExtent}}}", ValueKind.Text, "Lock of an output", "输出锁定")
    {
        First = 0,
        OneOf = ["free", "own", "other"],
        Words = [new("free", "free", "未锁定"), new("own", "locked from here", "本网关锁定"), new("other", "locked by somebody else", "被其他控制端锁定")],
    };

    public static readonly DriverManifest<VideohubBlock> Manifest = new("videohub", DeviceClass.Matrix, "Blackmagic Design Videohub, protocol 2.x")
    {
        Links = [LinkKind.Tcp(9990)],
        Verbs = [MatrixWords.Route(first: 0, canDisconnect: false)],
        Properties =
        [
            MatrixWords.Outputs(0), MatrixWords.InputLabels(0), MatrixWords.OutputLabels(0), Locks, CommonWords.Model, CommonWords.Serial,
        ],
        Faults = [new(AbsentFault, "The server answers, the matrix behind it is not there", "服务端有应答，但矩阵主机不存在")],
        Modes = [nameof(Mode.Prelude), nameof(Mode.Ready), nameof(Mode.Absent)],
        Reply = new(Timeout: TimeSpan.FromSeconds(2), Gap: TimeSpan.Zero, Resync.Reconnect),
        Grade = Grade.Room,
        Create = _ => new VideohubDriver(),
        Frames = FrameRelease.Of(
            "ack blackmagic configuration device end id input inputs label labels locks mode model monitoring nak o output "
            + "outputs ping ports preamble prelude present processing protocol routing serial take true false u units version "
            + "video videohub x"),
        Diagram = () => MermaidGraph.Format(Describe()),
    };

    private readonly StateMachine<Mode, Told> _prelude = new(Mode.Unknown);
    private readonly VideohubTable _table = new();
    private bool _isFilling;

    public VideohubDriver() : base(new VideohubCodec())
    {
        _prelude.Configure(Mode.Unknown)
            .Permit(Told.Linked, Mode.Prelude)
            .Ignore(Told.Absent).Ignore(Told.Present).Ignore(Told.Complete).Ignore(Told.LinkLost);

        _prelude.Configure(Mode.Linked).Permit(Told.LinkLost, Mode.Unknown).Ignore(Told.Linked);

        _prelude.Configure(Mode.Prelude).SubstateOf(Mode.Linked)
            .OnEntry(_table.Clear).OnExit(StopWaiting)
            .Permit(Told.Complete, Mode.Ready)
            .Permit(Told.Absent, Mode.Absent)
            .Ignore(Told.Present);

        _prelude.Configure(Mode.Ready).SubstateOf(Mode.Linked)
            .OnEntry(ShowAll)
            .Permit(Told.Absent, Mode.Absent)
            .Ignore(Told.Present).Ignore(Told.Complete);

        // A frame that comes back behind its server is told whole again, but for the preamble.
        _prelude.Configure(Mode.Absent).SubstateOf(Mode.Linked)
            .OnEntry(ShowAbsent).OnExit(() => Device.Clear(AbsentFault))
            .Permit(Told.Present, Mode.Prelude)
            .Ignore(Told.Absent).Ignore(Told.Complete);

        _prelude.OnTransitioned(t => Device.SetMode(t.Destination.ToString()));
    }

    internal enum Mode { Unknown, Linked, Prelude, Ready, Absent }

    internal enum Told { Linked, Absent, Present, Complete, LinkLost }

    public override void OnLinked() => _prelude.Fire(Told.Linked);

    public override void OnLinkLost() => _prelude.Fire(Told.LinkLost);

    public override void OnUnsolicited(VideohubBlock reply)
    {
        if (reply.Unit is { Present: { } present }) _prelude.Fire(present == "true" ? Told.Present : Told.Absent);
        Take(reply);
        if (_prelude.State is not Mode.Prelude) return;
        if (reply.Kind is VideohubBlockKind.EndPrelude || (_isFilling && _table.IsComplete)) FillGaps();
        else if (_table.HasRoutes) Device.StartTimer(QuietTimer, PreludeQuiet);
    }

    public override void OnTimer(string name) => FillGaps();

    /// <summary>Any answer proves life, a NAK of firmware without PING as well.</summary>
    public override void OnPoll() => Device.Ask("PING:", reply => reply.IsAnswer);

    public override void OnCommand(CommandRequest command)
    {
        var output = (int)command.Args[MatrixWords.OutputArgument].Integer;
        var input = (int)command.Args[MatrixWords.InputArgument].Integer;
        if (output < 0 || output >= _table.Outputs || input < 0 || input >= _table.Inputs)
        {
            Device.Complete(command, CommandResult.Rejected($"no input {input} or no output {output} on this matrix"));
            return;
        }

        if (_table.IsLockedByOther(output))
        {
            Device.Complete(command, CommandResult.Rejected($"output {output} is locked by another controller"));
            return;
        }

        Device.Ask(string.Create(CultureInfo.InvariantCulture, $"VIDEO OUTPUT ROUTING:\n{output} {input}"), reply => Answered(command, reply), command);
        Device.Expect(command, _table.RouteName(output), input, FollowsWithin, Dump);
    }

    internal static StateMachineInfo Describe() => new VideohubDriver()._prelude.GetInfo();

    private bool Answered(CommandRequest command, VideohubBlock reply)
    {
        if (reply.Kind is VideohubBlockKind.Ack) Device.Acknowledged(command);
        else if (reply.Kind is VideohubBlockKind.Nak) Device.Complete(command, CommandResult.Refused("NAK"));
        return reply.IsAnswer;
    }

    private void Dump() => Device.Ask("VIDEO OUTPUT ROUTING:", reply => reply.IsAnswer);

    /// <summary>A prelude that was cut short, or whose outputs were not all told, is completed by a dump before anything is believed.</summary>
    private void FillGaps()
    {
        Device.StopTimer(QuietTimer);
        if (_table.IsComplete || (_isFilling && _table.HasRoutes))
        {
            _prelude.Fire(Told.Complete);
            return;
        }

        // Without any route the hub is not in step; the time allowed for that ends the link.
        if (_isFilling) return;
        _isFilling = true;
        Dump();
        Device.StartTimer(QuietTimer, PreludeQuiet);
    }

    private void StopWaiting()
    {
        _isFilling = false;
        Device.StopTimer(QuietTimer);
    }

    private void Take(VideohubBlock block)
    {
        if (block.Unit is { } unit) Take(unit);
        foreach (var line in block.Lines)
        {
            var isNew = block.Kind switch
            {
                VideohubBlockKind.OutputRouting => _table.TakeRoute(line),
                VideohubBlockKind.OutputLocks => _table.TakeLock(line),
                VideohubBlockKind.InputLabels => _table.TakeInputLabel(line),
                VideohubBlockKind.OutputLabels => _table.TakeOutputLabel(line),
                _ => false,
            };
            if (isNew && _prelude.State is Mode.Ready) Show(block.Kind, line.Number);
        }
    }

    private void Take(VideohubUnit unit)
    {
        _table.Take(unit);
        if (unit.Model is { } model) Device.Report(CommonWords.ModelName, model);
        if (unit.UniqueId is not { Length: > 0 } serial) return;
        Device.Report(CommonWords.SerialNumber, serial);
        Device.Identify(serial);
    }

    private void ShowAll()
    {
        Device.Extent(MatrixWords.InputExtent, _table.Inputs);
        Device.Extent(MatrixWords.OutputExtent, _table.Outputs);
        for (var input = 0; input < _table.Inputs; input++) Show(VideohubBlockKind.InputLabels, input);
        for (var output = 0; output < _table.Outputs; output++)
        {
            Show(VideohubBlockKind.OutputLabels, output);
            Show(VideohubBlockKind.OutputLocks, output);
            Show(VideohubBlockKind.OutputRouting, output);
        }

        Device.Synchronised();
    }

    private void Show(VideohubBlockKind kind, int number)
    {
        switch (kind)
        {
            case VideohubBlockKind.OutputRouting when _table.Source(number) is { } source: Device.Report(_table.RouteName(number), source); break;
            case VideohubBlockKind.OutputLocks when _table.Lock(number) is { } letter: Device.Report(_table.LockName(number), LockWord(letter)); break;
            case VideohubBlockKind.InputLabels when _table.InputLabel(number) is { } label: Device.Report(_table.InputLabelName(number), label); break;
            case VideohubBlockKind.OutputLabels when _table.OutputLabel(number) is { } label: Device.Report(_table.OutputLabelName(number), label); break;
        }
    }

    private void ShowAbsent()
    {
        Device.Raise(AbsentFault);
        Device.Unusable(StatusReasons.DeviceAbsent);
    }

    private static string LockWord(string letter) => letter switch { "O" => "own", "L" => "other", _ => "free" };
}

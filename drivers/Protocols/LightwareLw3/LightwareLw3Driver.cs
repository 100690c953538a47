using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;
using Stateless.Graph;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.LightwareLw3;

/// <summary>Drives a Lightware matrix over LW3 (TCP 6107): it is asked with signatures, and tells changes of what was opened.</summary>
public sealed class LightwareLw3Driver : DeviceDriver<Lw3Reply>
{
    private const string General = "/MEDIA/VIDEO/XP", Mx2 = "/MEDIA/XP/VIDEO";
    private const string ConnectionList = "DestinationConnectionList", ConnectionStatus = "DestinationConnectionStatus";
    private const string SourceCount = "SourcePortCount";
    private const char Source = 'I';

    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(2);
    private static readonly AskTiming MethodTiming = new(TimeSpan.FromSeconds(5));

    public static readonly DriverManifest<Lw3Reply> Manifest = new("lightware-lw3", DeviceClass.Matrix, "Lightware matrices that speak LW3: MMX, TPX and MX2 families")
    {
        Links = [LinkKind.Tcp(6107), LinkKind.Serial("baud=57600&data=8&parity=none&stop=1&flow=none")],
        Verbs = [MatrixWords.Route(first: 1, canDisconnect: true)],
        Properties = [MatrixWords.Outputs(1), CommonWords.Model, CommonWords.Serial, CommonWords.Firmware],
        Modes = [nameof(Mode.Identifying), nameof(Mode.Opening), nameof(Mode.Reading), nameof(Mode.Ready)],
        Reply = new(Timeout: TimeSpan.FromSeconds(2), Gap: TimeSpan.Zero, Resync.Reconnect),
        SyncWithin = TimeSpan.FromSeconds(20),
        Frames = FrameRelease.Of("get set call open close chg pr pw pe mo mf me ne media video xp switch destinationconnectionlist destinationconnectionstatus sourceportcount productname firmwareversion serialnumber i o n e"),
        Grade = Grade.Room,
        Create = _ => new LightwareLw3Driver(),
        Diagram = () => MermaidGraph.Format(Describe()),
    };

    private readonly StateMachine<Mode, Told> _session = new(Mode.Unknown);
    private ushort _signature;
    private string _crossPoint = General;
    private string _connections = ConnectionList;
    private int _inputs;
    private int _outputs;

    public LightwareLw3Driver() : base(new Lw3Codec())
    {
        _session.Configure(Mode.Unknown)
            .Permit(Told.Linked, Mode.Identifying)
            .Ignore(Told.Identified).Ignore(Told.Opened).Ignore(Told.Read).Ignore(Told.LinkLost);

        _session.Configure(Mode.Linked)
            .Permit(Told.LinkLost, Mode.Unknown)
            .Ignore(Told.Linked);

        _session.Configure(Mode.Identifying).SubstateOf(Mode.Linked)
            .OnEntry(Identify)
            .Permit(Told.Identified, Mode.Opening)
            .Ignore(Told.Opened).Ignore(Told.Read);

        // Subscribed before it is read: what changes in between is told.
        _session.Configure(Mode.Opening).SubstateOf(Mode.Linked)
            .OnEntry(Open)
            .Permit(Told.Opened, Mode.Reading)
            .Ignore(Told.Identified).Ignore(Told.Read);

        _session.Configure(Mode.Reading).SubstateOf(Mode.Linked)
            .OnEntry(ReadAll)
            .Permit(Told.Read, Mode.Ready)
            .Ignore(Told.Identified).Ignore(Told.Opened);

        _session.Configure(Mode.Ready).SubstateOf(Mode.Linked)
            .OnEntry(() => Device.Synchronised())
            .Ignore(Told.Identified).Ignore(Told.Opened).Ignore(Told.Read);

        _session.OnTransitioned(t => Device.SetMode(t.Destination.ToString()));
    }

    internal enum Mode { Unknown, Linked, Identifying, Opening, Reading, Ready }

    internal enum Told { Linked, Identified, Opened, Read, LinkLost }

    public override void OnLinked()
    {
        (_inputs, _outputs) = (0, 0);
        _session.Fire(Told.Linked);
    }

    public override void OnLinkLost() => _session.Fire(Told.LinkLost);

    public override void OnUnsolicited(Lw3Reply reply) => TakeChanges(reply);

    public override void OnPoll() => ReadConnections();

    public override void OnCommand(CommandRequest command)
    {
        var output = (int)command.Args[MatrixWords.OutputArgument].Integer;
        var input = (int)command.Args[MatrixWords.InputArgument].Integer;
        if (output < 1 || output > _outputs || input < 0 || input > _inputs)
        {
            Device.Complete(command, CommandResult.Rejected($"no input {input} or no output {output} on this matrix"));
            return;
        }

        var source = input == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{Source}{input}");
        Ask(string.Create(CultureInfo.InvariantCulture, $"CALL {_crossPoint}:switch({source}:O{output})"), reply =>
        {
            if (reply.Error is { } error || !reply.Answers.Any(line => line.Prefix == "mO"))
            {
                Device.Complete(command, CommandResult.Refused(reply.Error ?? "no method answered"));
                ReadConnections();
                return;
            }

            Device.Acknowledged(command);
            Device.Expect(command, MatrixWords.Output(output), input, FollowsWithin, ReadConnections);
            ReadConnections();
        }, command, MethodTiming);
    }

    internal static StateMachineInfo Describe() => new LightwareLw3Driver()._session.GetInfo();

    private void Ask(string request, Action<Lw3Reply> done, CommandRequest? command = null, AskTiming? timing = null)
    {
        var signature = unchecked(++_signature).ToString("X4", CultureInfo.InvariantCulture);
        Device.Ask($"{signature}#{request}", reply =>
        {
            if (reply.Signature != signature) return false;
            done(reply);

            // A change that stands among the lines of an answer may be newer than them, or older: the answer to a reading is taken first.
            TakeChanges(reply);
            return true;
        }, command, timing);
    }

    private void Identify()
    {
        Read("/.ProductName", value => Device.Report(CommonWords.ModelName, value));
        Read("/.FirmwareVersion", value => Device.Report(CommonWords.FirmwareVersion, value));
        Read("/.SerialNumber", value =>
        {
            Device.Report(CommonWords.SerialNumber, value);
            Device.Identify(value);
        });

        // The families have their crosspoint at different places of the tree.
        Ask($"GET {Mx2}", reply =>
        {
            // A node without nodes below it is answered with nothing at all.
            (_crossPoint, _connections) = reply.Error is null ? (Mx2, ConnectionStatus) : (General, ConnectionList);
            _session.Fire(Told.Identified);
        });
    }

    private void Open() => Ask($"OPEN {_crossPoint}", reply =>
    {
        if (reply.Error is { } error) Device.Reconnect(StatusReasons.ProtocolError, $"{_crossPoint} cannot be subscribed: {error}; UCX (Taurus) matrices are not spoken");
        else _session.Fire(Told.Opened);
    });

    private void ReadAll()
    {
        Read($"{_crossPoint}.{SourceCount}", value =>
        {
            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _inputs)) Device.Extent(MatrixWords.InputExtent, _inputs);
        });
        ReadConnections();
    }

    /// <summary>What was shown before must not stand where the crosspoint tells nothing any more, for example because its board is gone.</summary>
    private void ReadConnections()
    {
        var isTold = false;
        Read($"{_crossPoint}.{_connections}", list => isTold = TakeConnections(list), reply =>
        {
            if (!isTold) Device.Reconnect(StatusReasons.ProtocolError, $"{_crossPoint}.{_connections} cannot be read: {reply.Error ?? "no list of inputs"}");
        });
    }

    private void Read(string path, Action<string> take, Action<Lw3Reply>? andThen = null) => Ask($"GET {path}", reply =>
    {
        foreach (var (prefix, rest) in reply.Answers)
        {
            if (prefix is ['p', not 'E'] && Lw3Reply.TryProperty(rest, out var name, out var value) && name == path) take(value);
        }

        andThen?.Invoke(reply);
    });

    private void TakeChanges(Lw3Reply reply)
    {
        foreach (var change in reply.Changes)
        {
            // A node that nobody asked for is none of ours.
            if (_session.State is Mode.Ready && Lw3Reply.TryProperty(change, out var path, out var value) && path == $"{_crossPoint}.{_connections}") TakeConnections(value);
        }
    }

    /// <summary>One entry an output, 0 for none. False for a list that cannot be read whole: then it is not read at all.</summary>
    private bool TakeConnections(string list)
    {
        var entries = list.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var inputs = new int[entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = entries[i].AsSpan();
            if (entry[0] == Source) entry = entry[1..];

            // MX2 tells the state of a port behind its number.
            var digits = entry.IndexOfAnyExceptInRange('0', '9');
            if (!int.TryParse(digits < 0 ? entry : entry[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out inputs[i])) return false;
        }

        if (inputs.Length == 0) return false;
        _outputs = inputs.Length;
        Device.Extent(MatrixWords.OutputExtent, _outputs);
        for (var i = 0; i < inputs.Length; i++) Device.Report(MatrixWords.Output(i + 1), inputs[i]);
        _session.Fire(Told.Read);
        return true;
    }
}

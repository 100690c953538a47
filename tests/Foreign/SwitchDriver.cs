using System.Buffers;
using System.Text;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;
using Stateless;

namespace Acme.Switch;

/// <summary>A switcher with one output: <c>?</c> asks, <c>N</c> selects, and both are answered by the input that is shown.</summary>
public sealed class SwitchDriver : DeviceDriver<string>
{
    /// <summary>Where a test says what is to go wrong: manifest, constructor, later.</summary>
    public const string TroubleName = "Acme.Trouble";

    public static readonly DriverManifest<string> Manifest = new("acme-switch", DeviceClass.Matrix, $"Acme, with Stateless {typeof(StateMachine<,>).Module.ModuleVersionId}")
    {
        Links = [LinkKind.Tcp(4711)],
        Verbs = [MatrixWords.Route(first: 1, canDisconnect: false)],
        Properties = [MatrixWords.Outputs(first: 1)],
        Reply = new(TimeSpan.FromSeconds(2), TimeSpan.Zero, Resync.Reconnect),
        Modes = ["Known"],
        Diagram = () => Trouble() == "diagram" ? throw new InvalidOperationException("no diagram") : "stateDiagram-v2",
        Create = _ => new SwitchDriver(),
    };

    static SwitchDriver()
    {
        if (Trouble() == "manifest") throw new InvalidOperationException("the licence server is away");
    }

    private SwitchDriver() : base(new LineCodec())
    {
        if (Trouble() == "constructor") throw new InvalidOperationException("there is no dongle");
    }

    public override void OnLinked() => Device.Ask("?", reply => Show(reply, isFirst: true));

    public override void OnPoll() => Device.Ask("?", reply => Show(reply, isFirst: false));

    public override void OnCommand(CommandRequest command)
    {
        var input = command.Args[MatrixWords.InputArgument];
        Device.Expect(command, MatrixWords.Output(1), input, TimeSpan.FromSeconds(1), OnPoll);
        Device.Ask(input.ToString(), reply => Show(reply, isFirst: false), command);
    }

    private bool Show(string reply, bool isFirst)
    {
        if (!int.TryParse(reply, out var input)) return false;
        Device.Extent(MatrixWords.InputExtent, 4);
        Device.Extent(MatrixWords.OutputExtent, 1);
        Device.Report(MatrixWords.Output(1), input);
        Device.SetMode("Known");
        if (isFirst) Device.Synchronised();
        return true;
    }

    private static string? Trouble() => AppContext.GetData(TroubleName) as string;

    private sealed class LineCodec : IWireCodec<string>
    {
        public bool TryRead(ref ReadOnlySequence<byte> input, out string reply)
        {
            var reader = new SequenceReader<byte>(input);
            var whole = reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n');
            reply = whole ? Encoding.ASCII.GetString(line) : "";
            if (whole) input = input.Slice(reader.Position);
            return whole;
        }

        public void Write(string request, IBufferWriter<byte> output) => Encoding.ASCII.GetBytes(request + "\n", output);
    }
}

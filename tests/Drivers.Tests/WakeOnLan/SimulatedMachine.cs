using System.Text;
using System.Text.Json.Nodes;
using AvGateway.Devices;
using AvGateway.Drivers.Transports.Wake;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Wires;
using AvGateway.Testing;
using Way = AvGateway.Simulator.Devices.Wires.LinkKind;

namespace AvGateway.Drivers.Tests.WakeOnLan;

/// <summary>The simulated PC as the product's link would see it over a network, in memory and on the bench's clock.</summary>
internal sealed class SimulatedMachine(SimulatedDevice pc, VirtualClock clock, MacAddress mac) : IMachine
{
    private static readonly TimeSpan ConnectsWithin = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(15);

    public bool IsRefused => IsSet("drop");

    /// <summary>Whatever connects hears no greeting in time.</summary>
    public bool IsDeaf => IsSet("mute") || IsSet("half-open") || Delay >= WakeLink.LookWithin;

    private TimeSpan Delay => Switch("delay") is { } text && Durations.TryParse((string)text!, out var delay) ? delay : TimeSpan.Zero;

    private string Power => (bool)pc.State()["powered"]! ? (string)pc.State()["power"]! : "off";

    public Task<Sight> LookAsync(CancellationToken cancellation) => Power switch
    {
        _ when IsRefused => Task.FromResult(new Sight(SightKind.Refused, "the PC answers and refuses this port")),
        "closing" => Task.FromResult(new Sight(SightKind.Refused, "the PC answers and refuses this port")),
        "off" or "booting" => After(WakeLink.LookWithin, new Sight(SightKind.Silent), cancellation),
        _ when IsDeaf => After(WakeLink.LookWithin, new Sight(SightKind.Deaf, "what listens does not greet"), cancellation),
        _ => After(Delay, new Sight(SightKind.Up), cancellation),
    };

    public Task<string?> WakeAsync(CancellationToken cancellation)
    {
        var connection = pc.Attach(new Wire(Way.Udp));
        for (var i = 0; i < 3; i++) connection.Hear(MagicPacket.Of(mac, []));
        connection.Ended();
        return Task.FromResult<string?>(null);
    }

    public Task<ProgramEnd> RunAsync(string? command, CancellationToken cancellation)
    {
        if (IsRefused || Power is "closing") return Task.FromResult(NotRun("refused"));
        if (IsDeaf || Power is "off" or "booting") return After(ConnectsWithin, NotRun("no answer"), cancellation);
        if (command is null) return Task.FromResult(new ProgramEnd(ProgramEndKind.Exited, ""));
        var wire = new Wire(Way.Ssh);
        var ended = After(EndsWithin, new ProgramEnd(ProgramEndKind.Unsure, "no status"), cancellation, wire.Ended);
        wire.Connection = pc.Attach(wire);
        wire.Connection.Hear(Encoding.UTF8.GetBytes(command + "\n"));
        return ended;
    }

    private static ProgramEnd NotRun(string words) => new(ProgramEndKind.NotRun, words, Reason: StatusReasons.ConnectFailed);

    private bool IsSet(string name) => (bool)(Switch(name) ?? false);

    private JsonNode? Switch(string name) => pc.Switches.TryFind(name, out var found) ? found.Value : null;

    // Continued where the clock stands, so that what follows has happened when the bench looks.
    private Task<T> After<T>(TimeSpan span, T result, CancellationToken cancellation, TaskCompletionSource<T>? source = null)
    {
        source ??= new();
        if (span <= TimeSpan.Zero)
        {
            source.TrySetResult(result);
            return source.Task;
        }

        var timer = clock.CreateTimer(_ => source.TrySetResult(result), null, span, Timeout.InfiniteTimeSpan);
        var ending = cancellation.Register(() => source.TrySetCanceled(cancellation));
        source.Task.ContinueWith(
            _ =>
            {
                timer.Dispose();
                ending.Dispose();
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return source.Task;
    }

    private sealed class Wire(Way kind) : IWire
    {
        private readonly StringBuilder _said = new();

        public Connection? Connection { get; set; }

        public TaskCompletionSource<ProgramEnd> Ended { get; } = new();

        public Way Kind => kind;

        public string Peer => "127.0.0.1";

        public void Send(ReadOnlyMemory<byte> bytes) => _said.Append(Encoding.Latin1.GetString(bytes.Span));

        public void Close() => Ended.TrySetResult(new(ProgramEndKind.Exited, _said.ToString(), Connection?.ExitStatus ?? 0));

        public void Abort() => Ended.TrySetResult(new(ProgramEndKind.Unsure, "the connection was reset"));
    }
}

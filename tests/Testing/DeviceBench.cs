using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Drivers.Runtime;
using AvGateway.Links;

namespace AvGateway.Testing;

/// <summary>What a bench needs to know beyond the driver.</summary>
public sealed record BenchSetup
{
    public string Link { get; init; } = "tcp://127.0.0.1:1";
    public string? Secret { get; init; }
    public string? SerialNumber { get; init; }
    public Arguments Options { get; init; } = Arguments.None;
    public TimeSpan? Poll { get; init; }
    public ICommandGuard? Guard { get; init; }

    /// <summary>The device at the far end; null: the test itself plays it, byte by byte.</summary>
    public Func<VirtualClock, BenchPeer>? Peer { get; init; }
}

/// <summary>A device at the far end of a bench's link that speaks for itself.</summary>
public abstract class BenchPeer : IDisposable
{
    /// <summary>Null: connections are taken; else the reason why not.</summary>
    public abstract string? Refuses { get; }

    /// <summary>A link was opened.</summary>
    public abstract void Connected(InMemoryLink link);

    /// <summary>Moves bytes both ways; false when there were none.</summary>
    public abstract Task<bool> ShuttleAsync();

    public abstract void Dispose();
}

/// <summary>A driver on the bench with the real actor of the runtime, links in memory, and a clock that only the test moves.</summary>
public sealed class DeviceBench<TReply> : IAsyncDisposable
{
    private static readonly TimeSpan WrittenWithin = TimeSpan.FromSeconds(1);

    private readonly BenchLinks _links;
    private readonly BenchPeer? _peer;
    private readonly DeviceActor<TReply> _device;
    private readonly List<byte> _sent = [];
    private readonly CancellationToken _cancellation;
    private int _commands;

    public DeviceBench(DriverManifest<TReply> manifest, BenchSetup? setup = null, CancellationToken cancellation = default)
    {
        setup ??= new();
        _cancellation = cancellation;
        _links = new(Clock);
        _peer = setup.Peer?.Invoke(Clock);
        if (_peer is not null)
        {
            _links.Opened = _peer.Connected;
            _links.Refuses = () => _peer.Refuses;
        }

        if (!LinkAddress.TryParse(setup.Link, out var address, out var why)) throw new ArgumentException(why, nameof(setup));
        var options = manifest.OptionsWith(setup.Options);
        var plan = new DevicePlan(new("bench", manifest.Name), manifest, address, options)
        {
            Secret = setup.Secret is null ? null : new(setup.Secret),
            SerialNumber = setup.SerialNumber,
            Poll = setup.Poll,
        };
        _device = new(plan, manifest, new(Clock, _links, Seen, new SequenceSource(1), new HostGate(), Log) { Luck = _links.Draw, Guard = setup.Guard });
    }

    public VirtualClock Clock { get; } = new();
    public BenchObserver Seen { get; } = new();
    public BenchLog Log { get; } = new();
    public IDevice Device => _device;
    public DeviceCounters Counters => _device.Counters;
    public IReadOnlyList<LinkFrame> Frames => _device.Frames;
    public DeviceSnapshot Snapshot => _device.Snapshot();
    public DeviceStatus Status => _device.Status;

    /// <summary>Links opened so far.</summary>
    public int Opens => _links.Opens;

    /// <summary>Makes opening fail with this reason; null lets it succeed again.</summary>
    public string? LinkRefused { get => _links.Refuses(); set => _links.Refuses = () => value; }

    public async Task StartAsync()
    {
        _device.Start();
        await SettleAsync();
    }

    /// <summary>Waits until everything that was set in motion has come to rest; no time passes.</summary>
    public async Task SettleAsync()
    {
        do
        {
            await _links.RestAsync(_cancellation);
            await _device.SettleAsync();

            // What came to rest may have let go of the link or taken a new one.
            await _links.RestAsync(_cancellation);
            await _device.SettleAsync();
        }
        while (_peer is not null && await _peer.ShuttleAsync());
    }

    public Task PassAsync(TimeSpan span) => Clock.PassAsync(span, SettleAsync);

    public Task PassAsync(double seconds) => PassAsync(TimeSpan.FromSeconds(seconds));

    /// <summary>Lets time pass until the condition holds; fails after the span.</summary>
    public async Task PassUntilAsync(TimeSpan span, Func<bool> condition, string what)
    {
        if (await Clock.PassUntilAsync(span, condition, SettleAsync)) return;
        Xunit.Assert.Fail($"{what}: not within {span}; {Status}; sent and not looked at: {WireNotation.Write([.. _sent])}");
    }

    /// <summary>The device says these bytes, in one piece.</summary>
    public async Task SaysAsync(ReadOnlyMemory<byte> bytes)
    {
        await SettleAsync();
        if (_links.Current is { } link) await link.WriteAsync(bytes);
        await SettleAsync();
    }

    public Task SaysAsync(string notation) => SaysAsync(WireNotation.Read(notation));

    /// <summary>The driver's next bytes are these. A gap that the driver keeps between requests passes meanwhile.</summary>
    public async Task ExpectSentAsync(string notation)
    {
        var expected = WireNotation.Read(notation);
        await Clock.PassUntilAsync(WrittenWithin, () => TakeSent() >= expected.Length, SettleAsync);
        var found = _sent.Count >= expected.Length && _sent.Take(expected.Length).SequenceEqual(expected);
        Xunit.Assert.True(found, $"expected: {WireNotation.Write(expected)}\nsent:     {WireNotation.Write([.. _sent])}\n{Status}");
        _sent.RemoveRange(0, expected.Length);
    }

    /// <summary>Everything that the driver has sent has been looked at.</summary>
    public async Task ExpectNothingSentAsync()
    {
        await SettleAsync();
        TakeSent();
        Xunit.Assert.True(_sent.Count == 0, $"sent besides: {WireNotation.Write([.. _sent])}\n{Status}");
    }

    /// <summary>Takes note of nothing that was sent so far.</summary>
    public void OverlookSent()
    {
        TakeSent();
        _sent.Clear();
    }

    public Task<CommandResult> Ask(string verb, params (string Name, Value Value)[] arguments) => Ask(TimeSpan.FromSeconds(60), verb, arguments);

    public Task<CommandResult> Ask(TimeSpan within, string verb, params (string Name, Value Value)[] arguments)
    {
        var command = new CommandRequest($"c{++_commands}", verb, Arguments.Of(arguments), Deadline.In(within, Clock), "tester");
        return _device.AskAsync(command, progress: null, CancellationToken.None);
    }

    /// <summary>Asks and lets time pass until the answer is there.</summary>
    public async Task<CommandResult> DoAsync(string verb, params (string Name, Value Value)[] arguments)
    {
        var asked = Ask(verb, arguments);
        await PassUntilAsync(TimeSpan.FromSeconds(61), () => asked.IsCompleted, $"an end of {verb}");
        return await asked;
    }

    /// <summary>The link ends from outside.</summary>
    public async Task LoseLinkAsync(LinkEnd end = LinkEnd.Reset)
    {
        await SettleAsync();
        _links.Current?.Abort(end);
        await SettleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _links.Dispose();
        await _device.StopAsync();
        _peer?.Dispose();
        Log.Check();
    }

    private int TakeSent()
    {
        if (_links.Current is { } link && _peer is null) _sent.AddRange(link.Take());
        return _sent.Count;
    }
}

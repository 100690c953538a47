using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Operations.Power;

namespace AvGateway.Testing.Power;

/// <summary>One frame as a device saw it.</summary>
public sealed record PowerFrame(TimeSpan At, DeviceId Device, string Verb, int? Outlet, string Caller)
{
    public override string ToString() => $"{At:c} {Device} {Verb}{(Outlet is { } outlet ? " " + outlet : "")}";
}

/// <summary>
/// A house with mains: what hangs on which outlet, who draws how much, whose link lives. Everything is worked out from the time when it is looked
/// at, and every frame is kept.
/// </summary>
public sealed class PowerWorld(TimeProvider time) : IDeviceDirectory
{
    private readonly Dictionary<DeviceId, PowerMachine> _machines = [];
    private ILookup<OutletRef, PowerMachine>? _behind;
    private readonly long _start = time.GetTimestamp();

    public IReadOnlyCollection<IDevice> Devices => _machines.Values;
    public IReadOnlyCollection<PowerMachine> Machines => _machines.Values;
    public List<PowerFrame> Frames { get; } = [];

    /// <summary>Asked right before each frame, as the device runtime does; null lets it pass.</summary>
    public Func<IDevice, CommandRequest, CommandResult?> Guard { get; set; } = static (_, _) => null;

    /// <summary>Called before each frame takes effect.</summary>
    public Action<PowerFrame>? Framed { get; set; }

    public TimeSpan Now => time.GetElapsedTime(_start);
    public DateTimeOffset UtcNow => time.GetUtcNow();

    public PowerMachine this[string id] => _machines[Id(id)];

    public IDevice? Find(DeviceId id) => _machines.GetValueOrDefault(id);

    public PowerMachine Add(string id, DriverManifest manifest, params string[] feeds)
    {
        var machine = new PowerMachine(this, Id(id), manifest, [.. feeds.Select(Outlet)]);
        _machines.Add(machine.Id, machine);
        _behind = null;
        return machine;
    }

    public IEnumerable<PowerMachine> Behind(OutletRef outlet)
    {
        _behind ??= _machines.Values.SelectMany(m => m.Feeds.Select(f => (f, m))).ToLookup(p => p.f, p => p.m);
        return _behind[outlet];
    }

    /// <summary>The same house after a restart of the gateway: devices know nothing of that.</summary>
    public IEnumerable<PowerDevice> ForGraph => _machines.Values.Select(m => new PowerDevice(m.Id, m.Manifest));

    public static DeviceId Id(string text) => text.Split('/') is [var room, var name] ? new(room, name) : throw new ArgumentException(text);

    public static OutletRef Outlet(string text)
    {
        var slash = text.LastIndexOf('/');
        return new(Id(text[..slash]), int.Parse(text.AsSpan(slash + 1), System.Globalization.CultureInfo.InvariantCulture));
    }
}

/// <summary>Manifests of power without a driver behind them.</summary>
public static class PowerManifests
{
    public static readonly DriverManifest Display = Of("fake-display", DeviceClass.Display, [PowerWords.On, PowerWords.Off], [PowerWords.Power]);
    public static readonly DriverManifest Computer = Of("fake-computer", DeviceClass.Power, [PowerWords.On, PowerWords.Off], [PowerWords.Power]);
    public static readonly DriverManifest Recorder = Of("fake-recorder", DeviceClass.Recorder, [RecorderWords.Record, RecorderWords.Stop], [RecorderWords.Recording]);
    public static readonly DriverManifest Audio = Of("fake-audio", DeviceClass.Audio, [], []);

    /// <summary>An infrared blaster: the same code switches on and off, and nothing comes back.</summary>
    public static readonly DriverManifest Toggle = Of(
        "fake-toggle", DeviceClass.Display, [PowerWords.On with { Idempotent = false, ReadBack = false }, PowerWords.Off with { Idempotent = false, ReadBack = false }], []);

    /// <summary>Metered: it tells the current of each outlet.</summary>
    public static readonly DriverManifest Pdu = Of("fake-pdu", DeviceClass.Power, [OutletWords.On(), OutletWords.Off()], [OutletWords.Outlets(), OutletWords.OutletCurrents()]);
    public static readonly DriverManifest Sequencer = Of("fake-sequencer", DeviceClass.Power, [OutletWords.On(), OutletWords.Off()], [OutletWords.Outlets()]);

    private static DriverManifest<string> Of(string name, DeviceClass of, VerbSpec[] verbs, PropertySpec[] properties) => new(name, of, name)
    {
        Links = [LinkKind.Tcp(4352)],
        Verbs = verbs,
        Properties = properties,
        Reply = new(TimeSpan.FromSeconds(1), TimeSpan.Zero, Resync.Reconnect),
        Modes = ["Ready"],
        Diagram = static () => "",
        Create = static _ => throw new NotSupportedException(),
    };
}

using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Operations.Power;

namespace AvGateway.Testing.Power;

/// <summary>A device with a plug: it lives when its outlets are closed, and behaves as its switches say.</summary>
public sealed class PowerMachine(PowerWorld world, DeviceId id, DriverManifest manifest, ImmutableArray<OutletRef> feeds) : IDevice
{
    /// <summary>A device that fell silent is offline after this long: three missed polls.</summary>
    public static readonly TimeSpan OfflineAfter = TimeSpan.FromSeconds(10);

    private static readonly DeviceStatus Online = new(DeviceState.Online, StatusReasons.Synchronised, "Ready", DateTimeOffset.UnixEpoch);
    private static readonly DeviceStatus Starting = new(DeviceState.Init, StatusReasons.Synchronising, "Unknown", DateTimeOffset.UnixEpoch);
    private static readonly DeviceStatus Offline = new(DeviceState.Offline, StatusReasons.NoReply, "Unknown", DateTimeOffset.UnixEpoch);

    private readonly Dictionary<int, bool> _outlets = [];
    private readonly bool _showsPower = manifest.Properties.Any(p => p.Name == PowerWords.PowerState);
    private readonly bool _records = manifest.Class is DeviceClass.Recorder;
    private readonly bool _feeds = manifest.Verbs.Any(v => v.Name == OutletWords.OffVerb);
    private readonly bool _meters = manifest.Properties.Any(p => p.Matches(OutletWords.Current(1), out _));
    private (PowerMachine Feeder, int Number)[]? _feeders;
    private TimeSpan _since = -TimeSpan.FromHours(1);
    private TimeSpan _powerAt = -TimeSpan.FromHours(1);
    private bool _isOn = true;

    public DeviceId Id => id;
    public DriverManifest Manifest => manifest;
    public ImmutableArray<OutletRef> Feeds => feeds;
    public int QueueDepth => 0;

    /// <summary>How it came up: what it draws, whether it lights by itself when it gets power.</summary>
    public double Draws { get; set; } = 1;
    public bool LightsWithPower { get; set; } = manifest.Verbs.All(v => v.Name != PowerWords.OnVerb);
    public TimeSpan Cooling { get; set; }
    public TimeSpan Boots { get; set; } = TimeSpan.FromSeconds(5);
    public string Recording { get; set; } = RecordingStates.Stopped;

    /// <summary>Takes the frame and does nothing.</summary>
    public bool Ignores { get; set; }

    /// <summary>Says that it is off, and draws as before.</summary>
    public bool Lies { get; set; }

    public bool Refuses { get; set; }

    /// <summary>Its link is away from then on.</summary>
    public TimeSpan? LinkLostAt { get; set; }

    /// <summary>It lights again by itself this long after it was switched off.</summary>
    public TimeSpan? ComesBackAfter { get; set; }

    /// <summary>Frames that it took.</summary>
    public int Taken { get; private set; }

    public bool IsOn
    {
        get => HasPower && (_isOn || (ComesBackAfter is { } back && world.Now >= _since + back));
        set => Turn(value);
    }

    public bool HasPower
    {
        get
        {
            if (feeds.IsEmpty) return true;
            _feeders ??= [.. feeds.Select(f => ((PowerMachine)world.Find(f.Feeder)!, f.Number))];
            foreach (var (feeder, number) in _feeders)
                if (feeder.IsClosed(number) && feeder.HasPower) return true;
            return false;
        }
    }

    private bool IsCooling => !_isOn && world.Now < _since + Cooling;
    private double Current => !HasPower ? 0 : IsOn || Lies || IsCooling ? Draws : 0.02;

    public bool IsClosed(int outlet) => _outlets.GetValueOrDefault(outlet, true);

    public void SetOutlet(int outlet, bool isClosed)
    {
        if (IsClosed(outlet) == isClosed) return;
        var before = world.Machines.Where(m => m.HasPower).ToHashSet();
        _outlets[outlet] = isClosed;
        foreach (var machine in world.Machines.Where(m => m.HasPower != before.Contains(m))) machine.PowerChanged();
    }

    public DeviceStatus Status => Link switch
    {
        DeviceState.Online => Online,
        DeviceState.Init => Starting,
        _ => Offline,
    };

    public DeviceSnapshot Snapshot() => new(
        id, Status, ImmutableSortedDictionary<string, Reading>.Empty, ImmutableSortedDictionary<string, Target>.Empty, ImmutableSortedDictionary<string, int>.Empty, []);

    public int? Extent(string name) => name == OutletWords.OutletExtent ? 16 : null;

    public bool TryGetReading(string property, out Reading reading)
    {
        reading = default;
        Value value;
        if (_showsPower && property == PowerWords.PowerState) value = Lies && !_isOn ? PowerStates.Off : IsCooling ? PowerStates.Cooling : IsOn ? PowerStates.On : PowerStates.Off;
        else if (_records && property == RecorderWords.RecordingState) value = Recording;
        else if (_feeds && property.StartsWith("outlet-", StringComparison.Ordinal)) value = OfOutlet(property);
        else return false;
        if (value.Kind is ValueKind.None) return false;
        reading = new(value, world.UtcNow - (world.Now - _since), Link is DeviceState.Online ? Quality.Good : Quality.Stale, ReadingSource.Poll, 1);
        return true;
    }

    public Task<CommandResult> AskAsync(CommandRequest command, ICommandProgress? progress, CancellationToken withdrawn)
    {
        if (Link is not DeviceState.Online) return Task.FromResult(CommandResult.Unreachable("link down"));
        if (world.Guard(this, command) is { } stopped) return Task.FromResult(stopped);
        int? outlet = command.Args.TryGet(OutletWords.OutletArgument, out var number) ? (int)number.Integer : null;
        var frame = new PowerFrame(world.Now, id, command.Verb, outlet, command.Caller);
        world.Frames.Add(frame);
        world.Framed?.Invoke(frame);
        progress?.Sent(command);
        Taken++;
        return Task.FromResult(Take(command.Verb, outlet));
    }

    private Value OfOutlet(string property)
    {
        var index = int.Parse(property.AsSpan(property.LastIndexOf('-') + 1), System.Globalization.CultureInfo.InvariantCulture);
        if (!property.StartsWith("outlet-current-", StringComparison.Ordinal)) return IsClosed(index) ? PowerStates.On : PowerStates.Off;
        return !_meters ? default : IsClosed(index) ? Math.Round(world.Behind(new(id, index)).Sum(m => m.Current), 3) : 0.0;
    }

    private CommandResult Take(string verb, int? outlet)
    {
        if (Refuses) return CommandResult.Refused("ERR3");
        if (Ignores) return CommandResult.NotSeen("acknowledged, not followed");
        var isToggle = manifest.Verbs.Any(v => v.Name == verb && !v.Idempotent);
        switch (verb)
        {
            case PowerWords.OnVerb or PowerWords.OffVerb when isToggle: Turn(!_isOn); break;
            case PowerWords.OnVerb: Turn(true); break;
            case PowerWords.OffVerb: Turn(false); break;
            case OutletWords.OnVerb: SetOutlet(outlet ?? 0, true); break;
            case OutletWords.OffVerb: SetOutlet(outlet ?? 0, false); break;
            case RecorderWords.StopVerb: Recording = RecordingStates.Stopped; break;
        }

        return isToggle ? CommandResult.AcknowledgedOnly : CommandResult.Verified;
    }

    private void Turn(bool isOn)
    {
        if (_isOn == isOn) return;
        _isOn = isOn;
        _since = world.Now;
    }

    private void PowerChanged()
    {
        _powerAt = _since = world.Now;
        _isOn = HasPower && LightsWithPower;
    }

    private DeviceState Link
    {
        get
        {
            if (LinkLostAt is { } lost && world.Now >= lost) return DeviceState.Offline;
            if (HasPower) return world.Now >= _powerAt + Boots ? DeviceState.Online : DeviceState.Init;
            return world.Now >= _powerAt + OfflineAfter ? DeviceState.Offline : DeviceState.Online;
        }
    }
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using AvGateway.Devices;
using AvGateway.Drivers;

namespace AvGateway.Scenes.Tests.Fakes;

/// <summary>What goes wrong with one frame.</summary>
public enum Mishap
{
    None,

    /// <summary>The frame never arrives.</summary>
    FrameLost,

    /// <summary>It takes effect and nobody hears of it until the link is back.</summary>
    ReplyLost,

    /// <summary>The device takes it, shows nothing, and does it later, before any later frame.</summary>
    Late,
    Refused,
    Reboots,
}

/// <summary>A device as the gateway meets it: a physical state of its own, and readings that follow it when the link allows.</summary>
public sealed class FakeDevice(FakeRoom room, DeviceId id, DriverManifest manifest, Dictionary<string, Value> physical) : IDevice
{
    // Written by a test while the watch reads it on its own thread.
    private readonly ConcurrentDictionary<string, Reading> _readings = new();
    private readonly Queue<(string Property, Value Value)> _late = new();
    private TimeSpan? _backAt;
    private long _sequence;

    public DeviceId Id => id;
    public DriverManifest Manifest => manifest;
    public DeviceStatus Status { get; private set; } = new(DeviceState.Online, StatusReasons.Synchronised, "Fake", default);
    public int QueueDepth => 0;

    /// <summary>Says of no wish that it is under way, as a driver does for what is no property of its own.</summary>
    public bool HidesWishes { get; set; }

    /// <summary>Takes every frame and gives an answer of the test's choice, for as long as it is set.</summary>
    public Func<Task<CommandResult>>? Holds { get; set; }

    /// <summary>Every frame that reached this device: when, from whom, which verb.</summary>
    public List<(TimeSpan At, CommandRequest Command)> Frames { get; } = [];

    public IReadOnlyDictionary<string, Value> Physical => physical;

    /// <summary>When it acts by itself next: comes back, or does what it was late with.</summary>
    public TimeSpan? NextAt => _backAt ?? (_late.Count > 0 ? _lateAt : null);
    private TimeSpan _lateAt;

    public DeviceSnapshot Snapshot() =>
        new(id, Status, _readings.ToImmutableSortedDictionary(), ImmutableSortedDictionary<string, Target>.Empty,
            ImmutableSortedDictionary<string, int>.Empty, []);

    public bool TryGetReading(string property, out Reading reading) => _readings.TryGetValue(property, out reading);
    public int? Extent(string name) => null;

    public Task<CommandResult> AskAsync(CommandRequest command, ICommandProgress? progress, CancellationToken withdrawn)
    {
        room.Step();
        room.BeforeFrame(this, command);
        if (Holds is { } hold) return hold();
        if (!Status.IsUsable) return Task.FromResult(CommandResult.Unreachable("link down"));
        if (Effect(command) is not { } effect) return Task.FromResult(CommandResult.Rejected($"no effect: {command.Verb}"));

        if (!HidesWishes) room.NoteTarget(this, effect.Property, new Target(effect.Value, command.Id, command.Caller, default));
        var result = Carry(command, effect, room.NextMishap());
        if (!HidesWishes) room.NoteTarget(this, effect.Property, null);
        room.AfterFrame?.Invoke();
        room.Step();
        return Task.FromResult(result);
    }

    /// <summary>Somebody presses a key at the device itself: the gateway hears of it at once if the link is up.</summary>
    public void Press(string property, Value value)
    {
        physical[property] = value;
        if (Status.IsUsable) Show();
    }

    /// <summary>Sets what the device shows without any wish: counters, levels, states of the recorder.</summary>
    public void Tell(string property, Value value)
    {
        physical[property] = value;
        if (Status.IsUsable) Show();
    }

    public void Drop(TimeSpan backAt)
    {
        _backAt = backAt;
        Status = Status with { State = DeviceState.Offline, Reason = StatusReasons.LinkSuspect };
        foreach (var (property, reading) in _readings.ToList()) _readings[property] = reading with { Quality = Quality.Stale };
        room.NoteStatus(this);
    }

    public void Act(TimeSpan now)
    {
        if (_late.Count > 0 && _lateAt <= now)
        {
            DoLate();
            if (Status.IsUsable) Show();
        }

        if (_backAt is not { } at || at > now) return;
        _backAt = null;
        Status = Status with { State = DeviceState.Online, Reason = StatusReasons.Synchronised };
        Show();
        room.NoteStatus(this);
    }

    public void Show()
    {
        foreach (var (property, value) in physical)
        {
            if (_readings.TryGetValue(property, out var before) && before.Value == value && before.Quality is Quality.Good) continue;
            _readings[property] = new(value, default, Quality.Good, ReadingSource.Push, ++_sequence);
            room.NoteReading(this, property);
        }
    }

    private CommandResult Carry(CommandRequest command, (string Property, Value Value) effect, Mishap mishap)
    {
        // What it was late with comes before anything new, and is shown like all that it does: the wire keeps its order.
        if (_late.Count > 0)
        {
            DoLate();
            Show();
        }

        Frames.Add((room.Clock.Now, command));
        switch (mishap)
        {
            case Mishap.FrameLost:
                Drop(room.Clock.Now + TimeSpan.FromSeconds(1.5));
                return new(CommandOutcome.NoReply, Retryable: true);
            case Mishap.ReplyLost:
                Do(effect);
                Drop(room.Clock.Now + TimeSpan.FromSeconds(1.5));
                return new(CommandOutcome.NoReply, Retryable: true);
            case Mishap.Late:
                _late.Enqueue(effect);
                _lateAt = room.Clock.Now + TimeSpan.FromSeconds(10);
                room.Clock.Pass(TimeSpan.FromSeconds(1));
                return CommandResult.NotSeen("shows the old value");
            case Mishap.Refused:
                return CommandResult.Refused("E13");
            case Mishap.Reboots:
                Drop(room.Clock.Now + TimeSpan.FromSeconds(20));
                return CommandResult.Unreachable("reset by peer");
            default:
                Do(effect);
                Show();
                return CommandResult.Verified;
        }
    }

    private void Do((string Property, Value Value) effect, bool isLate = false)
    {
        physical[effect.Property] = effect.Value;
        room.Check(effect.Property, isLate);
    }

    private void DoLate()
    {
        while (_late.TryDequeue(out var effect)) Do(effect, isLate: true);
    }

    // Deliberately its own reading of the verbs: the scenes' table must not vouch for itself.
    private static (string Property, Value Value)? Effect(CommandRequest command) => command.Verb switch
    {
        "route" => (string.Create(CultureInfo.InvariantCulture, $"output-{command.Args["output"].Integer}"), command.Args["input"]),
        "mute" when command.Args.TryGet("channel", out var c) => ($"muted-{c}", true),
        "unmute" when command.Args.TryGet("channel", out var c) => ($"muted-{c}", false),
        "mute" => ("muted", true),
        "unmute" => ("muted", false),
        "set/masked" => ("masked", command.Args["v"]),
        "record" or "resume" => ("recording", "recording"),
        "pause" => ("recording", "paused"),
        "stop" => ("recording", "stopped"),
        "hang-up" => ("call", "idle"),
        "power-on" => ("power", "on"),
        "power-off" => ("power", "off"),
        _ => null,
    };
}

using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Power;

/// <summary>How a load wants to be switched off; what the site file leaves out follows from the device's class.</summary>
public enum LoadKind
{
    Plain,

    /// <summary>Off before everything that sounds through it, on after all of it: else loudspeakers crack.</summary>
    Amplifier,

    /// <summary>Cools before its feed may be opened.</summary>
    Lamp,

    /// <summary>Shut down softly; its feed stays closed while it may still write.</summary>
    Computer,

    /// <summary>Idle with its file closed before anything of its room goes off.</summary>
    Recorder,

    /// <summary>Feeds others: a PDU, a power sequencer, a relay box.</summary>
    Feeder,

    /// <summary>Never switched, nor what feeds it.</summary>
    Keep,
}

/// <summary>What a room is for: which site runs it is part of, and how long before its first hearing it must be ready.</summary>
public enum PowerUse
{
    Court,
    Conference,

    /// <summary>Serves others: no run over the whole site touches its own devices.</summary>
    Machines,
}

/// <summary>One outlet of one feeder, by the number of the feeder's own protocol.</summary>
public readonly record struct OutletRef(DeviceId Feeder, int Number)
{
    public override string ToString() => $"{Feeder}/{Number}";
}

/// <summary>What the site file says of one load; null members follow from its class.</summary>
/// <param name="Id">A device of the room, or the name of something that nobody speaks to (an amplifier on a sequencer).</param>
/// <param name="Place">JSON path below the room's <c>power</c>, for findings.</param>
public sealed record LoadSpec(string Id, string Place)
{
    public LoadKind? Kind { get; init; }
    public ImmutableArray<OutletRef> Feeds { get; init; } = [];

    /// <summary>With <see cref="LoadKind.Amplifier"/>: what sounds through it; null: everything of the room that can sound.</summary>
    public ImmutableArray<string>? Sources { get; init; }

    /// <summary>How long it cools, at most while it shows that it does, in any case when it cannot show it.</summary>
    public TimeSpan? Cooling { get; init; }

    /// <summary>How long switching may take until it is seen.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>Amperes in the moment of switching on.</summary>
    public double? Inrush { get; init; }

    /// <summary>Amperes below which it counts as off.</summary>
    public double? Standby { get; init; }

    /// <summary>Its feed may be opened although it did not show that it is off.</summary>
    public bool Force { get; init; }

    /// <summary>It knowingly shares its outlet.</summary>
    public bool Shared { get; init; }
}

/// <summary>What the site file says of the power of one room.</summary>
public sealed record RoomPower(string Room)
{
    /// <summary>Null: what the devices and their feeds suggest.</summary>
    public PowerUse? Use { get; init; }

    /// <summary>Between two outlets of one feeder of this room.</summary>
    public TimeSpan? Gap { get; init; }

    public ImmutableArray<LoadSpec> Loads { get; init; } = [];
}

/// <summary>A circuit of the house: what hangs on it must not be switched on all at once.</summary>
/// <param name="Inrush">Amperes that may be starting at one time.</param>
/// <param name="Settle">How long the rush of one load lasts.</param>
/// <param name="Feeds">Rooms, devices (<c>room/device</c>) and other branches on it.</param>
/// <param name="Place">JSON path, for findings.</param>
public sealed record PowerBranch(string Id, double Inrush, TimeSpan Settle, ImmutableArray<string> Feeds, string Place);

/// <summary>All that the site file says of power.</summary>
public sealed record PowerSite(ImmutableArray<RoomPower> Rooms, ImmutableArray<PowerBranch> Branches)
{
    public static readonly PowerSite Silent = new([], []);

    public RoomPower Of(string room) => Rooms.FirstOrDefault(r => r.Room == room) ?? new(room);
}

/// <summary>Something wrong in what the site file says of power.</summary>
/// <param name="Room">Null: it stands in <c>network</c>.</param>
/// <param name="Place">JSON path below the room's <c>power</c>, or of the branch.</param>
public sealed record PowerFinding(string? Room, string Place, Wording Says, Wording Remedy);

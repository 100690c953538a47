using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Power;

public enum PowerAct { Off, On }

public enum StepKind
{
    /// <summary>A stream is ended.</summary>
    StopStream,

    /// <summary>Waits until a recorder shows that it is idle and its file closed. Sends nothing: no recording is ever stopped by a power run.</summary>
    RecorderIdle,

    DeviceOff,
    OutletOff,
    OutletOn,

    /// <summary>Waits until a device answers. Sends nothing.</summary>
    Appear,

    DeviceOn,
}

/// <summary>One step of a plan. Everything that the run needs to know of it stands here, so that a changed site file changes no run under way.</summary>
/// <param name="Id">For people and edges: <c>court-1/projector:off</c>.</param>
/// <param name="Rooms">The rooms that it takes something from or gives something to.</param>
public sealed record PowerStep(string Id, StepKind Kind, DeviceId Device, ImmutableArray<string> Rooms)
{
    public int? Outlet { get; init; }

    /// <summary>Steps that must have ended well.</summary>
    public ImmutableArray<string> Needs { get; init; } = [];

    /// <summary>Steps that must have ended, well or not.</summary>
    public ImmutableArray<string> After { get; init; } = [];

    /// <summary>Steps whose frames must have gone before: the order of a feeder's outlets. What became of them is seen meanwhile.</summary>
    public ImmutableArray<string> Follows { get; init; } = [];

    /// <summary>Circuits that bear the rush.</summary>
    public ImmutableArray<string> Branches { get; init; } = [];

    public double Inrush { get; init; }

    /// <summary>Least time since the last switching of the same feeder.</summary>
    public TimeSpan Gap { get; init; }

    /// <summary>Time that a lamp which cannot show its state is given after it was told, before its feed opens.</summary>
    public TimeSpan Rest { get; init; }

    /// <summary>How long until the effect must be seen.</summary>
    public TimeSpan Within { get; init; }

    /// <summary>How long cooling may be seen to last.</summary>
    public TimeSpan Cooling { get; init; }

    /// <summary>Amperes below which nothing runs.</summary>
    public double Standby { get; init; }

    public LoadKind Load { get; init; }

    /// <summary>The outlet whose state and current tell of this device alone.</summary>
    public OutletRef? Meter { get; init; }

    /// <summary>The outlets that feed it, the nearest first, as far as there is one way only.</summary>
    public ImmutableArray<OutletRef> Above { get; init; } = [];

    /// <summary>Devices that fall silent with this outlet.</summary>
    public ImmutableArray<DeviceId> Fed { get; init; } = [];

    /// <summary>Recorders that this step takes the power from: noted as switched off on purpose before it is sent.</summary>
    public ImmutableArray<DeviceId> Recorders { get; init; } = [];

    public bool IsSent => Kind is not (StepKind.RecorderIdle or StepKind.Appear);
    public bool IsOff => Kind is StepKind.StopStream or StepKind.RecorderIdle or StepKind.DeviceOff or StepKind.OutletOff;
}

/// <summary>Something that the plan leaves out, and why.</summary>
public sealed record PowerNote(string Place, Wording Says);

/// <summary>What a room's layout adds to the plan.</summary>
/// <param name="Streams">Encoders that carry the room out of the house.</param>
/// <param name="Recorders">All that record this room, wherever they stand.</param>
public sealed record RoomSources(ImmutableArray<DeviceId> Streams, ImmutableArray<DeviceId> Recorders)
{
    public static readonly RoomSources None = new([], []);

    public static RoomSources Of(RoomLayout layout) => new(
        // A microphone reaches the stream as well, and is no encoder that could be ended.
        [.. layout.Gates.Where(g => g.From.Contains(Tags.StreamFeed) && g.To.Contains(Tags.Stream)).Select(g => g.Point.Device).Distinct()],
        [.. layout.Recorders.Select(r => r.Device)]);
}

/// <summary>What a run will do, in an order in which it could be done one by one.</summary>
/// <param name="Circle">A step that would have to come before itself; null in a plan that can be run.</param>
public sealed record PowerPlan(PowerAct Act, ImmutableArray<string> Rooms, ImmutableArray<PowerStep> Steps, ImmutableArray<PowerNote> Notes, string? Circle = null);

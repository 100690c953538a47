using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Rooms;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Testing.Commands;

/// <summary>
/// A courthouse of one room with a desk before it, on a virtual clock. The room's scenes move the hearing; one of its own, <c>broken</c>,
/// wishes for a device that is not there.
/// </summary>
public sealed class RoomBench : IAsyncDisposable
{
    private static readonly Scene Broken = new("broken", new("坏", "Broken"), [new(TargetKind.Point, Tags.Any, "set") { Device = "nowhere", Property = "power", Value = "on" }]);

    public RoomBench(FakeState? state = null, RoomLayout? layout = null, params FakeDevice[] devices)
    {
        State = state ?? new();
        Clock = new();
        Users = new(
            new("clerk-1", Role.Clerk, ["court-1"]), new("panel-1", Role.Panel, ["court-1"]), new("clerk-2", Role.Clerk, ["court-2"]),
            new("judge-1", Role.Judge, ["court-1"]), new("judge-2", Role.Judge, ["court-2"]), new("admin", Role.Admin, []),
            new("engineer", Role.Engineer, []), new("scheduler", Role.Scheduler, []));
        Devices = new([.. devices]);
        House = new(
            [new(layout ?? new("court-1"), [Broken])],
            new(Devices, Users, State, Journal, new DocketBook(Clock), Gate, Clock, NullLogger<Courthouse>.Instance));
        Desk = new(House, Users, new(), Writer, Ledger, Journal, Clock, NullLogger<RoomDesk>.Instance);
    }

    public VirtualClock Clock { get; }
    public FakeUsers Users { get; }
    public FakeDirectory Devices { get; }
    public FakeState State { get; }
    public FakeLedger Ledger { get; } = new();
    public FakeJournal Journal { get; } = new();
    public AnswerWriter Writer { get; } = new("city");
    public FrameGuard Gate { get; } = new();
    public Courthouse House { get; }
    public RoomDesk Desk { get; }

    public Task StartAsync(bool isFirst = true) => House.RestoreAsync(isFirst, Xunit.TestContext.Current.CancellationToken);

    public Listener Ask(string scene, string? id = "a1", string caller = "clerk-1", RoomAct act = RoomAct.Run, params RawArgument[] args)
    {
        var listener = new Listener();
        Desk.Ask(new(caller, "court-1", scene, act, $"court-1/$scene/{scene}/do/{act}", Clock.GetTimestamp()) { Id = id, Args = args }, listener);
        return listener;
    }

    public ValueTask DisposeAsync() => House.DisposeAsync();
}

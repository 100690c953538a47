using AvGateway.Classes;
using AvGateway.Operations.Faults;
using AvGateway.Scenes.Model;
using AvGateway.Testing;

namespace AvGateway.Operations.Tests.Faults;

/// <summary>A board over a small courthouse: a line with a switch on it, two courtrooms behind the switch, one device beside it.</summary>
internal sealed class BoardBench
{
    public static readonly string[] Devices =
        ["court-1/matrix", "court-1/recorder", "court-1/codec", "court-2/matrix", "court-2/recorder", "machine-room/ups"];

    private static readonly Branch[] Branches =
    [
        new("line-1", BranchKind.Line, "专线", "Leased line", ["switch-1", "machine-room"], "carrier-a", "CIRCUIT-1"),
        new("switch-1", BranchKind.Switch, "交换机", "Switch", ["court-1", "court-2"], "acme"),
    ];

    private readonly Uses _uses = new();

    public BoardBench(FaultRules? rules = null, IEnumerable<Fault>? kept = null, IReadOnlyDictionary<int, int>? numbers = null, VirtualClock? clock = null)
    {
        Clock = clock ?? new();
        Board = new(rules ?? Rules(), Clock);
        if (kept is not null) Board.Restore(kept, numbers ?? new Dictionary<int, int>());
    }

    public VirtualClock Clock { get; }
    public FaultBoard Board { get; }
    public List<FaultChange> Changes { get; } = [];
    public IEnumerable<Fault> Open => Board.Faults.Where(f => !f.IsClosed);
    public Fault Only => Assert.Single(Open);
    public HashSet<string> Away { get; } = [];

    public FaultRules Rules() => new(
        new([RecorderWords.StorageLow]), new(Branches, Devices), _uses, TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"))
    { IsPlannedAway = d => Away.Contains(d) };

    public void Use(string room, Occupancy occupancy) => _uses.Rooms[room] = occupancy;

    public void Gone(params string[] devices) => Tell(true, devices);

    public void Back(params string[] devices) => Tell(false, devices);

    /// <summary>Lets time pass and looks as often as the board asks for.</summary>
    public async Task PassAsync(TimeSpan span)
    {
        var end = Clock.GetUtcNow() + span;
        while (true)
        {
            Changes.AddRange(Board.Look());
            var left = end - Clock.GetUtcNow();
            if (left <= TimeSpan.Zero) return;
            await Clock.PassAsync(left < Board.NextLook ? left : Board.NextLook, () => Task.CompletedTask);
        }
    }

    public FaultAnswer Act(string id, FaultVerb verb, string by = "engineer", string? text = null, string? to = null)
    {
        var answer = Board.Act(id, new(verb, by, text, to), out var changes);
        Changes.AddRange(changes);
        return answer;
    }

    /// <summary>Somebody calls, and an engineer takes it down.</summary>
    public FaultAnswer Report(string subject, string what = "the screen flickers", string name = "Wang", string by = "engineer", string? contact = null, bool unusable = false)
    {
        var answer = Board.Raise(new(subject, what, new(name, by, contact, Clock.GetUtcNow())) { IsUnusable = unusable }, out var changes);
        Changes.AddRange(changes);
        return answer;
    }

    public FaultAnswer Act(string id, FaultAct act)
    {
        var answer = Board.Act(id, act, out var changes);
        Changes.AddRange(changes);
        return answer;
    }

    public IEnumerable<string> Told(string id) => Changes.Where(c => c.Fault.Id == id).Select(c => c.Line.What);

    private void Tell(bool isGone, string[] devices)
    {
        foreach (var device in devices) Board.Tell(new(device, FaultKinds.Unreachable), isGone, Wording.Own("no-reply"));
    }

    private sealed class Uses : IRoomUse
    {
        public Dictionary<string, Occupancy> Rooms { get; } = [];
        public Occupancy Of(string? room) => room is null ? Rooms.Values.DefaultIfEmpty(Occupancy.Empty).Max() : Rooms.GetValueOrDefault(room, Occupancy.Empty);
    }
}

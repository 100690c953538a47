using AvGateway.Operations.Faults;
using AvGateway.Operations.Tests.Schedule;
using static AvGateway.Operations.Tests.Schedule.ScheduleBench;

namespace AvGateway.Operations.Tests.Faults;

/// <summary>A year whose days off nobody has brought in time: one fault that grows graver, over restarts too, and that ends when the list is approved.</summary>
public sealed class HolidayFaultTests : IDisposable
{
    private FaultBoard _board = null!;
    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-holidays-").FullName;

    [Fact]
    public async Task A_missing_list_is_one_fault_that_grows_graver_and_closes_itself_when_the_list_is_approved()
    {
        await using var bench = Bench("2026-11-14 12:00");
        await bench.AwayUntilAsync("2026-11-14 12:00");
        Assert.Empty(_board.Look());

        await bench.GoToAsync("2026-11-15 00:30", everyMinutes: 60);
        var opened = Assert.Single(_board.Look()).Fault;
        Assert.Equal((FaultKinds.HolidaysMissing, "calendar-2027", Severity.P4, null), (opened.Code, opened.Subject, opened.Severity, opened.Room));

        await bench.GoToAsync("2026-12-10 00:30", everyMinutes: 360);
        Assert.Equal("P4 → P3", Assert.Single(_board.Look()).Line.Text);

        // Another run of the gateway on the same store: as grave as it was before anybody looked at the date.
        var kept = _board.Faults.ToList();
        _board = BoardOf(bench);
        _board.Restore(kept, new Dictionary<int, int> { [2026] = 1 });
        Assert.Empty(_board.Look());
        await bench.AwayUntilAsync("2026-12-20 08:00");
        Assert.Equal("P3 → P2", Assert.Single(_board.Look()).Line.Text);

        Approve(bench);
        await bench.GoToAsync("2026-12-20 08:10");
        Assert.Equal([FaultWords.Recovered, FaultWords.Closed], _board.Look().Select(c => c.Line.What));
        Assert.True(_board.Find(opened.Id)!.IsClosed);
    }

    [Fact]
    public async Task A_list_that_was_approved_while_the_gateway_was_away_ends_the_fault_after_the_next_start()
    {
        await using var bench = Bench("2026-12-12 12:00");
        await bench.AwayUntilAsync("2026-12-12 12:00");
        var opened = Assert.Single(_board.Look()).Fault;
        Assert.Equal(Severity.P3, opened.Severity);

        Approve(bench);
        var kept = _board.Faults.ToList();
        _board = BoardOf(bench);
        _board.Restore(kept, new Dictionary<int, int> { [2026] = 1 });
        await bench.AwayUntilAsync("2026-12-13 08:00");
        await bench.GoToAsync("2026-12-13 08:10");
        _board.Look();

        Assert.True(_board.Find(opened.Id)!.IsClosed);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // A folder is looked at from the first start on; the bench's first loop was opened before it was told of one.
    private ScheduleBench Bench(string local)
    {
        var bench = new ScheduleBench(local, HolidayOff) { Folder = new(_folder) };
        _board = BoardOf(bench);
        bench.Opened = loop => loop.Reminded += (year, due) =>
            _board.Tell(new($"calendar-{year}", FaultKinds.HolidaysMissing), due is not null, null, due is null ? null : Enum.Parse<Severity>(due.Severity));
        return bench;
    }

    private static FaultBoard BoardOf(ScheduleBench bench) =>
        new(new(new([]), new([], []), new InSession(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai")), bench.Clock);

    // An invention with as many days as a notice has; so late that somebody has to say a word to it.
    private static void Approve(ScheduleBench bench)
    {
        bench.Folder!.Propose(new(2027, "示例通知", new(2026, 12, 1), [new("元旦", new(2027, 1, 1), new(2027, 1, 3)), new("春节", new(2027, 2, 5), new(2027, 2, 25))], []));
        bench.Folder.Approve(2027, new("Li Gong", new(2026, 12, 20), "the notice came late"));
    }

    /// <summary>The busiest house: the gravity of a reminder does not follow it.</summary>
    private sealed class InSession : IRoomUse
    {
        public Occupancy Of(string? room) => Occupancy.InSession;
    }
}

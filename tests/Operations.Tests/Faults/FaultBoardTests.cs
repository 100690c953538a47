using AvGateway.Operations.Faults;

namespace AvGateway.Operations.Tests.Faults;

/// <summary>What becomes a fault, what explains what, and how long a fault is one.</summary>
public sealed class FaultBoardTests
{
    private readonly BoardBench _bench = new();

    [Fact]
    public async Task A_symptom_that_passes_is_no_fault()
    {
        _bench.Gone("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromSeconds(15));
        _bench.Back("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Empty(_bench.Changes);
    }

    [Fact]
    public async Task One_that_stays_is_one_fault_with_the_time_of_its_first_symptom()
    {
        var since = _bench.Clock.GetUtcNow();
        _bench.Gone("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(("F-2026-000001", "device.unreachable", "court-1/matrix", "court-1", since), (_bench.Only.Id, _bench.Only.Code, _bench.Only.Subject, _bench.Only.Room, _bench.Only.Since));
        Assert.Equal([FaultWords.Opened], _bench.Told(_bench.Only.Id));
        Assert.InRange(_bench.Only.OpenedAt - since, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(22));
    }

    [Theory]
    [InlineData(Occupancy.Empty, Severity.P4)]
    [InlineData(Occupancy.Unknown, Severity.P3)]
    [InlineData(Occupancy.HearingNear, Severity.P2)]
    [InlineData(Occupancy.InSession, Severity.P1)]
    public async Task Its_severity_is_that_of_what_the_room_is_used_for(Occupancy use, Severity severity)
    {
        _bench.Use("court-1", use);
        _bench.Gone("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(severity, _bench.Only.Severity);
    }

    [Fact]
    public async Task It_is_rated_anew_as_the_hearing_comes_near()
    {
        _bench.Gone("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(1));
        _bench.Use("court-1", Occupancy.HearingNear);
        await _bench.PassAsync(TimeSpan.FromMinutes(1));
        _bench.Use("court-1", Occupancy.InSession);
        await _bench.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(Severity.P1, _bench.Only.Severity);
        Assert.Equal(["P4 → P2", "P2 → P1"], _bench.Only.TimeLine.Where(l => l.What == FaultWords.Rated).Select(l => l.Text));
    }

    [Fact]
    public async Task What_endangers_a_recording_is_a_fault_at_once_and_of_the_first_priority()
    {
        _bench.Board.Tell(new("court-1/recorder", "recording.no-growth"), true);
        await _bench.PassAsync(TimeSpan.Zero);

        Assert.Equal(Severity.P1, _bench.Only.Severity);
    }

    [Fact]
    public async Task A_device_that_cannot_be_reached_has_no_smaller_faults()
    {
        _bench.Gone("court-1/recorder");
        _bench.Board.Tell(new("court-1/recorder", "recorder.storage-low"), true);
        await _bench.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal("device.unreachable", _bench.Only.Code);
    }

    [Fact]
    public async Task A_dead_switch_is_one_fault_and_what_hangs_on_it_none()
    {
        _bench.Gone("court-1/matrix", "court-1/recorder", "court-1/codec", "court-2/matrix", "court-2/recorder");
        await _bench.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(("switch.down", "switch-1", "acme"), (_bench.Only.Code, _bench.Only.Subject, _bench.Only.Owner));
        Assert.Equal(BoardBench.Devices[..5].Order(StringComparer.Ordinal), _bench.Only.Affected);
        Assert.Single(_bench.Changes);
    }

    [Fact]
    public async Task A_cut_line_is_the_carriers_with_its_circuit_number()
    {
        _bench.Gone(BoardBench.Devices);
        await _bench.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(("line.down", "carrier-a", "circuit CIRCUIT-1"), (_bench.Only.Code, _bench.Only.Owner, _bench.Only.Detail!.En));
    }

    [Fact]
    public async Task Devices_that_fell_before_the_rest_of_the_branch_are_explained_afterwards()
    {
        _bench.Gone("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(1));
        var early = _bench.Only.Id;
        _bench.Gone("court-1/recorder", "court-1/codec", "court-2/matrix", "court-2/recorder");
        await _bench.PassAsync(TimeSpan.FromMinutes(1));

        var cause = _bench.Open.Single(f => f.Code == "switch.down");
        Assert.Equal(cause.Id, _bench.Board.Find(early)!.CausedBy);
        Assert.Equal(2, _bench.Open.Count());
    }

    [Fact]
    public async Task When_the_cause_is_gone_what_is_still_dead_is_a_fault_of_its_own_after_a_while()
    {
        string[] behind = [.. BoardBench.Devices[..5]];
        _bench.Gone(behind);
        await _bench.PassAsync(TimeSpan.FromMinutes(2));
        _bench.Back([.. behind.Where(d => d != "court-2/matrix")]);
        await _bench.PassAsync(TimeSpan.FromSeconds(50));
        Assert.DoesNotContain(_bench.Open, f => f.Subject == "court-2/matrix");

        await _bench.PassAsync(TimeSpan.FromSeconds(20));

        Assert.Contains(_bench.Open, f => f is { Subject: "court-2/matrix", CausedBy: null });
        Assert.Equal(FaultStep.Restored, _bench.Open.Single(f => f.Code == "switch.down").Step);
    }

    [Fact]
    public async Task One_silent_device_is_never_a_dead_branch()
    {
        _bench.Gone("machine-room/ups");
        await _bench.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal("device.unreachable", _bench.Only.Code);
    }

    [Fact]
    public async Task What_was_switched_off_on_purpose_is_no_fault()
    {
        _bench.Away.UnionWith(["court-1/matrix", "court-1/recorder"]);
        _bench.Gone("court-1/matrix", "court-1/recorder");
        await _bench.PassAsync(TimeSpan.FromHours(1));
        Assert.Empty(_bench.Open);

        // Switched on again, and one of them does not come.
        _bench.Away.Clear();
        _bench.Back("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal("court-1/recorder", _bench.Only.Subject);
    }

    [Fact]
    public async Task Twenty_flaps_in_ten_minutes_are_one_fault_with_a_count_and_few_words()
    {
        for (var i = 0; i < 20; i++)
        {
            _bench.Gone("court-1/matrix");
            await _bench.PassAsync(TimeSpan.FromSeconds(15));
            _bench.Back("court-1/matrix");
            await _bench.PassAsync(TimeSpan.FromSeconds(15));
        }

        Assert.True(_bench.Only.IsFlapping);
        Assert.InRange(_bench.Only.Times, 8, 20);
        Assert.Equal([FaultWords.Opened, FaultWords.FlappingBegan], _bench.Told(_bench.Only.Id));

        await _bench.PassAsync(TimeSpan.FromMinutes(15));

        Assert.Equal((FaultStep.Restored, false), (_bench.Only.Step, _bench.Only.IsFlapping));
    }

    [Fact]
    public async Task It_is_restored_when_the_symptom_has_stayed_away_and_not_before()
    {
        _bench.Gone("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(1));
        _bench.Back("court-1/matrix");
        var back = _bench.Clock.GetUtcNow();
        await _bench.PassAsync(TimeSpan.FromSeconds(50));
        Assert.Equal(FaultStep.Open, _bench.Only.Step);

        await _bench.PassAsync(TimeSpan.FromSeconds(15));

        Assert.Equal((FaultStep.Restored, back, false), (_bench.Only.Step, _bench.Only.RecoveredAt, _bench.Only.IsPresent));
    }

    [Fact]
    public async Task A_line_that_is_back_for_four_minutes_is_not_restored_and_after_ten_it_is()
    {
        _bench.Gone(BoardBench.Devices);
        await _bench.PassAsync(TimeSpan.FromMinutes(1));
        _bench.Back(BoardBench.Devices);
        await _bench.PassAsync(TimeSpan.FromMinutes(4));
        _bench.Gone(BoardBench.Devices);
        await _bench.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((FaultStep.Open, 2), (_bench.Only.Step, _bench.Only.Times));

        _bench.Back(BoardBench.Devices);
        await _bench.PassAsync(TimeSpan.FromMinutes(11));

        Assert.Equal(FaultStep.Restored, _bench.Only.Step);
    }

    [Fact]
    public async Task A_relapse_before_anybody_closed_it_is_the_same_fault()
    {
        _bench.Gone("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(1));
        _bench.Back("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(20));
        _bench.Gone("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Equal((FaultStep.Open, 2), (_bench.Only.Step, _bench.Only.Times));
        Assert.Equal([FaultWords.Opened, FaultWords.Recovered, FaultWords.Relapsed], _bench.Told(_bench.Only.Id));
    }

    [Fact]
    public async Task What_nobody_closes_is_closed_after_its_time_and_a_repeat_says_so()
    {
        _bench.Gone("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(1));
        var first = _bench.Only.Id;
        _bench.Back("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromDays(3) + TimeSpan.FromMinutes(2));
        Assert.Equal(FaultStep.Closed, _bench.Board.Find(first)!.Step);

        _bench.Gone("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Equal((first, "F-2026-000002"), (_bench.Only.Reopens, _bench.Only.Id));
        Assert.Equal("F-2026-000002", _bench.Board.Find(first)!.ReopenedAs);
    }

    [Fact]
    public async Task After_a_restart_the_same_symptom_is_the_same_fault()
    {
        _bench.Gone("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(1));
        var kept = FaultJson.Read(FaultJson.Write(_bench.Only));
        var next = new BoardBench(kept: [kept], numbers: _bench.Board.Numbers, clock: _bench.Clock);

        next.Gone("court-1/matrix", "court-2/recorder");
        await next.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(["F-2026-000001", "F-2026-000002"], next.Open.Select(f => f.Id).Order(StringComparer.Ordinal));
        Assert.Equal(1, next.Board.Find("F-2026-000001")!.Times);

        next.Back("court-1/matrix");
        await next.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(FaultStep.Restored, next.Board.Find("F-2026-000001")!.Step);
    }

    [Fact]
    public async Task A_thousand_faults_in_a_second_are_a_thousand_faults()
    {
        for (var i = 0; i < 1000; i++) _bench.Board.Tell(new($"court-1/d{i}", "x.y"), true);
        await _bench.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(1000, _bench.Open.Select(f => f.Id).Distinct().Count());
    }

    [Fact]
    public async Task The_year_of_a_number_is_the_sites_and_begins_at_one()
    {
        var bench = new BoardBench(kept: [], numbers: new Dictionary<int, int> { [2026] = 7 });
        bench.Gone("court-1/matrix");
        await bench.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("F-2026-000008", bench.Only.Id);

        // 2026-12-31 16:00 UTC is New Year in Shanghai.
        await bench.Clock.PassAsync(new DateTimeOffset(2026, 12, 31, 15, 59, 50, TimeSpan.Zero) - bench.Clock.GetUtcNow(), () => Task.CompletedTask);
        bench.Gone("court-2/recorder");
        await bench.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Contains(bench.Open, f => f.Id == "F-2027-000001");
    }
}

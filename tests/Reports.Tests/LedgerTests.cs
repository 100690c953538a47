using AvGateway.Operations.Records.Ledger;
using AvGateway.Operations.Records.Reading;
using CsCheck;
using static AvGateway.Reports.Tests.RecordedCourt;

namespace AvGateway.Reports.Tests;

/// <summary>What counts as up, and what does not.</summary>
public sealed class LedgerTests
{
    private static readonly MonthAsk October = new(new(2026, 10), At(11, 1, 6));

    [Fact]
    public async Task Sixty_minutes_with_six_down_and_ten_planned_off_are_measured_on_fifty()
    {
        // R01, on one device in the hour from 10:00 to 11:00.
        var rows = Site("matrix").Concat(
        [
            Row(At(10, 8, 10, 20), "device.offline", "court-1/matrix", new { reason = "no-reply" }),
            Row(At(10, 8, 10, 26), "device.online", "court-1/matrix", new { reason = "synchronised" }),
            Row(At(10, 8, 10, 40), "power.set-aside", "R1", new { devices = new[] { "court-1/matrix" } }),
            Row(At(10, 8, 10, 40, 30), "device.offline", "court-1/matrix", new { reason = "link-closed" }),
            Row(At(10, 8, 10, 50), "power.taken-back", "R1", new { devices = new[] { "court-1/matrix" } }),
            Row(At(10, 8, 10, 50), "device.online", "court-1/matrix", new { reason = "synchronised" }),
        ]);

        var ledger = await LedgerOf(rows);
        var hour = Partition.Within(ledger.Device("court-1/matrix"), [(At(10, 8, 10), At(10, 8, 11))]).ToList();

        var sums = Availability.Of(hour);
        Assert.Equal((6, 10, 44, 50), (sums.Down.TotalMinutes, sums.Planned.TotalMinutes, sums.Up.TotalMinutes, sums.Counted.TotalMinutes));
        Assert.Equal(88.0, sums.Share);
        Assert.Equal(["", "no-reply", "", "R1", ""], hour.Select(s => s.Value.Cause));
    }

    [Fact]
    public async Task A_killed_gateway_leaves_unknown_time_and_never_up()
    {
        var ledger = await LedgerOf(Site("matrix").Append(Row(At(10, 9, 4), "gateway.started", "gateway", new { aliveUntil = At(10, 9, 1), orderly = false })));

        var spans = ledger.Device("court-1/matrix");
        Assert.Equal((At(10, 9, 1), LedgerState.Unknown, LedgerCauses.GatewayAway), (spans[^2].From, spans[^2].State, spans[^2].Value.Cause));

        // Nobody has read it since.
        Assert.Equal((At(10, 9, 4), LedgerState.Unknown, LedgerCauses.NotSeen), (spans[^1].From, spans[^1].State, spans[^1].Value.Cause));
        Assert.Equal(At(11, 1), spans[^1].Until);
    }

    [Fact]
    public async Task What_a_run_switched_on_has_ten_minutes_to_come_up()
    {
        var ledger = await LedgerOf(Site("matrix").Concat(
        [
            Row(At(10, 8, 18), "power.set-aside", "R1", new { devices = new[] { "court-1/matrix" } }),
            Row(At(10, 8, 18, 1), "device.offline", "court-1/matrix", new { reason = "link-closed" }),
            Row(At(10, 9, 7), "power.taken-back", "R2", new { devices = new[] { "court-1/matrix" } }),
            Row(At(10, 9, 7, 25), "device.online", "court-1/matrix", new { reason = "synchronised" }),
        ]));

        var down = Assert.Single(ledger.Device("court-1/matrix"), s => s.State is LedgerState.Down);
        Assert.Equal((At(10, 9, 7, 10), At(10, 9, 7, 25)), (down.From, down.Until));
    }

    [Fact]
    public async Task Maintenance_counts_from_the_courts_word_and_not_without()
    {
        IReadOnlyList<Operations.Journal.JournalEntry> rows =
        [
            .. Site("matrix"),
            Row(At(10, 8, 9), "service.added", "S-2026-0001", new { kind = "maintenance", from = "2026-10-09", to = "2026-10-09", fromTime = "10:00", toTime = "12:00", scope = "court-1", text = "x" }, "engineer"),
            Row(At(10, 9, 10), "device.offline", "court-1/matrix", new { reason = "no-reply" }),
            Row(At(10, 9, 13), "device.online", "court-1/matrix", new { reason = "synchronised" }),
        ];

        Assert.Equal(3, Availability.Of((await LedgerOf(rows)).Device("court-1/matrix")).Down.TotalHours);
        var approved = Availability.Of((await LedgerOf([.. rows, Row(At(10, 8, 10), "service.approved", "S-2026-0001", new { }, "admin")])).Device("court-1/matrix"));
        Assert.Equal((1, 2), (approved.Down.TotalHours, approved.Maintenance.TotalHours));
    }

    [Fact]
    public async Task A_room_is_down_while_a_device_of_it_is_down_that_is_not_optional()
    {
        var ledger = await LedgerOf(
        [
            .. Site("matrix", "!camera"),
            Row(At(10, 9, 10), "device.offline", "court-1/camera", new { reason = "no-reply" }),
            Row(At(10, 9, 11), "device.offline", "court-1/matrix", new { reason = "no-reply" }),
            Row(At(10, 9, 12), "device.online", "court-1/matrix", new { reason = "synchronised" }),
        ]);

        var down = Assert.Single(ledger.Room("court-1"), s => s.State is LedgerState.Down);
        Assert.Equal((At(10, 9, 11), At(10, 9, 12)), (down.From, down.Until));
    }

    [Fact]
    public Task Stretches_of_any_record_partition_the_month_exactly() =>
        Gen.Int[0, 100_000].SampleAsync(
            async seed =>
            {
                // Any part of any seeded record, in any order of arrival: what came late is what came late.
                var random = new Random(seed);
                var rows = RecordedCourt.October(seed).Where(r => r.Kind.StartsWith("site.", StringComparison.Ordinal) || random.Next(5) > 0).OrderBy(r => r.Kind.StartsWith("site.", StringComparison.Ordinal) ? 0 : random.Next(1, 3));
                var ledger = await LedgerOf(rows);
                foreach (var room in ledger.Facts.Rooms)
                {
                    AssertWhole(ledger.Room(room.Id), ledger.Facts.Period);
                    foreach (var device in room.Devices) AssertWhole(ledger.Device(AvailabilityLedger.Name(room, device)), ledger.Facts.Period);
                }
            },
            iter: 12);

    private static void AssertWhole(IReadOnlyList<LedgerSpan> spans, MonthPeriod period)
    {
        Assert.Equal((period.Start, period.End), (spans[0].From, spans[^1].Until));
        for (var i = 0; i < spans.Count; i++)
        {
            Assert.True(spans[i].Length > TimeSpan.Zero);
            if (i > 0) Assert.Equal(spans[i - 1].Until, spans[i].From);
            if (i > 0) Assert.NotEqual(spans[i - 1].Value, spans[i].Value);
        }

        Assert.Equal(period.Length, Availability.Of(spans).Total);
    }

    private static IEnumerable<Operations.Journal.JournalEntry> Site(params string[] devices)
    {
        var at = At(10, 1, 0);
        yield return Row(at, "site.facts", "city", new { name = new { zh = "法院", en = "Court" }, zone = "Asia/Shanghai", limits = new { }, rooms = new[] { "court-1" } });
        yield return Row(at, "site.room", "court-1", new { name = new { zh = "庭", en = "Room" }, devices = devices.Select(d => new { id = d.TrimStart('!'), name = new { zh = d, en = d }, isOptional = d[0] == '!' }) });
        yield return Row(at, "gateway.started", "gateway", new { orderly = true });
        foreach (var device in devices) yield return Row(at, "device.online", $"court-1/{device.TrimStart('!')}", new { reason = "synchronised" });
    }

    private static async Task<AvailabilityLedger> LedgerOf(IEnumerable<Operations.Journal.JournalEntry> rows) =>
        new(await new MonthReader(new MemoryJournal(rows), October).ReadAsync(TestContext.Current.CancellationToken));
}

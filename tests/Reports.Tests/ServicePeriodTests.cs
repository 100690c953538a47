using System.Text.Json;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Records;
using AvGateway.Operations.Records.Service;
using AvGateway.Testing;
using static AvGateway.Reports.Tests.RecordedCourt;

namespace AvGateway.Reports.Tests;

/// <summary>The contract's term, and who may say what about it.</summary>
public sealed class ServicePeriodTests
{
    private static readonly ContractPeriod Contract = new(new(2023, 12, 20), new(2024, 12, 19));

    [Fact]
    public void Absence_and_problems_extend_the_term_each_day_once_and_only_with_the_courts_word()
    {
        List<JournalRecord> rows =
        [
            new(1, Row(At(1, 1), "service.added", "S-2024-0001", new { kind = "absence", from = "2024-03-04", to = "2024-03-06", scope = "site", text = "x" }, "admin")),
            new(2, Row(At(1, 2), "service.added", "S-2024-0002", new { kind = "problem", from = "2024-03-06", to = "2024-03-07", scope = "site", text = "x" }, "admin")),
        ];

        var term = ServiceBook.Of(rows).TermOf(Contract, Contract.To);
        Assert.Equal((366, 4, new DateOnly(2024, 12, 23), Contract.To, new DateOnly(2024, 12, 23)), (term.Days, term.MissedDays, term.ProposedEnd, term.EffectiveEnd, term.Waiting!.Value));
        Assert.Equal(new DateOnly(2024, 10, 20), term.RemindOn);

        rows.Add(new(3, Row(At(1, 3), "service.extended", "2024-12-23", new { end = "2024-12-23", days = 4 }, "court")));
        var extended = ServiceBook.Of(rows).TermOf(Contract, Contract.To);
        Assert.Equal(new DateOnly(2024, 12, 23), extended.EffectiveEnd);
        Assert.Null(extended.Waiting);
    }

    [Fact]
    public void Force_majeure_is_proven_by_the_tenth_day_and_flagged_on_the_thirtieth()
    {
        var entry = Assert.Single(ServiceBook.Of([new(1, Row(At(1, 1), "service.added", "S-1", new { kind = "force-majeure", from = "2024-07-01", to = "2024-08-05", scope = "site", text = "x" }))]).Entries);

        Assert.Equal((new DateOnly(2024, 7, 10), new DateOnly(2024, 7, 30)), (entry.ProofDue, entry.FlaggedOn));
    }

    [Fact]
    public async Task The_desk_takes_what_is_right_and_says_why_it_refuses()
    {
        var record = new WrittenRecord();
        using var desk = new ServiceDesk(new SiteFacts("city", new("法院", "Court"), "Asia/Shanghai") { Period = Contract, Rooms = [new("court-1", new("庭", "Room"), [])] }, record, record, new VirtualClock());

        Assert.Equal(422, await AskAsync("add", "engineer", ("kind", "holiday")));
        Assert.Equal(422, await AskAsync("add", "engineer", ("kind", "absence"), ("from", "2024-03-06"), ("to", "2024-03-04"), ("text", "x")));
        Assert.Equal(422, await AskAsync("add", "engineer", ("kind", "maintenance"), ("from", "2024-03-06"), ("scope", "court-9"), ("text", "x")));
        Assert.Equal(422, await AskAsync("add", "engineer", ("kind", "absence"), ("from", "2024-03-06")));
        Assert.Equal(200, await AskAsync("add", "engineer", ("kind", "absence"), ("from", "2024-03-04"), ("to", "2024-03-06"), ("text", "x")));
        var entry = record.Rows[^1].Entry.Subject;
        Assert.Equal(409, await AskAsync("approve", "engineer", ("entry", entry)));
        Assert.Equal(200, await AskAsync("approve", "court", ("entry", entry)));
        Assert.Equal(409, await AskAsync("approve", "court", ("entry", entry)));
        Assert.Equal(409, await AskAsync("withdraw", "engineer", ("entry", entry), ("text", "x")));
        Assert.Equal(409, await AskAsync("extend", "court", ("end", "2024-12-24")));
        Assert.Equal(200, await AskAsync("extend", "court", ("end", "2024-12-22")));
        Assert.Equal(409, await AskAsync("sign", "court", ("month", "2024-03")));
        record.Append(Row(At(4, 1), RecordKinds.Reported, "2024-03", new { revision = 2 }));
        Assert.Equal(200, await AskAsync("sign", "court", ("month", "2024-03")));
        Assert.Equal(2, JsonDocument.Parse(record.Rows[^1].Entry.Details).RootElement.GetProperty("revision").GetInt32());

        async Task<int> AskAsync(string verb, string by, params (string Name, string Value)[] args) =>
            (await desk.CarryOutAsync(new(verb, args.ToDictionary(a => a.Name, a => a.Value)), by)).Outcome.Code.Stat;
    }

    private sealed class WrittenRecord : IServiceJournal, IJournalReader
    {
        public List<JournalRecord> Rows { get; } = [];

        public void Append(JournalEntry entry) => Rows.Add(new(Rows.Count + 1, entry));

        public ValueTask AppendDurablyAsync(JournalEntry entry, CancellationToken cancellation)
        {
            Append(entry);
            return ValueTask.CompletedTask;
        }

        public IAsyncEnumerable<JournalRecord> ReadAsync(JournalQuery query, CancellationToken cancellation) => new MemoryJournal(Rows.Select(r => r.Entry)).ReadAsync(query, cancellation);
    }
}

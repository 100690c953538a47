using System.Text;
using AvGateway.Operations.Access;
using AvGateway.Operations.Rooms;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Testing;
using AvGateway.Testing.Commands;

namespace AvGateway.Operations.Tests.Rooms;

/// <summary>A docket that is pushed: who may, stored before it counts, silent and contradictory are unknown.</summary>
public sealed class DocketIntakeTests : IDisposable
{
    private static readonly User Scheduler = new("scheduler", Role.Scheduler, []);
    private readonly VirtualClock _clock = new();
    private readonly FakeState _state = new();
    private readonly FakeJournal _journal = new();
    private readonly DocketBook _book;
    private readonly DocketIntake _intake;

    public DocketIntakeTests()
    {
        _book = new(_clock, DocketSource.Push);
        _intake = Intake(_book);
    }

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Role.Admin, null)]
    [InlineData(Role.Scheduler, null)]
    [InlineData(Role.Engineer, "AVG-AUTH-RIGHTS")]
    [InlineData(Role.Judge, "AVG-AUTH-RIGHTS")]
    [InlineData(Role.Clerk, "AVG-AUTH-RIGHTS")]
    [InlineData(Role.Panel, "AVG-AUTH-RIGHTS")]
    [InlineData(Role.Vendor, "AVG-AUTH-RIGHTS")]
    [InlineData(Role.Auditor, "AVG-AUTH-RIGHTS")]
    public void Only_the_scheduling_system_and_an_admin_bring_it(Role role, string? code)
    {
        Assert.Equal(code, _intake.Admit(new("anna", role, []))?.Code.Code);
        Assert.Equal(code is null ? 0 : 1, _journal.Rows.Count(r => r is { Kind: "access.refused", Actor: "anna" }));
    }

    [Fact]
    public void An_account_that_has_ended_brings_none_and_a_site_that_takes_none_says_so()
    {
        Assert.Equal("AVG-AUTH-ENDED", _intake.Judge(Scheduler with { Until = _clock.GetUtcNow() })?.Code.Code);
        using var other = Intake(new(_clock, DocketSource.File));
        Assert.Equal("AVG-REQ-UNKNOWN", other.Judge(Scheduler)?.Code.Code);
    }

    [Theory]
    [InlineData(DocketForm.Csv, "room,id,start,end\ncourt-1,h-1,2026-11-23T09:00,2026-11-23T12:00\n")]
    [InlineData(DocketForm.Json, """{"hearings":[{"room":"court-1","id":"h-1","start":"2026-11-23T09:00","end":"2026-11-23T12:00"}]}""")]
    [InlineData(DocketForm.Calendar, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:h-1\r\nLOCATION:court-1\r\nDTSTART:20261123T010000Z\r\nDTEND:20261123T040000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")]
    public async Task It_counts_in_each_of_its_forms_and_the_record_tells_who_and_the_digest(DocketForm form, string text)
    {
        Assert.Equal(DocketState.Silent, _book.Of("court-1").State);

        var outcome = await TakeAsync(form, text);

        Assert.Null(outcome.Refusal);
        Assert.Equal(DocketState.Known, _book.Of("court-1").State);
        Assert.Equal(("h-1", new DateTimeOffset(2026, 11, 23, 1, 0, 0, TimeSpan.Zero)), (_book.Of("court-1").Entries[0].Id, _book.Of("court-1").Entries[0].Start));
        var row = Assert.Single(_journal.Rows);
        Assert.Equal(("docket.taken", "scheduler"), (row.Kind, row.Actor));
        Assert.Contains($"\"digest\":\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)))}\"", row.Details, StringComparison.Ordinal);
        Assert.DoesNotContain("h-1", row.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_with_findings_changes_nothing_and_its_text_stays_out_of_the_record()
    {
        await TakeAsync(DocketForm.Csv, "room,id,start,end\ncourt-1,h-1,2026-11-23T09:00,2026-11-23T12:00\n");
        var outcome = await TakeAsync(DocketForm.Csv, "room,id,start,end,party\ncourt-1,h-2,2026-11-23T09:00,2026-11-23T12:00,Zhang San\n");

        Assert.Equal("AVG-REQ-DOCKET", outcome.Refusal?.Code.Code);
        Assert.Equal("COLUMN", outcome.Findings[0].Code);
        Assert.Equal("h-1", _book.Of("court-1").Entries[0].Id);
        Assert.Contains(_journal.Rows, r => r.Kind == "docket.refused" && r.Details.Contains("\"first\":\"COLUMN\"", StringComparison.Ordinal));
        Assert.DoesNotContain(_journal.Rows, r => r.Details.Contains("Zhang", StringComparison.Ordinal) || r.Details.Contains("party", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_hearings_at_a_time_in_one_room_are_a_contradiction_there_and_nowhere_else()
    {
        await TakeAsync(DocketForm.Csv, "room,id,start,end\ncourt-1,h-1,2026-11-23T09:00,2026-11-23T12:00\ncourt-1,h-2,2026-11-23T11:00,2026-11-23T13:00\ncourt-2,h-3,2026-11-23T09:00,2026-11-23T12:00\n");

        Assert.Equal((DocketState.Contradictory, DocketState.Known), (_book.Of("court-1").State, _book.Of("court-2").State));
    }

    [Fact]
    public async Task What_cannot_be_stored_does_not_count()
    {
        _state.IsUnavailable = true;
        var outcome = await TakeAsync(DocketForm.Csv, "room,id,start,end\n");

        Assert.Equal("AVG-STORE", outcome.Refusal?.Code.Code);
        Assert.Equal(DocketState.Silent, _book.Of("court-1").State);
    }

    [Fact]
    public async Task It_outlives_a_restart_with_its_age()
    {
        await TakeAsync(DocketForm.Csv, "room,id,start,end\ncourt-1,h-1,2026-11-23T09:00,2026-11-23T12:00\n");
        await PassAsync(TimeSpan.FromHours(20));
        var later = new DocketBook(_clock, DocketSource.Push);
        using var again = Intake(later);
        await again.RestoreAsync(Test);

        Assert.Equal((DocketState.Known, "h-1"), (later.Of("court-1").State, later.Of("court-1").Entries[0].Id));
        await PassAsync(TimeSpan.FromHours(7));
        Assert.Equal(DocketState.Silent, later.Of("court-1").State);
    }

    [Fact]
    public async Task One_that_was_brought_in_the_future_is_not_believed()
    {
        await TakeAsync(DocketForm.Csv, "room,id,start,end\n");
        var kept = _state.All.Single();
        await _state.PutAsync(kept.Kind, kept.Key, kept.Json.Replace($"{_clock.GetUtcNow().Year}", "2999", StringComparison.Ordinal), Test);
        var later = new DocketBook(_clock, DocketSource.Push);
        using var again = Intake(later);
        await again.RestoreAsync(Test);

        Assert.Equal(DocketState.Silent, later.Of("court-1").State);
    }

    [Fact]
    public async Task A_file_beside_it_must_speak_too_and_what_both_say_alike_is_no_contradiction()
    {
        var both = new DocketBook(_clock, DocketSource.File, DocketSource.Push);
        using var intake = Intake(both);
        const string Docket = "room,id,start,end\ncourt-1,h-1,2026-11-23T09:00,2026-11-23T12:00\n";
        await intake.TakeAsync(DocketForm.Csv, Encoding.UTF8.GetBytes(Docket), "scheduler", "http", Test);
        Assert.Equal(DocketState.Silent, both.Of("court-1").State);

        both.Accept(DocketSource.File, DocketForm.Csv.Read(Encoding.UTF8.GetBytes(Docket), Shanghai));
        Assert.Equal(DocketState.Known, both.Of("court-1").State);
        Assert.Single(both.Of("court-1").Entries);

        both.Accept(DocketSource.File, DocketForm.Csv.Read(Encoding.UTF8.GetBytes(Docket.Replace("T09", "T10", StringComparison.Ordinal)), Shanghai));
        Assert.Equal(DocketState.Contradictory, both.Of("court-1").State);

        both.Accept(DocketSource.File, new([], []));
        both.Lose(DocketSource.File);
        Assert.Equal(DocketState.Silent, both.Of("court-1").State);
    }

    [Fact]
    public async Task A_program_gone_wild_is_made_to_wait()
    {
        for (var i = 0; i < DocketIntake.Rate.Burst; i++) Assert.Null((await TakeAsync(DocketForm.Csv, "room,id,start,end\n")).Refusal);
        Assert.Equal("AVG-BUSY", (await TakeAsync(DocketForm.Csv, "room,id,start,end\n")).Refusal?.Code.Code);

        await PassAsync(TimeSpan.FromSeconds(3));
        Assert.Null((await TakeAsync(DocketForm.Csv, "room,id,start,end\n")).Refusal);
    }

    public void Dispose() => _intake.Dispose();

    private static TimeZoneInfo Shanghai => TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    private DocketIntake Intake(DocketBook book) => new(new(book, Shanghai, _state, _journal, _clock));

    private Task PassAsync(TimeSpan span) => _clock.PassAsync(span, static () => Task.CompletedTask);

    private Task<DocketOutcome> TakeAsync(DocketForm form, string text) => _intake.TakeAsync(form, Encoding.UTF8.GetBytes(text), Scheduler.Name, "http", Test);
}

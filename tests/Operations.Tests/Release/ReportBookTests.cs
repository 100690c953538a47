using System.Text.Json;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Release;

namespace AvGateway.Operations.Tests.Release;

/// <summary>From the first word in a report to what left: complete, on two persons' word, and exactly what was looked at.</summary>
public sealed class ReportBookTests : IAsyncLifetime
{
    private static readonly CancellationToken Test = TestContext.Current.CancellationToken;

    private readonly ReleaseBench _bench = new();
    private Fault _fault = null!;

    public async ValueTask InitializeAsync() => _fault = await _bench.FaultAsync();

    public static TheoryData<string> Required => [.. ReleaseBench.Complete.Select(c => c.Field)];

    [Fact]
    public async Task A_new_report_names_what_the_gateway_does_not_know()
    {
        var draft = await _bench.Book.DraftAsync(_fault, Test);

        Assert.Equal(ReleaseBench.Complete.Select(c => c.Field).Order(), draft.Missing.Select(f => f.Name).Order());
        Assert.Equal(
            ("MX-40", "A1B2C3", "9.15.0.19", "A3-12U", "2027-03-31", "acme"),
            (draft["model"]?.Value, draft["serial"]?.Value, draft["firmware"]?.Value, draft["rack"]?.Value, draft["warranty"]?.Value, draft["party"]?.Value));
        Assert.Equal("1 hearings, 1 minutes", draft["impact"]?.Says.En);
        Assert.Contains("command.accepted", draft["changed-seen"]!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Required))]
    public async Task A_report_with_one_gap_is_refused_and_names_it(string field)
    {
        await _bench.FillAsync(_fault.Id, values: [.. ReleaseBench.Complete.Where(c => c.Field != field)]);

        var (draft, refusal) = await _bench.Book.SubmitAsync(_fault.Id, "engineer", Test);

        Assert.Equal((AnswerCodes.ReportIncomplete, $"missing: {field}"), (refusal!.Code, refusal.Title));
        Assert.Equal(ReportStep.Draft, draft!.Case.Step);
        Assert.Empty(_bench.Shelf.All);
    }

    [Fact]
    public async Task What_a_request_needs_is_asked_for_with_it()
    {
        await _bench.FillAsync(_fault.Id);
        await _bench.FillAsync(_fault.Id, values: ("request", "rma"));

        Assert.Equal("missing: part", (await _bench.Book.SubmitAsync(_fault.Id, "engineer", Test)).Refusal?.Title);
    }

    [Fact]
    public async Task An_empty_text_takes_a_field_out_again_and_unknown_is_an_answer_where_the_gateway_could_have_known()
    {
        await _bench.FillAsync(_fault.Id, values: [("rack", "unknown"), ("tried", "x")]);
        await _bench.FillAsync(_fault.Id, values: ("tried", ""));

        var draft = await _bench.Book.DraftAsync(_fault, Test);

        Assert.Equal("不详", draft["rack"]?.Says.Zh);
        Assert.Contains(draft.Missing, f => f.Name == "tried");
    }

    [Theory]
    [InlineData("colour", "red", 422)]
    [InlineData("fault", "F-1", 422)]
    [InlineData("request", "unknown", 422)]
    [InlineData("case-type", "magic", 422)]
    [InlineData("tried", "a\u0007b", 422)]
    [InlineData("tried", "（2026）浙01刑初123号", 422)]
    [InlineData("contact", "张三 8012", 422)]
    [InlineData("description", "see rtsp://10.9.8.7/a", 422)]
    public async Task What_cannot_stand_in_a_field_is_refused_and_changes_nothing(string field, string value, int stat)
    {
        await _bench.FillAsync(_fault.Id);

        var (_, refusal) = await _bench.Book.FillAsync(_fault.Id, [("tried", "second thoughts"), (field, value)], "engineer", Test);

        Assert.Equal(stat, refusal?.Code.Stat);
        Assert.Contains($"\"{field}\"", refusal!.Title, StringComparison.Ordinal);
        Assert.Equal("断电重启两次", (await _bench.Book.DraftAsync(_fault, Test))["tried"]?.Value);
    }

    [Fact]
    public async Task All_fields_together_fit_into_one_message()
    {
        var (_, refusal) = await _bench.Book.FillAsync(_fault.Id, [.. new[] { "description", "reproduce", "first-checks", "tried", "access" }.Select(f => (f, new string('长', 400)))], "engineer", Test);

        Assert.Null(refusal);
        Assert.Equal(AnswerCodes.OutOfRange, (await _bench.Book.FillAsync(_fault.Id, [("contact", new string('长', 400))], "engineer", Test)).Refusal?.Code);
    }

    [Fact]
    public async Task Whoever_wrote_one_word_may_not_approve_and_somebody_else_of_the_court_may()
    {
        await _bench.FillAsync(_fault.Id, by: "admin", values: ("tried", "x"));
        var submission = await _bench.SubmittedAsync(_fault.Id);

        Assert.Equal(403, (await _bench.AskAsync("admin", _fault.Id, "approve", ("digest", submission.Digest))).Stat);
        Assert.Null(_bench.Book.ReleasedOf(_bench.Faults.Find(_fault.Id)! with { Party = "acme" }));
        Assert.Equal(200, (await _bench.AskAsync("admin-2", _fault.Id, "approve", ("digest", submission.Digest))).Stat);
    }

    [Theory]
    [InlineData("engineer", "approve", 403)]
    [InlineData("engineer", "refuse", 403)]
    [InlineData("scheduler", "report", 403)]
    [InlineData("clerk-1", "report", 403)]
    [InlineData("vendor-acme", "report", 403)]
    [InlineData("vendor-acme", "submit", 403)]
    [InlineData("vendor-acme", "approve", 403)]
    [InlineData("auditor", "approve", 403)]
    [InlineData("clerk-1", "approve", 403)]
    [InlineData("nobody", "approve", 403)]
    public async Task Only_who_may_does(string caller, string verb, int stat)
    {
        var submission = await _bench.SubmittedAsync(_fault.Id);
        (string, string)[] args = verb switch { "approve" => [("digest", submission.Digest)], "refuse" => [("text", "no")], "report" => [("tried", "x")], _ => [] };

        Assert.Equal(stat, (await _bench.AskAsync(caller, _fault.Id, verb, args)).Stat);
        Assert.Equal(ReportStep.Submitted, (await _bench.Book.DraftAsync(_fault, Test)).Case.Step);
    }

    [Fact]
    public async Task Where_the_site_names_its_approvers_no_other_admin_is_one()
    {
        await using var bench = new ReleaseBench(null, "admin-2");
        var fault = await bench.FaultAsync();
        var submission = await bench.SubmittedAsync(fault.Id);

        Assert.Equal(403, (await bench.AskAsync("admin", fault.Id, "approve", ("digest", submission.Digest))).Stat);
        Assert.Equal(200, (await bench.AskAsync("admin-2", fault.Id, "approve", ("digest", submission.Digest))).Stat);
    }

    [Fact]
    public async Task Only_what_was_looked_at_leaves()
    {
        var first = await _bench.SubmittedAsync(_fault.Id);
        await _bench.FillAsync(_fault.Id, values: ("tried", "and a third time"));
        await _bench.Book.SubmitAsync(_fault.Id, "engineer", Test);

        Assert.Equal(AnswerCodes.OutOfRange, (await _bench.Book.ApproveAsync(_fault.Id, first.Digest, "admin", Test)).Refusal?.Code);
        Assert.Empty(_bench.Handed);
    }

    [Fact]
    public async Task A_file_that_was_changed_after_it_was_frozen_does_not_leave()
    {
        var submission = await _bench.SubmittedAsync(_fault.Id);
        var key = (_fault.Id, 1, ReportBook.FrozenArchive);
        var files = BundleArchive.Unpack(_bench.Shelf.All[key])!.Value;
        _bench.Shelf.All[key] = BundleArchive.Zip(files.Select(f => f.Name == "frames.wire" ? f with { Content = "> more\n"u8.ToArray() } : f));

        Assert.Equal(AnswerCodes.ReportStep, (await _bench.Book.ApproveAsync(_fault.Id, submission.Digest, "admin", Test)).Refusal?.Code);

        _bench.Shelf.All[key] = BundleArchive.Zip([.. files, new("more.txt", null, [1])]);
        Assert.Equal(AnswerCodes.ReportStep, (await _bench.Book.ApproveAsync(_fault.Id, submission.Digest, "admin", Test)).Refusal?.Code);

        _bench.Shelf.All[key] = "no archive"u8.ToArray();
        Assert.Equal(AnswerCodes.ReportStep, (await _bench.Book.ApproveAsync(_fault.Id, submission.Digest, "admin", Test)).Refusal?.Code);
    }

    [Fact]
    public async Task What_was_written_for_one_does_not_go_to_another()
    {
        var submission = await _bench.SubmittedAsync(_fault.Id);
        await _bench.Faults.ActAsync(_fault.Id, new(FaultVerb.Assign, "engineer", To: "vendor:other"), Test);
        Assert.Equal(AnswerCodes.ReportStep, (await _bench.Book.ApproveAsync(_fault.Id, submission.Digest, "admin", Test)).Refusal?.Code);

        await _bench.Faults.ActAsync(_fault.Id, new(FaultVerb.Assign, "engineer", To: "vendor:acme"), Test);
        await _bench.Book.ApproveAsync(_fault.Id, submission.Digest, "admin", Test);
        Assert.NotNull(_bench.Book.ReleasedOf(_bench.Faults.Find(_fault.Id)!));

        await _bench.Faults.ActAsync(_fault.Id, new(FaultVerb.Assign, "engineer", To: "vendor:other"), Test);
        Assert.Null(_bench.Book.ReleasedOf(_bench.Faults.Find(_fault.Id)!));
    }

    [Fact]
    public async Task The_record_holds_the_digest_of_exactly_what_left_and_who_let_it_go()
    {
        var released = await _bench.ReleasedAsync(_fault.Id);

        var row = Assert.Single(_bench.State.Records, r => r.Kind == "report.released");
        var details = JsonDocument.Parse(row.Details).RootElement;
        var archive = _bench.Shelf.All[(_fault.Id, 1, ReportBook.ReleasedArchive)];
        Assert.Equal(("admin", _fault.Id, "engineer", "acme"), (row.Actor, row.Subject, details.GetProperty("author").GetString(), details.GetProperty("party").GetString()));
        Assert.Equal(ReportJson.Digest(archive), details.GetProperty("bundle").GetString());
        Assert.Equal(ReportJson.Digest(BundleArchive.Unpack(archive)!.Value.Single(f => f.Name == EvidenceBundle.ReportFile).Content), details.GetProperty("report").GetString());
        Assert.Equal(ReportJson.Digest(System.Text.Encoding.UTF8.GetBytes(released.Content)), details.GetProperty("report").GetString());
        Assert.Equal([(_fault.Id, 1)], _bench.Handed);
        Assert.Equal("acme", _bench.Faults.Find(_fault.Id)!.Party);
        Assert.Equal(["report-submitted", "report-released"], _bench.Faults.Find(_fault.Id)!.TimeLine.Select(l => l.What).Where(w => w.StartsWith("report-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_call_leaves_without_a_report_and_the_report_with_the_court_s_word_alone()
    {
        await _bench.Faults.ActAsync(_fault.Id, new(FaultVerb.Assign, "engineer", To: "vendor:acme"), Test);
        Assert.DoesNotContain("report", Call(), StringComparison.Ordinal);
        await _bench.SubmittedAsync(_fault.Id);
        Assert.DoesNotContain("\"report\"", Call(), StringComparison.Ordinal);

        await _bench.Book.ApproveAsync(_fault.Id, (await _bench.Book.DraftAsync(_fault, Test)).Case.Submitted!.Digest, "admin", Test);
        var told = JsonDocument.Parse(Call()).RootElement;
        Assert.Equal("admin", told.GetProperty("release").GetProperty("approvedBy").GetString());
        Assert.Equal("visit", told.GetProperty("report").GetProperty("fields").GetProperty("request").GetProperty("value").GetString());

        string Call()
        {
            var fault = _bench.Faults.Find(_fault.Id)!;
            return System.Text.Encoding.UTF8.GetString(ReportJson.Write(j => FaultJson.Report(j, fault, _bench.Faults.Kinds.Of(fault.Code), [], _bench.Book.ReleasedOf(fault)), isIndented: false));
        }
    }

    [Fact]
    public async Task The_court_sends_it_back_and_the_next_word_makes_it_a_draft()
    {
        await _bench.SubmittedAsync(_fault.Id);

        Assert.Equal(200, (await _bench.AskAsync("admin", _fault.Id, "refuse", ("text", "too much of the room"))).Stat);

        var draft = await _bench.Book.DraftAsync(_fault, Test);
        Assert.Equal((ReportStep.Draft, "too much of the room", 1), (draft.Case.Step, draft.Case.Refused?.Text, draft.Case.Revision));
        Assert.Null(draft.Case.Submitted);
    }

    [Fact]
    public async Task A_word_after_the_release_is_another_revision_and_what_left_stays_until_that_leaves()
    {
        var released = await _bench.ReleasedAsync(_fault.Id);
        await _bench.FillAsync(_fault.Id, values: ("tried", "fan replaced"));

        var fault = _bench.Faults.Find(_fault.Id)!;
        Assert.Equal((2, ReportStep.Draft), ((await _bench.Book.DraftAsync(fault, Test)).Case.Revision, (await _bench.Book.DraftAsync(fault, Test)).Case.Step));
        Assert.Equal(released, _bench.Book.ReleasedOf(fault));

        var again = (await _bench.Book.SubmitAsync(fault.Id, "engineer", Test)).Draft!.Case.Submitted!;
        await _bench.Book.ApproveAsync(fault.Id, again.Digest, "admin", Test);
        Assert.Equal(2, _bench.Book.ReleasedOf(_bench.Faults.Find(_fault.Id)!)?.Revision);
        Assert.Equal(4, _bench.Shelf.All.Count);
    }

    [Fact]
    public async Task A_restart_takes_up_what_left_and_what_waits()
    {
        var released = await _bench.ReleasedAsync(_fault.Id);
        await _bench.Faults.StopAsync();
        await using var next = new ReleaseBench(_bench.State);
        await next.Faults.RestoreAsync(Test);

        await next.Book.RestoreAsync(Test);

        Assert.Equal(released, next.Book.ReleasedOf(next.Faults.Find(_fault.Id)!));
        Assert.Equal(_fault.Id, Assert.Single(await next.Book.OpenAsync(Test)).Case.Fault);
    }

    [Fact]
    public async Task Killed_between_the_court_s_word_and_the_receiver_s_notice_the_next_start_hands_over_once()
    {
        var submission = await _bench.SubmittedAsync(_fault.Id);
        _bench.DiesWhenHanding = true;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bench.Book.ApproveAsync(_fault.Id, submission.Digest, "admin", Test));
        await _bench.Faults.StopAsync();

        await using var next = new ReleaseBench(_bench.State);
        await next.Faults.RestoreAsync(Test);
        await next.Book.RestoreAsync(Test);
        await next.Book.HandOverAsync(Test);
        await next.Book.HandOverAsync(Test);

        Assert.Equal([(_fault.Id, 1)], next.Handed);
        Assert.Single(next.Faults.Find(_fault.Id)!.TimeLine, l => l.What == FaultWords.ReportReleased);
        await next.Faults.StopAsync();
        await using var third = new ReleaseBench(_bench.State);
        await third.Faults.RestoreAsync(Test);
        await third.Book.RestoreAsync(Test);
        await third.Book.HandOverAsync(Test);
        Assert.Empty(third.Handed);
    }

    [Fact]
    public async Task Killed_before_the_fault_knew_the_next_start_writes_it_there_and_gives_it_its_party()
    {
        var submission = await _bench.SubmittedAsync(_fault.Id);
        var before = _bench.State.All.Single(d => d.Kind == "fault" && d.Key == _fault.Id).Json;
        var released = (await _bench.Book.ApproveAsync(_fault.Id, submission.Digest, "admin", Test)).Draft!.Case.Released!;
        await _bench.Faults.StopAsync();
        await _bench.State.PutAsync("report", _fault.Id, (ReportCase.Read(Stored()) with { HandedOver = 0 }).Write(), Test);
        await _bench.State.PutAsync("fault", _fault.Id, before, Test);

        await using var next = new ReleaseBench(_bench.State);
        await next.Faults.RestoreAsync(Test);
        await next.Book.RestoreAsync(Test);
        await next.Book.HandOverAsync(Test);

        Assert.Equal([(_fault.Id, 1)], next.Handed);
        Assert.Equal(released.Party, next.Faults.Find(_fault.Id)!.Party);
        Assert.Equal(1, ReportCase.Read(Stored()).HandedOver);
        string Stored() => _bench.State.All.Single(d => d.Kind == "report").Json;
    }

    [Fact]
    public async Task A_report_whose_fault_is_gone_from_the_board_is_dropped_at_the_next_start()
    {
        await _bench.SubmittedAsync(_fault.Id);
        await using var next = new ReleaseBench(_bench.State);

        await next.Book.RestoreAsync(Test);

        Assert.DoesNotContain(_bench.State.All, d => d.Kind == "report");
    }

    [Fact]
    public async Task What_cannot_be_stored_does_not_leave()
    {
        var submission = await _bench.SubmittedAsync(_fault.Id);
        _bench.State.IsUnavailable = true;
        Assert.Equal(AnswerCodes.NoStore, (await _bench.Book.ApproveAsync(_fault.Id, submission.Digest, "admin", Test)).Refusal?.Code);
        _bench.State.IsUnavailable = false;
        _bench.Shelf.IsFull = true;
        Assert.Equal(AnswerCodes.NoStore, (await _bench.Book.ApproveAsync(_fault.Id, submission.Digest, "admin", Test)).Refusal?.Code);

        Assert.Empty(_bench.Handed);
        Assert.Null(_bench.Book.ReleasedOf(_bench.Faults.Find(_fault.Id)! with { Party = "acme" }));
    }

    [Fact]
    public void Every_step_and_move_is_decided()
    {
        var table = string.Join('\n', Enum.GetValues<ReportStep>().Select(s => $"{s}: {string.Join(' ', Enum.GetValues<ReportMove>().Select(m => ReportCycle.Next(s, m)?.ToString() ?? "-"))}"));

        Assert.Equal("Draft: Draft Submitted - -\nSubmitted: Draft Submitted Draft Released\nReleased: Draft - - -", table);
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();
}

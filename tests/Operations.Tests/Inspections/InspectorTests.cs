using System.Text;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Inspections;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Operations.Schedule.Running;
using AvGateway.Testing.Commands;

namespace AvGateway.Operations.Tests.Inspections;

/// <summary>Every registered device once, whatever happens to the inspection; people sign what only they can see.</summary>
public sealed class InspectorTests
{
    private static readonly CancellationToken Test = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_does_not_answer_in_its_time_is_missing_although_it_shows_itself_online()
    {
        await using var bench = await InspectionBench.StartAsync();
        bench.Display.IsMute = true;

        var inspection = await bench.InspectAsync("daily");

        Assert.Equal(["ok", "ok", "missing"], inspection.Rows.Select(r => r.State.ToString().ToLowerInvariant()));
        Assert.Equal(("no-reply", 1), (inspection.Rows[2].Reason, inspection.FindingCount));
        Assert.Empty(bench.Matrix.Frames);
    }

    [Fact]
    public async Task A_fault_that_the_device_shows_is_one_and_what_is_switched_off_on_purpose_is_none()
    {
        await using var bench = await InspectionBench.StartAsync();
        bench.Recorder.Faults = [RecorderWords.NoMedium.Code];
        bench.Matrix.Status = bench.Matrix.Status with { State = DeviceState.Maintenance };

        var inspection = await bench.InspectAsync();

        Assert.Equal([(RowState.Skipped, "maintenance"), (RowState.Fault, "recorder.no-medium"), (RowState.Ok, "seen")], inspection.Rows.Select(r => (r.State, r.Reason)));
        Assert.Empty(bench.Recorder.Frames);
    }

    [Fact]
    public async Task A_killed_gateway_ends_it_as_interrupted_with_the_rows_done_so_far_and_sends_nothing()
    {
        var state = new FakeState();
        await using var dead = await InspectionBench.StartAsync(state);
        var recording = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        dead.Recorder.OnFrame = _ => recording.TrySetResult();
        await dead.Inspector.StartAsync(new("weekly", [], "engineer"), Test);
        await dead.PassUntilAsync(() => recording.Task.IsCompleted);
        var left = new FakeState();
        foreach (var document in state.All) await left.PutAsync(document.Kind, document.Key, document.Json, Test);

        await using var next = await InspectionBench.StartAsync(left);

        var inspection = Assert.Single(next.Inspector.All);
        Assert.Equal(InspectionState.Interrupted, inspection.State);
        Assert.Equal(3, inspection.Rows.Length);
        var row = inspection.Rows.Single(r => r.Device == "court-1/recorder");
        Assert.Equal((RowState.Skipped, "interrupted"), (row.State, row.Reason));
        Assert.Contains("test recording \"test-", row.Detail!.En, StringComparison.Ordinal);
        Assert.Equal(RowState.Ok, inspection.Rows.Single(r => r.Device == "court-1/display").State);
        Assert.Empty(next.Recorder.Frames);
        Assert.DoesNotContain(left.All, d => d.Kind == "inspection-row");
        Assert.Equal("I-2026-000002", (await next.Inspector.StartAsync(new("daily", [], "engineer"), Test)).Inspection!.Id);
    }

    [Fact]
    public async Task Two_inspections_of_a_room_do_not_meet()
    {
        await using var bench = await InspectionBench.StartAsync();
        var first = await bench.Inspector.StartAsync(new("daily", [], "engineer"), Test);

        Assert.Equal("AVG-INSPECT-RUNNING", (await bench.Inspector.StartAsync(new("daily", ["court-1"], "engineer"), Test)).Refusal!.Code.Code);
        await bench.EndAsync(first.Inspection!.Id);
        Assert.Null((await bench.Inspector.StartAsync(new("daily", ["court-1"], "engineer"), Test)).Refusal);
    }

    [Fact]
    public async Task What_cannot_be_stored_is_not_begun()
    {
        await using var bench = await InspectionBench.StartAsync();
        bench.State.IsUnavailable = true;

        Assert.Equal("AVG-STORE", (await bench.Inspector.StartAsync(new("weekly", [], "engineer"), Test)).Refusal!.Code.Code);
        Assert.Empty(bench.Inspector.All);
        bench.State.IsUnavailable = false;
    }

    [Fact]
    public async Task The_form_is_signed_after_its_rows_and_keeps_who_and_when()
    {
        await using var bench = await InspectionBench.StartAsync();
        var id = (await bench.InspectAsync("monthly")).Id;

        Assert.Equal("AVG-INSPECT-STEP", await SignAsync(bench, id, null));
        Assert.Equal("", await SignAsync(bench, id, "court-1/cleaning"));
        Assert.Equal("AVG-INSPECT-STEP", await SignAsync(bench, id, "court-1/cleaning"));
        Assert.Equal("", await SignAsync(bench, id, "court-1/doors", ManualResult.NotOk, "the left door does not close"));
        Assert.Equal("", await SignAsync(bench, id, null));
        Assert.Equal("AVG-INSPECT-STEP", await SignAsync(bench, id, "court-1/doors"));

        var signed = bench.Inspector.Find(id)!;
        Assert.Equal(("engineer", "engineer", 1), (signed.SignedBy, signed.Manual[0].By, signed.FindingCount));
        Assert.NotNull(signed.Manual[1].At);
        Assert.Equal(signed, bench.Filed[^1]);
        Assert.Equal(3, bench.State.Records.Count(r => r is { Kind: "inspection.signed", Actor: "engineer" }));
    }

    [Fact]
    public async Task Running_hours_are_a_finding_until_the_work_is_signed()
    {
        var settings = new InspectionSettings { Hours = [new("dust", new("除尘", "Dust"), DisplayWords.LampTime, 1000, "fake-display", [])] };
        await using var bench = await InspectionBench.StartAsync(settings: settings);

        var due = await bench.InspectAsync("daily");
        Assert.Equal((RowState.Degraded, "hours-due"), (due.Rows[2].State, due.Rows[2].Reason));
        Assert.True(Assert.Single(due.Hours).IsDue);
        Assert.Equal("", await SignAsync(bench, due.Id, "court-1/display/dust"));

        var after = await bench.InspectAsync("daily");
        Assert.Equal((RowState.Ok, 1200), (after.Rows[2].State, after.Hours[0].Since));

        // Restarted, and 1100 hours later.
        await using var later = await InspectionBench.StartAsync(bench.State, settings);
        later.Display.Shows(DisplayWords.LampTime, 2300);
        Assert.True((await later.InspectAsync("daily")).Hours[0].IsDue);
    }

    [Fact]
    public async Task The_same_order_of_a_schedule_is_one_inspection()
    {
        await using var bench = await InspectionBench.StartAsync();
        var act = new ScheduledInspection(bench.Inspector, bench.Users, _ => "weekly", ["court-1"]);
        var order = new ActOrder("weekly/2026-01-05", "weekly", Acts.Inspect, new(2026, 1, 5), ["court-1"], new("按时", "on time"), "gateway");

        var first = act.DoAsync(order, Test);
        await bench.PassUntilAsync(() => first.IsCompleted);
        var second = await act.DoAsync(order, Test);

        Assert.Equal((ActResult.Done, ActResult.Done), ((await first).Ending, second.Ending));
        var inspection = Assert.Single(bench.Inspector.All);
        Assert.Equal(("weekly", "scheduler", true), (inspection.Profile, inspection.By, inspection.IsSite));
        Assert.Contains("no findings", second.Says.En, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(InspectionPage.Chinese)]
    [InlineData(InspectionPage.English)]
    public async Task The_page_is_whole_in_each_language_and_takes_nothing_from_outside(string language)
    {
        await using var bench = await InspectionBench.StartAsync();
        bench.Display.IsMute = true;
        var inspection = await bench.InspectAsync("monthly");
        inspection = inspection with { Manual = [inspection.Manual[0] with { Text = "<script>alert(1)</script>" }, .. inspection.Manual.Skip(1)] };

        var page = Encoding.UTF8.GetString(InspectionPage.Write(inspection, bench.Site, language));

        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
        foreach (var row in inspection.Rows) Assert.Contains(row.Device, page, StringComparison.Ordinal);
        var body = page[page.IndexOf("<body>", StringComparison.Ordinal)..];
        if (language == InspectionPage.English) Assert.DoesNotContain(body, c => c is >= '\u4e00' and <= '\u9fff');
        else Assert.Contains("失联", body, StringComparison.Ordinal);
    }

    private static async Task<string> SignAsync(InspectionBench bench, string id, string? row, ManualResult result = ManualResult.Ok, string? text = null) =>
        (await bench.Inspector.SignAsync(new(id, row, result, text, "engineer"), Test)).Refusal?.Code.Code ?? "";
}

using System.Text;
using System.Text.Json;
using AvGateway.Operations.Escalation;
using AvGateway.Operations.Escalation.Outbox;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Lines;
using AvGateway.Operations.Probes;
using AvGateway.Operations.Release;
using AvGateway.Testing.Documents;

namespace AvGateway.Operations.Tests.Release;

/// <summary>The archive that leaves: nine sections, as its schema says, the same bytes for the same facts, and nothing in it that may not leave.</summary>
public sealed class EvidenceBundleTests : IAsyncLifetime
{
    private static readonly CancellationToken Test = TestContext.Current.CancellationToken;

    private readonly ReleaseBench _bench = new();
    private Fault _fault = null!;

    public async ValueTask InitializeAsync()
    {
        _bench.Probe(new(new("court-1", "matrix")));
        _bench.Probe(new(OfRoom: "court-1"));
        _fault = await _bench.FaultAsync();
    }

    [Fact]
    public async Task It_has_the_nine_sections_and_is_as_its_schema_says()
    {
        await _bench.ReleasedAsync(_fault.Id);

        var files = BundleArchive.Unpack(_bench.Shelf.All[(_fault.Id, 1, ReportBook.ReleasedArchive)])!.Value;

        Assert.Equal(
            ["manifest.json", "report.json", "report.zh.html", "report.en.html", "frames.wire", "states.json", "configuration.json", "firmware.json", "surroundings.json", "probes.json", "inspection.json", "causes.json", "schema.json", "release.json"],
            files.Select(f => f.Name));
        var manifest = Json(files.Single(f => f.Name == "manifest.json"));
        Assert.Equal(9, manifest.GetProperty("sections").GetArrayLength());
        Assert.Equal(
            manifest.GetProperty("sections").EnumerateArray().Select(s => s.GetString()),
            manifest.GetProperty("files").EnumerateArray().Where(f => f.TryGetProperty("section", out _)).Select(f => f.GetProperty("section").GetString()).Distinct());
        var schema = new SchemaCheck(Json(files.Single(f => f.Name == "schema.json")));
        foreach (var file in files.Where(f => f.Name.EndsWith(".json", StringComparison.Ordinal) && f.Name != "schema.json"))
            Assert.True(schema.Of(Json(file), file.Name) is [], $"{file.Name}: {string.Join("; ", schema.Of(Json(file), file.Name))}");
        Assert.Contains("> VIDEO OUTPUT ROUTING:\\r\\n0 1\\r\\n", Encoding.UTF8.GetString(files.Single(f => f.Name == "frames.wire").Content), StringComparison.Ordinal);
        Assert.Equal("no-reply", Json(files.Single(f => f.Name == "causes.json")).GetProperty("causes")[0].GetProperty("code").GetString());
        Assert.Equal(2, Json(files.Single(f => f.Name == "probes.json")).GetProperty("probes").GetArrayLength());
        Assert.True(Json(files.Single(f => f.Name == "inspection.json")).GetProperty("signed").GetBoolean());
    }

    [Fact]
    public async Task The_schema_knows_every_field_of_both_reports_and_no_other()
    {
        var files = EvidenceBundle.Files(await _bench.Book.DraftAsync(_fault, Test));
        var fields = Json(files.Single(f => f.Name == "schema.json")).GetProperty("$defs").GetProperty("report.json").GetProperty("properties").GetProperty("fields").GetProperty("properties");

        Assert.Equal(ReportFields.Repair.Concat(ReportFields.Carrier).Select(f => f.Name).Distinct().Order(StringComparer.Ordinal), fields.EnumerateObject().Select(f => f.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_same_facts_give_the_same_bytes()
    {
        await _bench.FillAsync(_fault.Id);

        var first = BundleArchive.Zip(EvidenceBundle.Files(await _bench.Book.DraftAsync(_fault, Test)));
        var second = BundleArchive.Zip(EvidenceBundle.Files(await _bench.Book.DraftAsync(_fault, Test)));

        Assert.Equal(first, second);
        await _bench.FillAsync(_fault.Id, values: ("tried", "x"));
        Assert.NotEqual(first, BundleArchive.Zip(EvidenceBundle.Files(await _bench.Book.DraftAsync(_fault, Test))));
    }

    [Fact]
    public async Task No_canary_leaves_by_any_way()
    {
        var draft = await _bench.Book.DraftAsync(_fault, Test);
        foreach (var file in EvidenceBundle.Files(draft)) _bench.AssertHoldsNoCanary($"draft {file.Name}", Encoding.UTF8.GetString(file.Content));

        var released = await _bench.ReleasedAsync(_fault.Id);
        foreach (var file in BundleArchive.Unpack(_bench.Shelf.All[(_fault.Id, 1, ReportBook.ReleasedArchive)])!.Value) _bench.AssertHoldsNoCanary(file.Name, Encoding.UTF8.GetString(file.Content));

        var fault = _bench.Faults.Find(_fault.Id)!;
        _bench.AssertHoldsNoCanary("$escalation", Encoding.UTF8.GetString(ReportJson.Write(j => FaultJson.Report(j, fault, _bench.Faults.Kinds.Of(fault.Code), [], _bench.Book.ReleasedOf(fault)))));
        var text = new NoticeText(_bench.Faults.Kinds, TimeZoneInfo.Utc, _ => released);
        var (subject, body) = text.Of(fault, NoticeKind.Report, "report-1", []);
        _bench.AssertHoldsNoCanary("message", $"{subject} {body} {text.Report([(fault, [])], isOne: true)}");
        Assert.Contains(released.Report, body.En, StringComparison.Ordinal);
        foreach (var row in _bench.State.Records.Where(r => r.Kind.StartsWith("report.", StringComparison.Ordinal))) _bench.AssertHoldsNoCanary(row.Kind, row.Details);

        // The test sees what it looks for: what stays in the court does hold them.
        Assert.Throws<Xunit.Sdk.FalseException>(() => _bench.AssertHoldsNoCanary("$fault", FaultJson.Write(fault)));
    }

    [Fact]
    public async Task What_slips_through_a_field_is_stopped_by_the_last_net()
    {
        _bench.Matrix.Readings["model"] = _bench.Matrix.Readings["model"] with { Value = "s3cr3t-pw" };
        await _bench.FillAsync(_fault.Id);

        Assert.Equal(422, (await _bench.Book.SubmitAsync(_fault.Id, "engineer", Test)).Refusal?.Code.Stat);
        Assert.Null((await _bench.Book.BundleAsync(_fault.Id, isReportAlone: false, Test)).Bundle);
        Assert.Empty(_bench.Shelf.All);
    }

    [Fact]
    public async Task Packets_that_were_kept_leave_with_the_frames_and_are_named_in_the_manifest()
    {
        byte[] packets = [0x0A, 0x0D, 0x0D, 0x0A, .. Enumerable.Range(0, 256).Select(i => (byte)i)];
        _bench.Windows = [new("wan", packets), new("lan", [1, 2, 3])];
        await _bench.ReleasedAsync(_fault.Id);

        var files = BundleArchive.Unpack(_bench.Shelf.All[(_fault.Id, 1, ReportBook.ReleasedArchive)])!.Value;

        Assert.Equal(["frames.wire", "packets-lan.pcapng", "packets-wan.pcapng"], files.Select(f => f.Name).SkipWhile(n => n != "frames.wire").Take(3));
        Assert.Equal(packets, files.Single(f => f.Name == "packets-wan.pcapng").Content);
        var listed = Json(files.Single(f => f.Name == "manifest.json")).GetProperty("files").EnumerateArray().Single(f => f.GetProperty("name").GetString() == "packets-wan.pcapng");
        Assert.Equal(("frames", ReportJson.Digest(packets)), (listed.GetProperty("section").GetString(), listed.GetProperty("sha256").GetString()));
    }

    [Fact]
    public async Task A_password_in_the_words_of_a_packet_is_stopped_and_four_octets_that_look_like_one_are_not()
    {
        await _bench.FillAsync(_fault.Id);
        _bench.Windows = [new("wan", [0, 1, .. "Via: SIP/2.0/UDP 10.9.8.7:5060"u8, 13, 10])];
        Assert.Equal(422, (await _bench.Book.SubmitAsync(_fault.Id, "engineer", Test)).Refusal?.Code.Stat);

        _bench.Windows = [new("wan", [0, 1, .. "10.9.8.7"u8, 13, 10])];
        Assert.Null((await _bench.Book.SubmitAsync(_fault.Id, "engineer", Test)).Refusal);
    }

    [Fact]
    public async Task The_clock_is_known_by_the_time_server_that_was_asked_last_and_not_by_one_that_fell_silent()
    {
        Assert.Null(OwnClock.Offset([]));
        var (draft, probes) = (await _bench.Book.DraftAsync(_fault, Test), _bench.Probes);
        var asked = probes[0] with { Plan = probes[0].Plan with { Kind = new ProbeKind("ntp", "Time", "时间", "ntp://HOST", static (_, _) => Task.FromResult(ProbeSight.Silent(new("实测", "")))) } };
        ProbeView Seen(double offset, int minutes) => asked with { Last = new(_bench.Clock.GetUtcNow().AddMinutes(minutes), ProbeQuality.Ok, ProbeSight.Seen(new("实测", ""), new Measured("offset", offset)), TimeSpan.Zero, []) };

        Assert.Null(OwnClock.Offset([asked, draft.Facts.Probes[0].View]));
        Assert.Equal(TimeSpan.FromMilliseconds(-12.5), OwnClock.Offset([Seen(80, -2), Seen(12.5, -1)]));
        Assert.Equal(TimeSpan.FromMilliseconds(-80), OwnClock.Offset([Seen(80, -2), Seen(12.5, -1) with { IsStale = true }]));
    }

    [Fact]
    public async Task The_bundle_is_a_draft_until_the_court_s_word_and_the_report_alone_needs_to_be_complete()
    {
        Assert.Equal(422, (await _bench.Book.BundleAsync(_fault.Id, isReportAlone: true, Test)).Refusal?.Code.Stat);
        Assert.False((await _bench.Book.BundleAsync(_fault.Id, isReportAlone: false, Test)).Bundle!.IsReleased);
        await _bench.SubmittedAsync(_fault.Id);
        var frozen = (await _bench.Book.BundleAsync(_fault.Id, isReportAlone: false, Test)).Bundle!;
        Assert.Equal((false, true), (frozen.IsReleased, frozen.Archive.AsSpan().SequenceEqual(_bench.Shelf.All[(_fault.Id, 1, ReportBook.FrozenArchive)])));

        await _bench.Book.ApproveAsync(_fault.Id, (await _bench.Book.DraftAsync(_fault, Test)).Case.Submitted!.Digest, "admin", Test);

        var left = (await _bench.Book.BundleAsync(_fault.Id, isReportAlone: false, Test)).Bundle!;
        Assert.Equal((true, true), (left.IsReleased, left.Archive.AsSpan().SequenceEqual(_bench.Shelf.All[(_fault.Id, 1, ReportBook.ReleasedArchive)])));
        var report = (await _bench.Book.BundleAsync(_fault.Id, isReportAlone: true, Test)).Bundle!;
        Assert.Equal(["report.json", "report.zh.html", "report.en.html", "release.json"], BundleArchive.Unpack(report.Archive)!.Value.Select(f => f.Name));
        Assert.Null((await _bench.Book.BundleAsync("F-2026-999999", isReportAlone: false, Test)).Bundle);
    }

    [Fact]
    public async Task The_frames_of_the_moment_at_which_the_fault_was_opened_outlive_those_that_follow()
    {
        _bench.Frames = [new(_bench.Clock.GetUtcNow(), true, "status ok\r\n"u8.ToArray(), 11)];

        var facts = (await _bench.Book.DraftAsync(_fault, Test)).Facts;

        Assert.Contains("> VIDEO OUTPUT ROUTING:\\r\\n0 1\\r\\n", facts.FramesThen);
        Assert.Equal("> status ok\\r\\n", facts.FramesNow[^1]);
    }

    [Fact]
    public async Task A_line_goes_to_its_carrier_with_what_was_measured_and_unknown_where_nothing_was()
    {
        await using var bench = new ReleaseBench();
        var fault = await bench.FaultAsync("line-1", FaultKinds.LineDown);
        var draft = await bench.Book.DraftAsync(fault, Test);
        Assert.Equal(
            (ReportKind.Carrier, "CIRCUIT-1", "K-7", "unknown", "unknown", "unknown"),
            (draft.Case.Kind, draft["circuit"]?.Value, draft["contract"]?.Value, draft["loss"]?.Value, draft["jitter"]?.Value, draft["far-end"]?.Value));

        bench.Probe(new(Branch: "line-1"), ProbeOutcome.Seen, new("loss", 12.5), new("jitter", 31), new("latency", 88));
        draft = await bench.Book.DraftAsync(fault, Test);
        Assert.Equal(("12.5 %", "31 ms", "88 ms"), (draft["loss"]?.Value, draft["jitter"]?.Value, draft["delay"]?.Value));

        Assert.Contains("end-a", draft.Missing.Select(f => f.Name));
        await bench.FillAsync(fault.Id, values: [("end-a", "本院机房"), ("end-b", "市中院机房"), ("extent", "full"), ("own-checks", "光猫 LOS 红灯"), ("contact-a", "8012"), ("contact-b", "8013"), ("deadline", "今日")]);
        Assert.Null((await bench.Book.SubmitAsync(fault.Id, "engineer", Test)).Refusal);
    }

    [Fact]
    public void A_silent_line_has_lost_everything_and_nobody_knows_its_jitter()
    {
        var bench = new ReleaseBench();
        bench.Probe(new(Branch: "line-1"));

        var seen = new ProbedLines(() => bench.Probes).Of("line-1", default)!;

        Assert.Equal((100, null, null), (seen.LossPercent, seen.JitterMilliseconds, seen.DelayMilliseconds));
        Assert.Null(new ProbedLines(() => bench.Probes).Of("line-2", default));
    }

    [Fact]
    public void A_line_of_which_both_ends_count_tells_the_worse_direction_and_what_the_far_end_saw()
    {
        var seen = Watched(new(100, 95, LossOut: 5, LossBack: 0.5, VariationOut: 3, VariationBack: 7.25, RoundTrip: 12)).Of("line-1", default)!;

        Assert.Equal((5, 7.25, 12), (seen.LossPercent, seen.JitterMilliseconds, seen.DelayMilliseconds));
        Assert.Equal(("丢包 5 %，抖动 3 ms", "loss 5 %, jitter 3 ms"), (seen.FarEnd!.Says.Zh, seen.FarEnd.Says.En));
    }

    [Fact]
    public void A_watched_line_without_an_answer_has_lost_everything_and_one_that_nobody_asked_yet_is_left_to_its_probes()
    {
        var silent = Watched(new LineFigures(100, 0)).Of("line-1", default)!;
        Assert.Equal((100, null, null, null), (silent.LossPercent, silent.JitterMilliseconds, silent.DelayMilliseconds, silent.FarEnd));

        var bench = new ReleaseBench();
        bench.Probe(new(Branch: "line-1"), ProbeOutcome.Seen, new Measured("loss", 12.5));
        Assert.Equal(12.5, Watched(new LineFigures(0, 0), bench).Of("line-1", default)!.LossPercent);
        Assert.Null(Watched(new LineFigures(100, 95), bench).Of("line-2", default));
    }

    private static WatchedLines Watched(LineFigures figures, ReleaseBench? bench = null) => new(
        new OneLine(new LineView(
            new("line-1", "jia", new(System.Net.IPAddress.Loopback, 1), new("secret")), LineState.Degraded, DateTimeOffset.UnixEpoch, null, figures,
            new(LineEnd.Unseen, LegState.Good, LegState.Good), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(30))),
        new ProbedLines(() => bench?.Probes ?? []));

    private sealed class OneLine(LineView view) : ILineWatch
    {
        public IReadOnlyList<LineView> Views => [view];
        public event Action<string>? Changed { add { } remove { } }
        public LineView? Find(string line) => line == view.Plan.Line ? view : null;
    }

    private static JsonElement Json(BundleFile file) => JsonDocument.Parse(file.Content).RootElement;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();
}

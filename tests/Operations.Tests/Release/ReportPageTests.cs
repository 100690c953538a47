using System.Runtime.CompilerServices;
using System.Text;
using AvGateway.Drivers;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Release;
using AvGateway.Testing.Commands;

namespace AvGateway.Operations.Tests.Release;

/// <summary>Both reports in both languages and as JSON, as a person has looked at them. AVGW_WRITE_GOLDEN=1 writes them anew.</summary>
public sealed class ReportPageTests
{
    private static readonly DateTimeOffset Since = new(2026, 1, 5, 1, 12, 7, TimeSpan.Zero);

    private static readonly ReleaseSite Site = new("city", new("示例市中级人民法院", "Example City Intermediate Court"), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"), "9b1f0c4e".PadRight(64, '0'), "1.0.0")
    {
        Rooms = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary([new KeyValuePair<string, Scenes.Model.Wording>("court-1", new("第一审判庭", "Courtroom 1"))]),
    };

    [Theory]
    [InlineData("repair", "report.json")]
    [InlineData("repair", "report.zh.html")]
    [InlineData("repair", "report.en.html")]
    [InlineData("carrier", "report.json")]
    [InlineData("carrier", "report.zh.html")]
    [InlineData("carrier", "report.en.html")]
    public void It_reads_as_it_was_looked_at(string kind, string file)
    {
        var draft = kind == "repair" ? Repair() : Carrier();

        Check(Encoding.UTF8.GetString(EvidenceBundle.Report(draft).Single(f => f.Name == file).Content), $"{kind}.{file["report.".Length..]}");
    }

    [Fact]
    public void A_page_that_is_not_complete_says_what_is_missing_and_markup_of_people_is_text()
    {
        var known = Repair().Case;
        var draft = new ReportDraft(Repair().Facts, known with { Filled = known.Filled.Remove("access").SetItem("tried", new("<b>x</b> & y", "engineer", Since)) });

        var page = Encoding.UTF8.GetString(ReportPage.Write(draft, ReportPage.English, "d"));

        Assert.Contains("Still missing: Access window", page, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;x&lt;/b&gt; &amp; y", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>x", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_field_stands_on_the_page_and_every_word_of_a_time_line_reads()
    {
        foreach (var draft in new[] { Repair(), Carrier() })
            foreach (var language in ReportPage.Languages)
            {
                var page = Encoding.UTF8.GetString(ReportPage.Write(draft, language, "d"));
                Assert.All(draft.Lines, l => Assert.Contains(System.Net.WebUtility.HtmlEncode(language == "zh" ? l.Field.Zh : l.Field.En), page, StringComparison.Ordinal));
            }

        Assert.All(FaultWords.All.Except(["note", "told", "held", "clock"]), w => Assert.NotEqual(w, StepWords.Of(w).Zh));
    }

    private static ReportDraft Repair()
    {
        var manifest = Manifests.Matrix with { Frames = FrameRelease.Of("status ok") };
        var fault = new Fault("F-2026-000007", FaultKinds.Unreachable, "court-1/matrix", Since, Since.AddSeconds(20)) { Severity = Severity.P2, Room = "court-1", Party = "acme", Times = 2 };
        fault = fault.With(Since.AddSeconds(20), "gateway", FaultWords.Opened).With(Since.AddMinutes(4), "engineer", FaultWords.Acknowledged).With(Since.AddMinutes(9), "engineer", FaultWords.Noted, "not shown").With(Since.AddMinutes(12), "engineer", FaultWords.Assigned, "vendor:acme");
        var facts = new ReportFacts(fault, new FaultKinds([]).Of(fault.Code), Site, Since.AddMinutes(30))
        {
            Party = "acme",
            Supplier = new("acme", new("艾克美", "Acme"), null, "K-1", null, [new("court-1/matrix", new(2027, 3, 31), null)]),
            Device = new(new("court-1", "matrix"), manifest, "tcp") { Rack = "A3-12U" },
            Model = "MX-40",
            Serial = "A1B2C3",
            Firmware = "6.2.1",
            ClockOffsetMilliseconds = -12.5,
            LastGood = Since.AddSeconds(-7),
            Changes = [new(Since.AddHours(-1), "command.verified")],
            Surroundings = [new("machine-room/climate", "temperature", "24.7", "°C", Since.AddSeconds(-3), false), new("machine-room/ups", "on-battery", "false", null, Since.AddSeconds(-2), true)],
            Linked = [new("court-1/recorder", "recorder", "RX-2", "8.1")],
            Impact = new(1, TimeSpan.FromMinutes(17.5)),
            Inspection = new("I-2026-000001", Since.AddDays(-2), "ok", "online", true, []),
            Clocks = [new(ClockKind.Restore, new(TimeSpan.FromHours(4), HoursKind.Always), Since, Since.AddHours(4), TimeSpan.FromMinutes(30), ClockState.Running, null)],
            FramesThen = ["# t", "> status\\r\\n", "< ok\\r\\n"],
            FramesNow = ["# t", "> status\\r\\n"],
        };
        return new(facts, Filled(fault.Id, ReportKind.Repair, ReleaseBench.Complete));
    }

    private static ReportDraft Carrier()
    {
        var fault = new Fault("F-2026-000008", FaultKinds.LineDown, "line-1", Since, Since.AddSeconds(10)) { Severity = Severity.P2, Party = "carrier-a", Circuit = "CIRCUIT-1", Affected = ["court-1/matrix", "court-1/recorder"] };
        fault = fault.With(Since.AddSeconds(10), "gateway", FaultWords.Opened);
        var facts = new ReportFacts(fault, new FaultKinds([]).Of(fault.Code), Site, Since.AddMinutes(5))
        {
            Kind = ReportKind.Carrier,
            Party = "carrier-a",
            Supplier = new("carrier-a", new("运营商", "Carrier"), null, "K-7", null, []),
            LastGood = Since.AddSeconds(-9),
            StillThere = 0,
            Line = new(Since.AddMinutes(4), 100, null, null),
        };
        return new(facts, Filled(fault.Id, ReportKind.Carrier,
        [
            ("end-a", "本院一层机房，光猫 1 口"), ("end-b", "市中院机房"), ("own-checks", "光猫 LOS 红灯；本端供电正常；更换尾纤无效"), ("contact-a", "AV desk, ext. 8012"),
            ("contact-b", "machine room, ext. 3001"), ("deadline", "2026-01-05 13:12"), ("order", "CT-4711"), ("promised", "2026-01-05 12:00"),
        ]));
    }

    private static ReportCase Filled(string fault, ReportKind kind, (string Field, string Value)[] values)
    {
        var known = new ReportCase(fault, kind);
        return known with { Filled = known.Filled.AddRange(values.Select(v => KeyValuePair.Create(v.Field, new FilledField(v.Value, "engineer", Since)))), Authors = ["engineer"] };
    }

    private static void Check(string text, string name, [CallerFilePath] string here = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(here)!, "golden", name);
        if (Environment.GetEnvironmentVariable("AVGW_WRITE_GOLDEN") == "1") File.WriteAllText(file, text);
        Assert.Equal(File.Exists(file) ? File.ReadAllText(file) : "", text);
    }
}

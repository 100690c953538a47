using System.Text.RegularExpressions;

namespace AvGateway.Acceptance.Tests.Panel;

/// <summary>What holds on every page: no barrier, large targets, two languages, no overflow on the smallest screen.</summary>
[Collection(nameof(PanelCourt))]
public sealed partial class EveryPageTests(PanelCourt court)
{
    private const double OfACourtroom = 64;

    // The console is worked with a mouse at a desk.
    private const double OfADesk = 44;

    public static readonly (string Path, string User, string First)[] Pages =
    [
        ("/", "clerk-court-1", "nav.links a"),
        ("/panel/court-1", "clerk-court-1", "av-court-panel av-hold-button"),
        ("/wall", "engineer", "av-duty-wall section"),
        ("/console/devices/court-1/recorder", "engineer", "av-state-diagram g.now"),
        ("/console/faults", "engineer", "article[data-fault]"),
        ("/console/escalation", "engineer", "av-escalation-board section"),
        ("/console/inspections", "engineer", "av-inspection-board section"),
        ("/console/probes", "engineer", "article[data-probe]"),
        ("/console/calendar", "engineer", ".day[data-date]"),
        ("/console/power", "engineer", "av-power-board section"),
        ("/console/record", "admin", "tr[data-seq]"),
        ("/console/people", "admin", "tr[data-user]"),
        ("/console/findings", "admin", "av-findings-board dl"),
        ("/console/simulator/court-1/matrix", "admin", ".switch"),
    ];

    [Theory]
    [InlineData("zh")]
    [InlineData("en")]
    public async Task No_barrier_no_small_target_no_overflow_and_no_word_of_the_other_language(string language)
    {
        court.Errors.Clear();
        var wrong = new List<string>();
        foreach (var each in Pages.GroupBy(p => p.User))
        {
            var page = await court.OpenAsync(each.First().Path, each.Key, language, 1024, 600);
            foreach (var (path, _, first) in each)
            {
                await page.MoveAsync(path);
                await page.Locator(first).First.WaitForAsync();

                // The same elements in either language; the longer words are looked at for their place below.
                if (language == "zh") wrong.AddRange((await page.BarriersAsync()).Select(v => $"{path}: {v}"));
                wrong.AddRange((await page.SmallTargetsAsync(path.StartsWith("/console", StringComparison.Ordinal) ? OfADesk : OfACourtroom)).Select(v => $"{path}: small: {v}"));
                if (!await page.FitsAsync()) wrong.Add($"{path}: wider than the window");
                wrong.AddRange((await page.TextsAsync()).Where(t => IsForeign(t, language)).Select(t => $"{path}: not in {language}: {t}"));
            }

            await page.Context.CloseAsync();
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Distinct()));
        Assert.Empty(court.Errors);
    }

    [Fact]
    public async Task The_first_paint_on_a_cold_cache_and_the_memory_of_a_panel_are_bounded()
    {
        var page = await court.OpenAsync("/panel/court-1", "clerk-court-1");
        await page.Locator("av-court-panel av-hold-button").First.WaitForAsync();
        var paint = await page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime");
        var heap = await page.EvaluateAsync<double>("() => performance.memory.usedJSHeapSize / 1048576");
        TestContext.Current.TestOutputHelper?.WriteLine($"first paint {paint:0} ms, heap {heap:0.0} MiB");

        // A machine that does other things at the same time; the figures of a quiet one stand in gateway/docs/performance.md.
        Assert.InRange(paint, 1, 10_000);
        Assert.InRange(heap, 1, 60);
        await page.Context.CloseAsync();
    }

    [Fact]
    public void Every_word_of_the_texts_stands_in_both_languages()
    {
        Assert.True(Words.Count > 300, $"{Words.Count} words were read from the sources");
        Assert.All(Words, w => Assert.Matches(Han(), w.Zh.Replace("English", "中", StringComparison.Ordinal).Replace("7×24", "中", StringComparison.Ordinal).Replace("5×8", "中", StringComparison.Ordinal)));
        Assert.All(Words, w => Assert.True(w.En == "中文" || !Han().IsMatch(w.En), w.En));
    }

    private static bool IsForeign(string text, string language) => language == "en"
        ? text != "中文" && Han().IsMatch(text)
        : Words.Any(w => w.En == text && w.Zh != w.En && w.Zh != "English" && w.En.Contains(' ', StringComparison.Ordinal));

    private static IReadOnlyList<(string Zh, string En)> Words { get; } =
    [
        .. Directory.GetFiles(Sources, "*.ts", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) is "texts.ts" or "words.ts")
            .SelectMany(f => Pair().Matches(File.ReadAllText(f))).Select(m => (m.Groups[1].Value, m.Groups[2].Value.Replace("\\'", "'", StringComparison.Ordinal))),
    ];

    private static string Sources
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "AvGateway.sln"))) return Path.Combine(folder.FullName, "gateway", "Panel", "src");
            throw new InvalidOperationException("the sources of the panel are not above the tests");
        }
    }

    [GeneratedRegex(@": \['((?:[^'\\]|\\.)*)', '((?:[^'\\]|\\.)*)'\]")]
    private static partial Regex Pair();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}")]
    private static partial Regex Han();
}

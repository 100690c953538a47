using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

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

    [Fact]
    public async Task No_barrier_no_small_target_no_overflow_and_no_word_of_the_other_language()
    {
        court.Errors.Clear();
        var wrong = new ConcurrentBag<string>();
        await Task.WhenAll(Pages.GroupBy(p => p.User).Select(each => LookAsync(each.Key, [.. each], wrong)));

        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Distinct().Order(StringComparer.Ordinal)));
        Assert.Empty(court.Errors);
    }

    [Fact]
    public async Task The_panel_holds_it_in_session_too_with_a_plan_shown_and_with_support_being_called()
    {
        court.Errors.Clear();
        var wrong = new ConcurrentBag<string>();
        var page = await court.OpenAsync("/panel/court-1", "clerk-court-1", "en", 1024, 600);
        Assert.NotEqual("failed", await page.HoldAsync("av-hold-button[data-scene='open']"));
        Assert.Equal("confirmed", await page.TouchAsync("av-hold-button[data-do='preview']"));
        await page.Locator("av-court-panel ol li").First.WaitForAsync();
        await JudgeAsync(page, "in session", OfACourtroom, wrong);
        await page.Locator("av-support-call button[data-do='support']").TapAsync();
        await page.Locator("av-support-call dialog av-hold-button").First.WaitForAsync();
        await JudgeAsync(page, "support", OfACourtroom, wrong);
        await page.Locator("av-support-call dialog button[data-do='no-call']").TapAsync();
        Assert.NotEqual("failed", await page.HoldAsync("av-hold-button[data-scene='close']"));

        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Distinct().Order(StringComparer.Ordinal)));
        Assert.Empty(court.Errors);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Every_switch_of_a_simulated_device_is_told_in_Chinese_too()
    {
        var said = Word().Matches(await File.ReadAllTextAsync(Path.Combine(Sources, "console", "switch-words.ts"), TestContext.Current.CancellationToken))
            .Select(m => m.Groups[1].Value + m.Groups[2].Value).ToHashSet(StringComparer.Ordinal);
        var switches = await court.Simulators.SwitchesAsync();

        Assert.True(switches.Count > 100, $"only {switches.Count} switches were found");
        Assert.Empty(switches.Where(s => !said.Contains(s.Name) && !said.Contains($"{s.Protocol}/{s.Name}")).Distinct());
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

    // One signing in for all pages of a user; the pages of different users stand side by side.
    private async Task LookAsync(string user, (string Path, string User, string First)[] pages, ConcurrentBag<string> wrong)
    {
        var page = await court.OpenAsync(pages[0].Path, user, "en", 1024, 600);
        foreach (var (path, _, first) in pages)
        {
            await page.MoveAsync(path);
            await page.Locator(first).First.WaitForAsync();
            await JudgeAsync(page, path, path.StartsWith("/console", StringComparison.Ordinal) ? OfADesk : OfACourtroom, wrong);
        }

        await page.Context.CloseAsync();
    }

    // In both languages: the same elements, whose longer words must find their place.
    private static async Task JudgeAsync(IPage page, string where, double least, ConcurrentBag<string> wrong)
    {
        var before = await page.LanguageAsync();
        foreach (var language in (string[])[before, before == "zh" ? "en" : "zh"])
        {
            await page.SpeakAsync(language);
            foreach (var text in (await page.TextsAsync()).Where(t => IsForeign(t, language))) wrong.Add($"{where}: not in {language}: {text}");
            foreach (var small in await page.SmallTargetsAsync(least)) wrong.Add($"{where}: small in {language}: {small}");
            if (language == "zh")
                foreach (var kind in (await page.Locator("tr[data-seq] td.kind").AllInnerTextsAsync()).Where(k => !Han().IsMatch(k.Split(" · ")[^1]))) wrong.Add($"{where}: a row's kind has no words: {kind}");
            if (!await page.FitsAsync()) wrong.Add($"{where}: wider than the window in {language}");
        }

        foreach (var barrier in await page.BarriersAsync()) wrong.Add($"{where}: {barrier}");
    }

    private static bool IsForeign(string text, string language) => language == "en"
        ? text != "中文" && Han().IsMatch(text)
        : Words.Any(w => w.En == text && w.Zh != w.En && w.Zh != "English" && w.En.Contains(' ', StringComparison.Ordinal)) || EnglishSentence().IsMatch(text);

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

    // Three words in a row with small letters: names of models and protocols have capitals or figures.
    [GeneratedRegex(@"(?:^|[ (])[a-z]{2,} [a-z']{2,} [a-z]{2,}")]
    private static partial Regex EnglishSentence();

    [GeneratedRegex(@": \['((?:[^'\\]|\\.)*)', '((?:[^'\\]|\\.)*)'\]")]
    private static partial Regex Pair();

    [GeneratedRegex(@"(?:'([a-z0-9/-]+)'|\b([a-z]+)): '")]
    private static partial Regex Word();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}")]
    private static partial Regex Han();
}

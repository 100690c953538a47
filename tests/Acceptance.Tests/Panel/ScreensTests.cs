using AvGateway.Acceptance.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AvGateway.Acceptance.Tests.Panel;

/// <summary>Draws every page and state in both languages and three sizes, and the panel on a telephone: <c>tests/screens</c>.</summary>
[Collection(nameof(PanelCourt))]
public sealed class ScreensTests(PanelCourt court)
{
    // One file; the folder stays below 4 MiB with all of them.
    private const int Most = 60_000;

    private static readonly string? Folder = Environment.GetEnvironmentVariable("AVGW_SCREENS");
    private static readonly string[] Recorders = ["court-1/recorder", "machine-room/backup-recorder"];
    private static readonly int[] Qualities = [35, 20, 10, 5];
    private static readonly (string Name, int Width, int Height)[] Sizes = [("small", 1024, 600), ("", 1280, 800), ("large", 1920, 1200)];

    // Of the largest size the picture shows how the page uses it; its words are read in the others.
    private const double OfLarge = 0.5;
    private static readonly (string Name, int Width, int Height)[] WithPhone = [("phone", 390, 844), .. Sizes];
    private static readonly LocatorAssertionsToContainTextOptions Soon = new() { Timeout = 60_000 };

    [Fact]
    public async Task The_door()
    {
        Assert.SkipWhen(Folder is null, "AVGW_SCREENS names no folder for the pictures");
        var page = await court.PageAsync("en");
        await page.GotoAsync(new Uri(court.Gateway.Http, "/panel/court-1").ToString());
        await DrawAsync(page, "sign-in", WithPhone);
        await page.FillAsync("input[name=user]", "clerk-court-1");
        await page.FillAsync("input[name=password]", "wrong");
        await page.ClickAsync("form button");
        await Expect(page.Locator("form [role=status]")).ToContainTextAsync("Wrong name or password", Soon);
        await DrawAsync(page, "sign-in-refused", Sizes);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_panel_through_a_hearing()
    {
        Assert.SkipWhen(Folder is null, "AVGW_SCREENS names no folder for the pictures");
        var page = await court.OpenAsync("/", "clerk-court-1", "en");
        await page.Locator("nav.links a").First.WaitForAsync();
        await DrawAsync(page, "start", WithPhone);
        await page.MoveAsync("/panel/court-2");
        await Expect(page.Locator("av-court-panel")).ToContainTextAsync("Nothing can be done now", Soon);
        await DrawAsync(page, "panel-of-another-room", Sizes);

        await page.MoveAsync("/panel/court-1");
        await page.Locator("av-hold-button[data-scene='prepare'] button:enabled").WaitForAsync();
        await DrawAsync(page, "panel", WithPhone);
        await page.TouchAsync("av-hold-button[data-scene='prepare']");
        await Expect(page.Locator("av-court-panel .phase")).ToContainTextAsync("Preparing", Soon);
        await DrawAsync(page, "panel-preparing", Sizes);
        await page.HoldAsync("av-hold-button[data-scene='open']");
        await page.Locator("av-recording-sign[tone='live'] .time").WaitForAsync();
        await page.Mouse.MoveAsync(0, 0);
        await DrawAsync(page, "panel-in-session", WithPhone);

        await page.TouchAsync("av-hold-button[data-do='preview']");
        await page.Locator("av-court-panel ol li").First.WaitForAsync();
        await DrawAsync(page, "panel-preview", WithPhone);
        await page.HoldAsync("av-hold-button[data-scene='evidence']");
        await page.Locator("av-hold-button[data-do='take-down'] button:enabled").WaitForAsync();
        await DrawAsync(page, "panel-evidence", Sizes);
        await page.TouchAsync("av-hold-button[data-do='take-down']");
        await page.TouchAsync(".panic av-hold-button");
        await DrawAsync(page, "panel-muted", Sizes);

        await court.Simulators.SwitchAsync("court-1/codec", "refuse", true);
        await page.TouchAsync("[data-codec] av-hold-button[data-do='unmute']");
        await page.Locator("[data-codec] av-hold-button button[data-phase='failed']").WaitForAsync();
        await DrawAsync(page, "panel-refused", Sizes);
        await court.Simulators.SwitchAsync("court-1/codec", "refuse", false);

        // Somebody stops both recorders by hand.
        foreach (var recorder in Recorders) await court.Simulators.FrontPanelAsync(recorder, "stop");
        await page.Locator("av-recording-sign:not([tone='live'])").WaitForAsync();
        await DrawAsync(page, "panel-not-recorded", WithPhone);
        var wall = await court.OpenAsync("/wall", "engineer", "en");
        await wall.Locator("section[data-session]").First.WaitForAsync();
        await DrawAsync(wall, "wall", Sizes);
        await wall.Context.CloseAsync();
        foreach (var recorder in Recorders) await court.Simulators.FrontPanelAsync(recorder, "record");
        await page.Locator("av-recording-sign[tone='live']").WaitForAsync();

        await page.HoldAsync("av-hold-button[data-scene='recess']");
        await Expect(page.Locator("av-court-panel .phase")).Not.ToContainTextAsync("In session", Soon);
        await DrawAsync(page, "panel-adjourned", Sizes);
        await page.Locator("av-support-call button[data-do='support']").TapAsync();
        await page.Locator("av-support-call dialog av-hold-button").First.WaitForAsync();
        await DrawAsync(page, "panel-support", WithPhone);
        await page.TouchAsync("av-hold-button[data-trouble='troubleSound']");
        await page.Locator("av-support-call dialog .called").WaitForAsync();
        await DrawAsync(page, "panel-support-called", Sizes);
        await page.Locator("av-support-call dialog button[data-do='no-call']").TapAsync();
        await page.HoldAsync("av-hold-button[data-scene='close']");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_console()
    {
        Assert.SkipWhen(Folder is null, "AVGW_SCREENS names no folder for the pictures");
        var page = await court.OpenAsync("/console/devices/court-1/recorder", "engineer", "en");
        await page.Locator("av-state-diagram g.now").WaitForAsync();
        await DrawAsync(page, "console-devices", Sizes);
        await page.Locator("av-wire-log button[data-wire]").ClickAsync();
        await page.Locator("av-wire-log pre .down").First.WaitForAsync();
        await DrawAsync(page, "console-wire", Sizes, page.Locator("av-wire-log"));

        await page.MoveAsync("/console/faults");
        await page.Locator("article[data-fault] button.head").First.ClickAsync();
        await page.Locator("article[data-open] .line").First.WaitForAsync();
        await DrawAsync(page, "console-faults", Sizes);
        await page.MoveAsync("/console/escalation");
        await page.Locator(".clock").First.WaitForAsync();
        await DrawAsync(page, "console-escalation", Sizes);
        await page.MoveAsync("/console/calendar");
        await page.Locator(".day[data-date]").First.WaitForAsync();

        // A month with holidays and a make-up workday tells more than most.
        while (!await page.Locator(".day[data-kind='make-up-workday']").First.IsVisibleAsync())
        {
            var shown = await page.Locator("h1#month").InnerTextAsync();
            await page.Locator("button[data-move='-1']").ClickAsync();
            await Expect(page.Locator("h1#month")).Not.ToHaveTextAsync(shown, new() { Timeout = 60_000 });
        }

        await DrawAsync(page, "console-calendar", Sizes);
        await page.MoveAsync("/console/inspections");
        await page.TouchAsync("av-hold-button[data-act='inspect']");
        await page.Locator("article[data-inspection] button.head").First.ClickAsync();
        await DrawAsync(page, "console-inspections", Sizes);
        await page.MoveAsync("/console/probes");
        await page.Locator("article[data-probe] button.head").First.ClickAsync();
        await page.Locator("article[data-probe] svg").First.WaitForAsync();
        await DrawAsync(page, "console-probes", Sizes);
        await page.MoveAsync("/console/power");
        await page.TouchAsync("av-hold-button[data-act='preview-off']");
        await page.Locator("av-power-board ol li").First.WaitForAsync();
        await DrawAsync(page, "console-power-preview", Sizes);
        await page.Locator("av-power-board select").SelectOptionAsync("court-2");
        await page.HoldAsync("av-hold-button[data-act='on']");
        await page.Locator("article[data-run] button.head").First.ClickAsync();
        await page.Locator("tr[data-step]").First.WaitForAsync();
        await Expect(page.Locator("article[data-run] .tag").First).Not.ToContainTextAsync("under way", Soon);
        await DrawAsync(page, "console-power", Sizes);
        await page.Context.CloseAsync();

        page = await court.OpenAsync("/console/record", "admin", "en");
        foreach (var (path, _, first) in EveryPageTests.Pages.Where(p => p.User == "admin"))
        {
            await page.MoveAsync(path);
            await page.Locator(first).First.WaitForAsync();
            await DrawAsync(page, $"console-{path.Split('/')[2]}", Sizes);
        }

        await page.MoveAsync("/console/people");
        await page.FillAsync("[data-token-label]", "Tablet 1");
        await page.TouchAsync("av-hold-button[data-token-make]");
        await page.Locator("[data-given] svg").WaitForAsync();
        await DrawAsync(page, "console-token", Sizes);
        await page.HoldAsync("tr[data-token] av-hold-button");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task What_is_seen_while_the_gateway_is_away()
    {
        Assert.SkipWhen(Folder is null, "AVGW_SCREENS names no folder for the pictures");
        await using var gateway = await GatewayProcess.DemoAsync();
        var page = await court.OpenAsync("/panel/court-1", "clerk-court-1", "en", gateway: gateway);
        await page.Locator("av-hold-button[data-scene='prepare'] button:enabled").WaitForAsync();
        await page.EvaluateAsync("() => navigator.serviceWorker.ready.then(() => true)");
        await gateway.KillAsync();
        await page.Locator("[role=alert]").WaitForAsync();
        await DrawAsync(page, "panel-lost", WithPhone);
        await page.EvaluateAsync("() => localStorage.setItem('av-token', JSON.stringify({ name: 'panel-1', secret: 'x'.repeat(24) }))");
        await page.ReloadAsync();
        await page.Locator(".door [data-manual]").WaitForAsync();
        await DrawAsync(page, "panel-without-gateway", WithPhone);
        await page.Context.CloseAsync();
        court.Errors.Clear();
    }

    private static async Task DrawAsync(IPage page, string name, (string Name, int Width, int Height)[] sizes, ILocator? shown = null)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        foreach (var language in (string[])["zh", "en"])
        {
            await page.SpeakAsync(language);
            foreach (var (size, width, height) in sizes)
            {
                await page.SetViewportSizeAsync(width, height);
                if (shown is not null) await shown.ScrollIntoViewIfNeededAsync();

                // Whatever was begun is at its end, and drawn.
                await page.EvaluateAsync("async () => { await Promise.all(document.getAnimations().map(a => a.finished.catch(() => {}))); for (let i = 0; i < 3; i++) await new Promise(drawn => requestAnimationFrame(drawn)); }");
                var file = Path.Combine(Folder!, $"{name}{(size.Length > 0 ? $"-{size}" : "")}-{language}.webp");
                await File.WriteAllBytesAsync(file, await ShootAsync(session, width, height, await page.EvaluateAsync<double>("() => window.scrollY")), TestContext.Current.CancellationToken);
            }
        }

        await page.SpeakAsync("en");
        await session.DetachAsync();
    }

    private static async Task<byte[]> ShootAsync(ICDPSession session, int width, int height, double top)
    {
        var clip = new { x = 0, y = top, width, height, scale = width > 1280 ? OfLarge : 1 };
        byte[] picture = [];
        foreach (var quality in Qualities)
        {
            var shot = await session.SendAsync("Page.captureScreenshot", new Dictionary<string, object> { ["format"] = "webp", ["quality"] = quality, ["clip"] = clip });
            picture = shot!.Value.GetProperty("data").GetBytesFromBase64();
            if (picture.Length <= Most) break;
        }

        Assert.InRange(picture.Length, 1_500, Most);
        return picture;
    }
}

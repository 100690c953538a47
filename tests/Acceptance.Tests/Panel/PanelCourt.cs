using AvGateway.Acceptance.Tests.Support;
using Microsoft.Playwright;

namespace AvGateway.Acceptance.Tests.Panel;

/// <summary>A demo court and a real browser before it: one of each for all tests of the pages, which run one after another.</summary>
public sealed class PanelCourt : IAsyncLifetime
{
    private const float Patience = 60_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private GatewayProcess? _gateway;
    private SimulatorControl? _simulators;

    public GatewayProcess Gateway => _gateway ?? throw new InvalidOperationException("the demo is not started");
    public SimulatorControl Simulators => _simulators ?? throw new InvalidOperationException("the demo is not started");

    /// <summary>What the browser complained of since the start.</summary>
    public List<string> Errors { get; } = [];

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayProcess.DemoAsync();
        _simulators = new(_gateway);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("AVGW_CHROMIUM") ?? "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
    }

    /// <summary>An empty page in a browser of its own: nothing is kept from another.</summary>
    public async Task<IPage> PageAsync(string language = "zh", int width = 1280, int height = 800, bool isMortal = false)
    {
        var context = await _browser!.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = height }, Locale = language == "zh" ? "zh-CN" : "en-GB", HasTouch = true });
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        page.PageError += (_, error) => Errors.Add(error);
        page.Console += (_, message) =>
        {
            // A line that is let go with an acknowledgement still on its way: the browser says so, and nothing is wrong.
            var isNoise = message.Text.Contains("WebSocket is already in CLOSING", StringComparison.Ordinal) || (isMortal && message.Text.Contains("net::ERR_", StringComparison.Ordinal));
            if (message.Type == "error" && !isNoise) Errors.Add(message.Text);
        };
        return page;
    }

    /// <summary>A page of the app, signed in.</summary>
    public async Task<IPage> OpenAsync(string path, string user, string language = "zh", int width = 1280, int height = 800, GatewayProcess? gateway = null)
    {
        // A gateway of its own is one that dies in the test, and the browser tells of that.
        var page = await PageAsync(language, width, height, gateway is not null);
        await SignInAsync(page, path, user, gateway);
        return page;
    }

    public async Task SignInAsync(IPage page, string path, string user, GatewayProcess? gateway = null)
    {
        await page.GotoAsync(new Uri((gateway ?? Gateway).Http, path).ToString());
        await page.FillAsync("input[name=user]", user);
        await page.FillAsync("input[name=password]", (gateway ?? Gateway).PasswordOf(user));
        await page.ClickAsync("form button");
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        _simulators?.Dispose();
        if (_gateway is not null) await _gateway.DisposeAsync();
    }
}

[CollectionDefinition(nameof(PanelCourt))]
public sealed class PanelCourtCollection : ICollectionFixture<PanelCourt>;

/// <summary>What a finger does.</summary>
internal static class Finger
{
    /// <summary>Taps a button and waits for the end of what it asked.</summary>
    public static async Task<string> TouchAsync(this IPage page, string button)
    {
        var inner = await FindAsync(page, button);
        await inner.TapAsync();
        return await EndAsync(page, button);
    }

    /// <summary>Holds a button until it has begun, then waits for the end.</summary>
    public static async Task<string> HoldAsync(this IPage page, string button)
    {
        var inner = await FindAsync(page, button);

        // It waits until the button stands still and nothing lies over it.
        await inner.HoverAsync();
        await page.Mouse.DownAsync();
        await page.WaitForFunctionAsync($"b => ({Deep})(b)?.phase !== 'idle'", button);
        await page.Mouse.UpAsync();
        return await EndAsync(page, button);
    }

    // The selector must hold within one shadow: else a button that was never found would pass for one that is gone.
    private static async Task<ILocator> FindAsync(IPage page, string button)
    {
        await page.WaitForFunctionAsync($"b => !!({Deep})(b)", button);
        return page.Locator(button).Locator("button");
    }

    // A scene that moves the hearing on may take its own button away: gone is as good as confirmed, what follows is asserted by the phase.
    private static async Task<string> EndAsync(IPage page, string button)
    {
        var ended = await page.WaitForFunctionAsync($"b => {{ const e = ({Deep})(b); return !e ? 'gone' : e.phase === 'sending' ? false : e.phase; }}", button);
        var phase = await ended.JsonValueAsync<string>();
        if (phase == "failed") TestContext.Current.TestOutputHelper?.WriteLine($"{button}: {await page.EvaluateAsync<string>($"b => ({Deep})(b)?.told?.() ?? ''", button)}");
        return phase;
    }

    public static async Task<string> LanguageAsync(this IPage page) => await page.EvaluateAsync<string>("() => document.documentElement.lang") == "zh-CN" ? "zh" : "en";

    /// <summary>Touches the language in the bar, and waits until it is spoken everywhere.</summary>
    public static async Task SpeakAsync(this IPage page, string language)
    {
        if (await page.LanguageAsync() == language) return;
        await page.EvaluateAsync(
            """
            async () => {
              document.querySelector('av-app').shadowRoot.querySelector('[data-language]').click();
              for (let i = 0; i < 3; i++) await new Promise(drawn => requestAnimationFrame(drawn));
            }
            """);
        await Assertions.Expect(page.Locator("[data-language]")).ToHaveTextAsync(language == "zh" ? "English" : "中文");
    }

    /// <summary>Inside the app, as a tap on a link does: the page keeps its user.</summary>
    public static async Task MoveAsync(this IPage page, string path)
    {
        await page.Locator("av-app").WaitForAsync();
        if (new Uri(page.Url).AbsolutePath == path) return;
        await page.EvaluateAsync("to => { history.pushState(null, '', to); window.dispatchEvent(new Event('moved')); }", path);
    }

    /// <summary>Finds an element in whatever shadow it stands.</summary>
    private const string Deep = "b => { const look = root => { const found = root.querySelector(b); if (found) return found; for (const e of root.querySelectorAll('*')) { const inner = e.shadowRoot && look(e.shadowRoot); if (inner) return inner; } return null; }; return look(document); }";
}

/// <summary>What can be said of any page.</summary>
internal static class Sight
{
    private const string Walk = """
        const texts = []; const look = root => { for (const n of root.childNodes) {
          if (n.nodeType === 3 && n.textContent.trim() && visible(root.host ?? root)) texts.push(n.textContent.trim());
          if (n.nodeType === 1 && !n.hasAttribute('data-said') && !['STYLE', 'SCRIPT', 'TEMPLATE', 'DATALIST'].includes(n.tagName)) { if (n.shadowRoot) look(n.shadowRoot); look(n); }
        } };
        const visible = e => !e.checkVisibility || e.checkVisibility();
        look(document.body); return texts;
        """;

    /// <summary>Every text that is seen, one for each piece of it, but what people and site files said in their own language.</summary>
    public static Task<string[]> TextsAsync(this IPage page) => page.EvaluateAsync<string[]>($"() => {{ {Walk} }}");

    /// <summary>Serious and critical violations, in words. A page in the middle of a change is no page that anybody reads: what counts is there at the second look too.</summary>
    public static async Task<string[]> BarriersAsync(this IPage page)
    {
        await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "axe.min.js"), TestContext.Current.CancellationToken));
        var first = await LookAsync(page);
        return first.Length == 0 ? first : [.. first.Intersect(await LookAsync(page))];
    }

    private static Task<string[]> LookAsync(IPage page) => page.EvaluateAsync<string[]>(
        """
        async () => {
          await Promise.all(document.getAnimations().filter(a => a.effect?.getComputedTiming().endTime !== Infinity).map(a => a.finished.catch(() => {})));
          return (await axe.run()).violations.filter(v => ['serious', 'critical'].includes(v.impact))
            .map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' (' + n.failureSummary + ')').join(', '));
        }
        """);

    /// <summary>Buttons below a size, in words.</summary>
    public static Task<string[]> SmallTargetsAsync(this IPage page, double least) => page.EvaluateAsync<string[]>(
        """
        least => { const small = []; const look = root => { for (const e of root.querySelectorAll('*')) {
          if (e.shadowRoot) look(e.shadowRoot);
          if (!e.matches('button, a[href], input, select') || !e.checkVisibility()) continue;
          const box = e.getBoundingClientRect();
          if (box.width > 0 && (box.width < least - .5 || box.height < least - .5)) small.push(`${e.innerText || e.name || e.tagName}: ${box.width} x ${box.height}`);
        } }; look(document); return small; }
        """, least);

    /// <summary>True when nothing stands out to the right of the window.</summary>
    public static Task<bool> FitsAsync(this IPage page) => page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= window.innerWidth");
}

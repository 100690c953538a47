using AvGateway.Acceptance.Tests.Support;
using Microsoft.Playwright;

namespace AvGateway.Acceptance.Tests.Panel;

/// <summary>A demo court and a real browser before it.</summary>
public sealed class PanelCourt : IAsyncLifetime
{
    private const float Patience = 60_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private GatewayProcess? _gateway;

    public GatewayProcess Gateway => _gateway ?? throw new InvalidOperationException("the demo is not started");

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayProcess.DemoAsync();
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

    /// <summary>A page of the app in a browser of its own, signed in.</summary>
    public async Task<IPage> OpenAsync(string path, string user, string language = "zh", int width = 1280, int height = 800, GatewayProcess? gateway = null)
    {
        var context = await _browser!.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = height }, Locale = language == "zh" ? "zh-CN" : "en-GB", HasTouch = true });
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        page.PageError += (_, error) => Errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error") Errors.Add(message.Text);
        };
        await page.GotoAsync(new Uri((gateway ?? Gateway).Http, path).ToString());
        await page.FillAsync("input[name=user]", user);
        await page.FillAsync("input[name=password]", (gateway ?? Gateway).PasswordOf(user));
        await page.ClickAsync("form button");
        return page;
    }

    /// <summary>What the browser complained of since the start.</summary>
    public List<string> Errors { get; } = [];

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_gateway is not null) await _gateway.DisposeAsync();
    }
}

/// <summary>What a finger does.</summary>
internal static class Finger
{
    /// <summary>Taps a button and waits for the end of what it asked.</summary>
    public static async Task<string> TouchAsync(this IPage page, string button)
    {
        var inner = page.Locator(button).Locator("button");
        await inner.TapAsync();
        return await EndAsync(page, button);
    }

    /// <summary>Holds a button until it has begun, then waits for the end.</summary>
    public static async Task<string> HoldAsync(this IPage page, string button)
    {
        var inner = page.Locator(button).Locator("button");
        await inner.ScrollIntoViewIfNeededAsync();
        var box = await inner.BoundingBoxAsync() ?? throw new InvalidOperationException($"{button} has no place on the screen");
        await page.Mouse.MoveAsync(box.X + box.Width / 2, box.Y + box.Height / 2);
        await page.Mouse.DownAsync();
        await page.WaitForFunctionAsync("b => document.querySelector('av-app').shadowRoot.querySelector('av-court-panel').shadowRoot.querySelector(b)?.phase !== 'idle'", button);
        await page.Mouse.UpAsync();
        return await EndAsync(page, button);
    }

    // A scene that moves the hearing on may take its own button away: gone is as good as confirmed, what follows is asserted by the phase.
    private static async Task<string> EndAsync(IPage page, string button)
    {
        var ended = await page.WaitForFunctionAsync(
            "b => { const e = document.querySelector('av-app').shadowRoot.querySelector('av-court-panel').shadowRoot.querySelector(b); return !e ? 'gone' : e.phase === 'sending' ? false : e.phase; }", button);
        return await ended.JsonValueAsync<string>();
    }
}

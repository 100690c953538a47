using Microsoft.Playwright;

namespace AvGateway.Acceptance.Tests.Panel;

/// <summary>Draws every page and state in both languages and three sizes: <c>AVGW_SCREENS=FOLDER tests/run Acceptance</c>, or this class alone.</summary>
[Collection(nameof(PanelCourt))]
public sealed class ScreensTests(PanelCourt court)
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("AVGW_SCREENS");
    private static readonly (string Name, int Width, int Height)[] Sizes = [("", 1280, 800), ("small", 1024, 600), ("large", 1920, 1200)];

    [Theory]
    [InlineData("zh")]
    [InlineData("en")]
    public async Task Every_page(string language)
    {
        Assert.SkipWhen(Folder is null, "AVGW_SCREENS names no folder for the pictures");
        foreach (var (size, width, height) in Sizes)
        {
            foreach (var each in EveryPageTests.Pages.GroupBy(p => p.User))
            {
                var page = await court.OpenAsync(each.First().Path, each.Key, language, width, height);
                foreach (var (path, _, first) in each)
                {
                    await page.MoveAsync(path);
                    await page.Locator(first).First.WaitForAsync();
                    await DrawAsync(page, path == "/" ? "start" : path.Trim('/').Split('/') is ["console", var tab, ..] ? $"console-{tab}" : path.Trim('/').Split('/')[0], size, language);
                }

                await page.Context.CloseAsync();
            }

            await HearingAsync(language, size, width, height);
        }

        await HearingAsync(language, "phone", 390, 844);
    }

    [Theory]
    [InlineData("zh")]
    [InlineData("en")]
    public async Task What_is_seen_when_the_line_is_lost_and_before_somebody_signs_in(string language)
    {
        Assert.SkipWhen(Folder is null, "AVGW_SCREENS names no folder for the pictures");
        var page = await court.PageAsync(language);
        await page.GotoAsync(new Uri(court.Gateway.Http, "/panel/court-1").ToString());
        await page.Locator("form").WaitForAsync();
        await DrawAsync(page, "sign-in", "", language);
        await page.Context.CloseAsync();

        await using var gateway = await Support.GatewayProcess.DemoAsync();
        page = await court.OpenAsync("/panel/court-1", "clerk-court-1", language, gateway: gateway);
        await page.Locator("av-hold-button[data-scene='prepare'] button:enabled").WaitForAsync();
        await gateway.KillAsync();
        await page.Locator("[role=alert]").WaitForAsync();
        await DrawAsync(page, "panel-lost", "", language);
        await page.Context.CloseAsync();
        court.Errors.Clear();
    }

    [Theory]
    [InlineData("zh")]
    [InlineData("en")]
    public async Task A_token_is_shown_once(string language)
    {
        Assert.SkipWhen(Folder is null, "AVGW_SCREENS names no folder for the pictures");
        var page = await court.OpenAsync("/console/people", "admin", language);
        await page.FillAsync("[data-token-label]", language == "zh" ? "书记员席平板" : "Tablet of the clerk");
        await page.TouchAsync("av-hold-button[data-token-make]");
        await page.Locator("[data-given] svg").WaitForAsync();
        await DrawAsync(page, "console-token", "", language);
        await page.HoldAsync("tr[data-token] av-hold-button");
        await page.Context.CloseAsync();
    }

    private async Task HearingAsync(string language, string size, int width, int height)
    {
        var page = await court.OpenAsync("/panel/court-1", "clerk-court-1", language, width, height);
        await page.HoldAsync("av-hold-button[data-scene='open']");
        await page.Locator("av-recording-sign[tone='live'] .time").WaitForAsync();
        await page.Mouse.MoveAsync(0, 0);
        await DrawAsync(page, "panel-in-session", size, language);
        await page.HoldAsync("av-hold-button[data-scene='close']");
        await page.Context.CloseAsync();
    }

    private static async Task DrawAsync(IPage page, string name, string size, string language)
    {
        var file = Path.Combine(Folder!, $"{name}{(size.Length > 0 ? $"-{size}" : "")}-{language}.jpg");
        await page.ScreenshotAsync(new() { Path = file, Type = ScreenshotType.Jpeg, Quality = 60 });
        Assert.True(new FileInfo(file).Length > 8_000, file);
    }
}

namespace AvGateway.Acceptance.Tests.Panel;

/// <summary>Draws the pages of the manual: <c>AVGW_SCREENS=gateway/docs/screens tests/run Acceptance</c>, or this class alone.</summary>
public sealed class ScreensTests(PanelCourt court) : IClassFixture<PanelCourt>
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("AVGW_SCREENS");

    [Theory]
    [InlineData("panel", "/panel/court-1", "clerk-court-1", "av-court-panel av-hold-button", 1280, 800)]
    [InlineData("panel-small", "/panel/court-1", "clerk-court-1", "av-court-panel av-hold-button", 1024, 600)]
    [InlineData("panel-phone", "/panel/court-1", "clerk-court-1", "av-court-panel av-hold-button", 390, 844)]
    [InlineData("console", "/console", "engineer", "button[data-device='court-1/matrix']", 1600, 1000)]
    [InlineData("wall", "/wall", "engineer", "av-duty-wall section", 1920, 1080)]
    public async Task Every_page_in_both_languages(string name, string path, string user, string first, int width, int height)
    {
        Assert.SkipWhen(Folder is null, "AVGW_SCREENS names no folder for the pictures");
        foreach (var language in new[] { "zh", "en" })
        {
            var page = await court.OpenAsync(path, user, language, width, height);
            await page.Locator(first).First.WaitForAsync();
            if (name == "console") await page.Locator(first).ClickAsync();
            var file = Path.Combine(Folder!, $"{name}-{language}.png");
            await page.ScreenshotAsync(new() { Path = file });
            Assert.True(new FileInfo(file).Length > 10_000, file);
            await page.Context.CloseAsync();
        }
    }

    [Fact]
    public async Task A_hearing_in_session()
    {
        Assert.SkipWhen(Folder is null, "AVGW_SCREENS names no folder for the pictures");
        foreach (var (language, room) in new[] { ("zh", "court-1"), ("en", "court-2") })
        {
            var page = await court.OpenAsync($"/panel/{room}", $"clerk-{room}", language);
            await page.HoldAsync("av-hold-button[data-scene='open']");
            await page.Locator("av-recording-sign[tone='live'] .time").WaitForAsync();
            await page.ScreenshotAsync(new() { Path = Path.Combine(Folder!, $"panel-in-session-{language}.png") });
            await page.HoldAsync("av-hold-button[data-scene='close']");
            await page.Context.CloseAsync();
        }
    }
}

using AvGateway.Acceptance.Tests.Kills;
using AvGateway.Acceptance.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AvGateway.Acceptance.Tests.Panel;

/// <summary>What people see and touch, in a real browser.</summary>
[Collection(nameof(PanelCourt))]
public sealed class PanelTests(PanelCourt court)
{
    private static readonly LocatorAssertionsToContainTextOptions Soon = new() { Timeout = 60_000 };

    [Theory]
    [InlineData("zh", "录制中", "开庭中", "休庭", "未开庭")]
    [InlineData("en", "Recording", "In session", "Adjourned", "No hearing")]
    public async Task A_clerk_leads_a_hearing_by_touch_and_a_second_panel_sees_it(string language, string recording, string inSession, string adjourned, string closed)
    {
        court.Errors.Clear();
        var page = await court.OpenAsync("/panel/court-1", "clerk-court-1", language);
        var other = await court.OpenAsync("/panel/court-1", "panel-court-1", language);
        var seen = other.Locator("av-court-panel .phase");
        var phase = page.Locator("av-court-panel .phase");
        var sign = page.Locator("av-court-panel > header av-recording-sign, av-court-panel header av-recording-sign");
        await Expect(phase).ToContainTextAsync(closed, Soon);

        Assert.NotEqual("failed", await page.TouchAsync("av-hold-button[data-scene='prepare']"));
        Assert.NotEqual("failed", await page.HoldAsync("av-hold-button[data-scene='open']"));
        await Expect(phase).ToContainTextAsync(inSession, Soon);
        await Expect(sign).ToContainTextAsync(recording, Soon);

        // The opening's button is gone: none of those in its place may wear its outcome.
        await Expect(page.Locator("av-hold-button[data-scene] button[data-phase='confirmed']")).ToHaveCountAsync(0);

        await Expect(seen).ToContainTextAsync(inSession, Soon);

        // First a plan for the judge's eyes, then the court's displays, then away again.
        Assert.Equal("confirmed", await page.TouchAsync("av-hold-button[data-do='preview']"));
        await Expect(page.Locator("av-court-panel ol li").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        Assert.Equal("confirmed", await page.HoldAsync("av-hold-button[data-scene='evidence']"));
        await Expect(page.Locator("av-hold-button[data-do='take-down'] button")).ToBeEnabledAsync(new() { Timeout = 60_000 });
        Assert.NotEqual("failed", await page.TouchAsync("av-hold-button[data-do='take-down']"));

        Assert.NotEqual("failed", await page.HoldAsync("av-hold-button[data-scene='recess']"));
        await Expect(phase).ToContainTextAsync(adjourned, Soon);
        await Expect(seen).ToContainTextAsync(adjourned, Soon);
        Assert.NotEqual("failed", await page.HoldAsync("av-hold-button[data-scene='resume']"));
        await Expect(phase).ToContainTextAsync(inSession, Soon);

        Assert.Equal("confirmed", await page.TouchAsync(".panic av-hold-button"));
        await Expect(sign).ToContainTextAsync(recording, Soon);

        Assert.NotEqual("failed", await page.HoldAsync("av-hold-button[data-scene='close']"));
        await Expect(phase).ToContainTextAsync(closed, Soon);
        await Expect(seen).ToContainTextAsync(closed, Soon);
        Assert.Empty(court.Errors);
        await other.Context.CloseAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_device_that_refuses_is_told_on_the_button()
    {
        var page = await court.OpenAsync("/panel/court-2", "clerk-court-2", "en");
        var mute = page.Locator("av-court-panel .codec av-hold-button[data-do='mute']");
        await Expect(mute.Locator("button")).ToBeEnabledAsync(new() { Timeout = 60_000 });
        await court.Simulators.SwitchAsync("court-2/codec", "refuse", true);
        try
        {
            Assert.Equal("failed", await page.TouchAsync(".codec av-hold-button[data-do='mute']"));
            await Expect(mute).ToContainTextAsync("Failed", Soon);
            await Expect(page.Locator("av-court-panel .codec")).ToContainTextAsync("Microphones open", Soon);
        }
        finally
        {
            await court.Simulators.SwitchAsync("court-2/codec", "refuse", false);
        }

        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_gateway_that_is_killed_in_session_comes_back_under_the_same_page()
    {
        await using var hearing = await KillCourt.StartAsync();
        var http = hearing.Gateway.Http.Authority;
        var page = await court.OpenAsync("/panel/court-1", "clerk-court-1", "en", gateway: hearing.Gateway);
        var phase = page.Locator("av-court-panel .phase");
        Assert.True((await hearing.RunAsync("open")).GetProperty("stat").GetInt32() is 200 or 207);
        await Expect(phase).ToContainTextAsync("In session", Soon);

        hearing.Gateway.Kill();
        await Expect(page.Locator("[role=alert]")).ToContainTextAsync("Gateway connection lost", Soon);
        await Expect(page.Locator("av-hold-button[data-scene='recess'] button")).ToBeDisabledAsync();

        // Its password is in the memory of the page, and the recorders went on by themselves.
        await hearing.StartGatewayAsync(http);
        await Expect(page.Locator("[role=alert]")).ToHaveCountAsync(0, new() { Timeout = 60_000 });
        await Expect(phase).ToContainTextAsync("In session", Soon);
        await Expect(page.Locator("av-court-panel header av-recording-sign")).ToContainTextAsync("Recording", Soon);
        Assert.NotEqual("failed", await page.HoldAsync("av-hold-button[data-scene='recess']"));
        await Expect(phase).ToContainTextAsync("Adjourned", Soon);
        Assert.NotEqual("failed", await page.HoldAsync("av-hold-button[data-scene='close']"));
        await Expect(phase).ToContainTextAsync("No hearing", Soon);
        court.Errors.Clear();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_tap_is_not_a_hold()
    {
        var page = await court.OpenAsync("/panel/machine-room", "clerk-machine-room", "en");
        var open = page.Locator("av-hold-button[data-scene='open'] button");
        await open.TapAsync();

        await Expect(page.Locator("av-court-panel .phase")).ToContainTextAsync("No hearing", Soon);
        await Expect(open).ToHaveAttributeAsync("data-phase", "idle");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_clerk_of_another_room_sees_and_touches_nothing_here()
    {
        var page = await court.OpenAsync("/panel/court-1", "clerk-court-2", "en");

        await Expect(page.Locator("av-court-panel")).ToContainTextAsync("Nothing can be done now", Soon);
        Assert.DoesNotContain("Video matrix", await page.Locator("av-court-panel").InnerTextAsync(), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_not_tried_again()
    {
        var page = await court.OpenAsync("/wall", "auditor", "en");
        await page.Locator("button", new() { HasTextString = "Sign out" }).TapAsync();
        await page.FillAsync("input[name=user]", "auditor");
        await page.FillAsync("input[name=password]", "wrong");
        await page.ClickAsync("form button");

        await Expect(page.Locator("form [role=status]")).ToContainTextAsync("Wrong name or password", Soon);
        court.Errors.Clear();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_lost_gateway_is_seen_within_three_seconds_and_nothing_can_be_pressed()
    {
        await using var gateway = await GatewayProcess.DemoAsync();
        var page = await court.OpenAsync("/panel/court-1", "clerk-court-1", "en", gateway: gateway);
        await Expect(page.Locator("av-hold-button[data-scene='prepare'] button")).ToBeEnabledAsync(new() { Timeout = 60_000 });

        await gateway.KillAsync();

        await Expect(page.Locator("[role=alert]")).ToContainTextAsync("Gateway connection lost", new() { Timeout = 3_000 });
        foreach (var button in await page.Locator("av-court-panel av-hold-button button").AllAsync()) await Expect(button).ToBeDisabledAsync();
        await Expect(page.Locator("av-recording-sign")).ToContainTextAsync("Not confirmed");
        court.Errors.Clear();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Pages_come_from_this_gateway_alone()
    {
        using var client = new HttpClient { BaseAddress = court.Gateway.Http };
        using var answer = await client.GetAsync("/panel/court-1", TestContext.Current.CancellationToken);

        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("://", (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Replace("http://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}

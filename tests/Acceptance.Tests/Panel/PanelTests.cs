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
        var mute = page.Locator("av-court-panel [data-codec] av-hold-button[data-do='mute']");
        await Expect(mute.Locator("button")).ToBeEnabledAsync(new() { Timeout = 60_000 });
        await court.Simulators.SwitchAsync("court-2/codec", "refuse", true);
        try
        {
            Assert.Equal("failed", await page.TouchAsync("[data-codec] av-hold-button[data-do='mute']"));
            await Expect(mute).ToContainTextAsync("Failed", Soon);
            await Expect(page.Locator("av-court-panel [data-codec]")).ToContainTextAsync("Microphones open", Soon);
            await page.SpeakAsync("zh");
            await Expect(mute).ToContainTextAsync("失败: 设备拒绝执行", Soon);
            await Expect(page.Locator("av-court-panel [data-codec]")).ToContainTextAsync("麦克风打开", Soon);
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
        await page.SpeakAsync("zh");
        await Expect(page.Locator("[role=alert]")).ToContainTextAsync("与网关连接中断", Soon);

        // Its password is in the memory of the page, and the recorders went on by themselves.
        await hearing.StartGatewayAsync(http);
        await Expect(page.Locator("[role=alert]")).ToHaveCountAsync(0, new() { Timeout = 60_000 });
        await Expect(phase).ToContainTextAsync("开庭中", Soon);
        await Expect(page.Locator("av-court-panel header av-recording-sign")).ToContainTextAsync("录制中", Soon);
        Assert.NotEqual("failed", await page.HoldAsync("av-hold-button[data-scene='recess']"));
        await Expect(phase).ToContainTextAsync("休庭", Soon);
        await page.SpeakAsync("en");
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
        await page.SpeakAsync("zh");
        await Expect(page.Locator("av-court-panel")).ToContainTextAsync("当前没有可执行的操作", Soon);

        // What it asks all the same is refused by the gateway.
        await page.SpeakAsync("en");
        Assert.Equal("failed", await page.TouchAsync(".panic av-hold-button"));
        await Expect(page.Locator(".panic av-hold-button")).ToContainTextAsync("Failed", Soon);
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
    public async Task A_lost_gateway_is_seen_nothing_can_be_pressed_and_a_page_that_starts_meanwhile_says_so()
    {
        await using var gateway = await GatewayProcess.DemoAsync();
        var page = await court.OpenAsync("/panel/court-1", "clerk-court-1", "en", gateway: gateway);
        await Expect(page.Locator("av-hold-button[data-scene='prepare'] button")).ToBeEnabledAsync(new() { Timeout = 60_000 });
        await page.EvaluateAsync("() => navigator.serviceWorker.ready.then(() => true)");

        // A gateway that says nothing any more is as lost as one that is gone.
        await gateway.SignalAsync("STOP");
        await Expect(page.Locator("[role=alert]")).ToContainTextAsync("Gateway connection lost", Soon);
        await gateway.SignalAsync("CONT");
        await Expect(page.Locator("[role=alert]")).ToHaveCountAsync(0, new() { Timeout = 60_000 });

        await gateway.KillAsync();

        await Expect(page.Locator("[role=alert]")).ToContainTextAsync("Gateway connection lost", Soon);
        foreach (var button in await page.Locator("av-court-panel av-hold-button button, av-support-call button").AllAsync()) await Expect(button).ToBeDisabledAsync();
        await Expect(page.Locator("av-recording-sign")).ToContainTextAsync("Not confirmed");
        await page.SpeakAsync("zh");
        await Expect(page.Locator("[role=alert]")).ToContainTextAsync("与网关连接中断");

        // The shell opens without a gateway, for a person and for a panel that has a token, and names the steps by hand.
        await page.ReloadAsync();
        await page.FillAsync("input[name=user]", "clerk-court-1");
        await page.FillAsync("input[name=password]", "anything");
        await page.ClickAsync("form button");
        await Expect(page.Locator("form [role=status]")).ToContainTextAsync("无法连接网关", Soon);
        await Expect(page.Locator("form [data-manual]")).ToContainTextAsync("录制键", Soon);
        await page.SpeakAsync("en");
        await Expect(page.Locator("form [role=status]")).ToContainTextAsync("cannot be reached", Soon);
        await page.EvaluateAsync("() => localStorage.setItem('av-token', JSON.stringify({ name: 'panel-1', secret: 'x'.repeat(24) }))");
        await page.ReloadAsync();
        await Expect(page.Locator(".door")).ToContainTextAsync("cannot be reached", Soon);
        await Expect(page.Locator(".door [data-manual]")).ToContainTextAsync("press record on the recorder itself", Soon);
        court.Errors.Clear();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Support_is_called_from_the_panel_and_the_duty_room_has_a_fault_of_that_room()
    {
        var page = await court.OpenAsync("/panel/court-2", "clerk-court-2", "en");
        await page.Locator("av-support-call button[data-do='support']").TapAsync();
        await page.Locator("av-support-call button[data-do='unusable']").TapAsync();
        await page.TouchAsync("av-hold-button[data-trouble='troubleSound']");
        var told = page.Locator("av-support-call dialog [role=status] strong");
        await Expect(told).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^F-"), new() { Timeout = 60_000 });
        var fault = await told.InnerTextAsync();
        await page.SpeakAsync("zh");
        await Expect(page.Locator("av-support-call dialog")).ToContainTextAsync("正在通知值班人员");
        await page.Context.CloseAsync();

        var desk = await court.OpenAsync($"/console/faults/{fault}", "engineer", "zh");
        var article = desk.Locator($"article[data-fault='{fault}']");
        await Expect(article).ToContainTextAsync("court-2", Soon);
        await Expect(article).ToContainTextAsync("Sound", Soon);

        // The next test finds the room as this one found it.
        await article.Locator("input").First.FillAsync("已重新插好话筒");
        Assert.NotEqual("failed", await desk.TouchAsync("article[data-open] av-hold-button[data-act='resolve']"));
        await Expect(article.Locator(".tag")).ToContainTextAsync("已解决", Soon);
        await article.Locator("input").First.FillAsync("声音正常");
        Assert.NotEqual("failed", await desk.TouchAsync("article[data-open] av-hold-button[data-act='close']"));
        await Expect(article).ToHaveCountAsync(0, new() { Timeout = 60_000 });
        await desk.Context.CloseAsync();
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

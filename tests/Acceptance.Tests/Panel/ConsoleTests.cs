using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AvGateway.Acceptance.Tests.Panel;

/// <summary>What an engineer, an auditor and an admin do at the console.</summary>
[Collection(nameof(PanelCourt))]
public sealed class ConsoleTests(PanelCourt court)
{
    private const float Patience = 60_000;
    private static readonly LocatorAssertionsToContainTextOptions Soon = new() { Timeout = Patience };
    private static readonly LocatorAssertionsToHaveCountOptions Counted = new() { Timeout = Patience };

    [Fact]
    public async Task A_device_shows_its_state_in_its_diagram_its_values_and_takes_a_command()
    {
        court.Errors.Clear();
        var page = await court.OpenAsync("/console/devices/court-1/projector", "engineer", "en");
        var board = page.Locator("av-device-page");
        await Expect(board.Locator("av-state-diagram g.now")).ToHaveCountAsync(1, Counted);
        var before = await board.Locator("av-state-diagram g.now").GetAttributeAsync("data-state");
        await Expect(board.Locator("tr[data-property='power'] td.v")).ToBeVisibleAsync();
        await Expect(board.Locator("tr[data-property='power']")).ToContainTextAsync("seen", Soon);

        // What happens at the device itself is seen in the diagram.
        await court.Simulators.SwitchAsync("court-1/projector", "drop", true);
        try
        {
            await Expect(board.Locator($"av-state-diagram g.now[data-state='{before}']")).ToHaveCountAsync(0, Counted);
        }
        finally
        {
            await court.Simulators.SwitchAsync("court-1/projector", "drop", false);
        }

        await Expect(board.Locator($"av-state-diagram g.now[data-state='{before}']")).ToHaveCountAsync(1, Counted);

        // Whoever chooses another device has it before him at once: the next touch is meant for it.
        await page.Locator("button[data-device='machine-room/matrix']").ClickAsync();
        Assert.Equal("machine-room/matrix", await page.Locator("av-device-page").GetAttributeAsync("device"));
        await board.Locator("av-wire-log button[data-wire]").ClickAsync();
        await Expect(board.Locator("av-wire-log")).ToContainTextAsync("Stop", Soon);
        await board.Locator(".verb[data-verb='route'] input").First.FillAsync("2");
        await board.Locator(".verb[data-verb='route'] input").Nth(1).FillAsync("1");
        Assert.Equal("confirmed", await page.HoldAsync(".verb[data-verb='route'] av-hold-button"));
        await Expect(board.Locator("tr[data-property='output-1'] td.v")).ToContainTextAsync("2", Soon);
        await Expect(board.Locator("av-wire-log pre")).ToContainTextAsync("> 2*1", Soon);
        await Expect(board.Locator("av-wire-log pre .down").First).ToBeVisibleAsync();
        court.Errors.RemoveAll(e => e.Contains("ERR_CONNECTION", StringComparison.Ordinal));
        Assert.Empty(court.Errors);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_fault_is_acknowledged_noted_and_assigned_and_its_time_line_tells_who()
    {
        var page = await court.OpenAsync("/console/faults", "engineer", "zh");

        // The demo is never without this one: nobody knows next year's holidays yet.
        var fault = page.Locator("article[data-fault]").First;
        await fault.Locator("button.head").ClickAsync();
        Assert.Equal("confirmed", await page.TouchAsync("article[data-open] av-hold-button[data-act='accept']"));
        await Expect(fault.Locator(".tag")).ToContainTextAsync("诊断中", Soon);
        await fault.Locator("input").First.FillAsync("已联系院办");
        Assert.NotEqual("failed", await page.TouchAsync("article[data-open] av-hold-button[data-act='note']"));
        await fault.Locator("input[list=receivers]").FillAsync("hearing");
        Assert.NotEqual("failed", await page.TouchAsync("article[data-open] av-hold-button[data-act='assign']"));

        await Expect(fault.Locator(".tag")).ToContainTextAsync("等待休庭", Soon);
        await Expect(fault.Locator(".line[data-what='accepted']")).ToContainTextAsync("engineer", Soon);
        await Expect(fault.Locator(".line[data-what='note']")).ToContainTextAsync("已联系院办", Soon);

        // What is still seen cannot be closed, so nobody is offered to.
        await Expect(fault.Locator("av-hold-button[data-act='close']")).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_month_tells_of_each_day_what_it_is_and_why()
    {
        var page = await court.OpenAsync("/console/calendar", "engineer", "zh");
        await page.Locator(".day[data-date]").First.WaitForAsync();
        var board = page.Locator("av-calendar-board");
        for (var i = 0; i < 24 && !await page.Locator(".day[data-date='2026-10-01']").IsVisibleAsync(); i++)
        {
            var shown = await page.Locator(".day[data-date]").First.GetAttributeAsync("data-date");
            await board.Locator($"button[data-move='{(string.CompareOrdinal(shown, "2026-10-01") > 0 ? -1 : 1)}']").ClickAsync();
            await Expect(page.Locator($".day[data-date='{shown}']")).ToHaveCountAsync(0, Counted);
        }

        await Expect(page.Locator(".day[data-date='2026-10-01']")).ToContainTextAsync("国庆节", Soon);
        await Expect(page.Locator(".day[data-date='2026-10-10']")).ToHaveAttributeAsync("data-kind", "make-up-workday");
        await Expect(page.Locator(".day[data-date]")).ToHaveCountAsync(31);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_power_run_is_previewed_given_and_followed_step_by_step()
    {
        var page = await court.OpenAsync("/console/power", "engineer", "en");
        await page.Locator("av-power-board select").SelectOptionAsync("court-2");
        Assert.Equal("confirmed", await page.TouchAsync("av-hold-button[data-act='preview-off']"));
        await Expect(page.Locator("av-power-board ol li").First).ToBeVisibleAsync(new() { Timeout = Patience });

        await page.HoldAsync("av-hold-button[data-act='on']");
        var run = page.Locator("article[data-run]").First;
        await run.Locator("button.head").ClickAsync();
        await Expect(run.Locator(".tag").First).Not.ToContainTextAsync("under way", Soon);
        await Expect(run.Locator("tr[data-step]").First).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_record_is_searched_by_kind_and_subject_by_an_auditor_and_by_nobody_of_a_room()
    {
        var page = await court.OpenAsync("/console/record", "auditor", "en");
        await page.Locator("tr[data-seq]").First.WaitForAsync();
        await page.Locator("select[name=kind]").SelectOptionAsync("device.");
        await page.FillAsync("input[name=subject]", "court-1/matrix");
        await page.ClickAsync("av-record-board form button");
        await Expect(page.Locator("tr[data-seq] td.kind").First).ToContainTextAsync("device.", Soon);
        await Expect(page.Locator("tr[data-seq]").First).ToContainTextAsync("court-1/matrix", Soon);
        var places = await page.Locator("tr[data-seq] td:nth-child(4)").AllInnerTextsAsync();
        Assert.All(places, place => Assert.Equal("court-1/matrix", place));
        await page.Context.CloseAsync();

        Assert.Equal(403, await StatusAsync("/api/record", "clerk-court-1"));
        Assert.Equal(403, await StatusAsync("/api/record", "scheduler"));
        Assert.Equal(403, await StatusAsync("/api/users", "engineer"));
        Assert.Equal(403, await StatusAsync("/api/calendar", "clerk-court-1"));
        Assert.Equal(401, await StatusAsync("/api/record", null));
        Assert.Equal(422, await StatusAsync("/api/record?limit=100000", "auditor"));
        Assert.Equal(422, await StatusAsync("/api/record?from=yesterday", "auditor"));
    }

    [Fact]
    public async Task An_admin_adds_a_user_changes_the_role_and_removes_it()
    {
        var page = await court.OpenAsync("/console/people", "admin", "en");
        await page.FillAsync("[data-user-name]", "clerk-anna");
        await page.Locator("[data-user-role]").SelectOptionAsync("clerk");
        Assert.Equal("confirmed", await page.TouchAsync("av-hold-button[data-user-add]"));
        var password = await page.Locator("[data-given='clerk-anna'] .secret").InnerTextAsync();
        Assert.DoesNotContain(password, await File.ReadAllTextAsync(Path.Combine(court.Gateway.Data, "credentials.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(200, await StatusAsync("/api/me", "clerk-anna", password));

        await page.RunAndWaitForResponseAsync(
            () => page.Locator("tr[data-user='clerk-anna'] select").SelectOptionAsync("auditor"), r => r.Request.Method != "GET" && r.Ok, new() { Timeout = Patience });
        await Expect(page.Locator("tr[data-user='clerk-anna'] select")).ToHaveValueAsync("auditor", new() { Timeout = Patience });
        Assert.Equal(200, await StatusAsync("/api/record", "clerk-anna", password));

        await page.HoldAsync("tr[data-user='clerk-anna'] av-hold-button:nth-of-type(2)");
        await Expect(page.Locator("tr[data-user='clerk-anna']")).ToHaveCountAsync(0, Counted);
        Assert.Equal(401, await StatusAsync("/api/me", "clerk-anna", password));
        await Expect(page.Locator("tr[data-user='admin'] av-hold-button:nth-of-type(2) button")).ToBeDisabledAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_panel_comes_in_by_the_token_of_its_room_and_is_out_when_that_is_revoked()
    {
        court.Errors.Clear();
        var console = await court.OpenAsync("/console/people", "admin", "en");
        await console.Locator("[data-token-room]").SelectOptionAsync("court-2");
        await console.FillAsync("[data-token-label]", "Tablet of the clerk");
        Assert.Equal("confirmed", await console.TouchAsync("av-hold-button[data-token-make]"));
        await Expect(console.Locator("[data-given] svg")).ToBeVisibleAsync();
        var address = await console.Locator("[data-given] .id").InnerTextAsync();
        var secret = Regex.Match(address, "#token=[a-z0-9-]+\\.([a-z0-9]+)$").Groups[1].Value;
        Assert.Equal(24, secret.Length);
        Assert.DoesNotContain(secret, await File.ReadAllTextAsync(Path.Combine(court.Gateway.Data, "credentials.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var panel = await court.PageAsync("en");
        var asked = new List<string>();
        panel.Request += (_, request) => asked.Add(request.Url);
        await panel.GotoAsync(address);
        await Expect(panel.Locator("av-court-panel h1")).ToContainTextAsync("Courtroom 2", Soon);
        await Expect(panel.Locator("av-court-panel av-hold-button[data-scene='prepare'] button")).ToBeEnabledAsync(new() { Timeout = Patience });
        Assert.DoesNotContain("token", panel.Url, StringComparison.Ordinal);
        Assert.DoesNotContain(asked, url => url.Contains(secret, StringComparison.Ordinal));

        // Nobody stands there after a power cut: it comes in again by itself. The address of another room shows nothing.
        await panel.GotoAsync(new Uri(court.Gateway.Http, "/panel/court-1").ToString());
        await Expect(panel.Locator("av-court-panel")).ToContainTextAsync("Nothing can be done now", Soon);
        await panel.GotoAsync(new Uri(court.Gateway.Http, "/panel/court-2").ToString());
        await Expect(panel.Locator("av-court-panel h1")).ToContainTextAsync("Courtroom 2", Soon);

        await console.HoldAsync("tr[data-token] av-hold-button");
        await Expect(panel.Locator(".door")).ToContainTextAsync("revoked", Soon);
        Assert.Equal(0, await panel.Locator("av-court-panel").CountAsync());
        court.Errors.Clear();
        await panel.Context.CloseAsync();
        await console.Context.CloseAsync();
    }

    [Fact]
    public async Task The_site_file_is_checked_and_a_simulated_device_is_switched()
    {
        court.Errors.Clear();
        var page = await court.OpenAsync("/console/findings", "engineer", "en");
        await Expect(page.Locator("av-findings-board")).ToContainTextAsync("The file is what runs", Soon);
        await page.Locator("button[data-tab='simulator']").ClickAsync();
        await page.Locator("button[data-simulated='court-2/matrix']").ClickAsync();
        var line = page.Locator(".switch[data-switch='delay']");
        await line.Locator("input").FillAsync("50ms");
        Assert.Equal("confirmed", await page.TouchAsync(".switch[data-switch='delay'] av-hold-button"));
        await Expect(line.Locator("input")).ToHaveValueAsync("50ms", new() { Timeout = Patience });
        await page.Locator("av-simulator-board .pair av-hold-button").Last.Locator("button").ClickAsync();
        await Expect(line.Locator("input")).Not.ToHaveValueAsync("50ms", new() { Timeout = Patience });
        Assert.Empty(court.Errors);
        await page.Context.CloseAsync();
    }

    private async Task<int> StatusAsync(string path, string? user, string? password = null)
    {
        using var client = new HttpClient { BaseAddress = court.Gateway.Http };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (user is not null) request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{user}:{password ?? court.Gateway.PasswordOf(user)}")));
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Empty(answer.Headers.WwwAuthenticate);
        return (int)answer.StatusCode;
    }
}

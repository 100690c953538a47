using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AvGateway.Channels.Webhook;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Operations.Escalation;
using AvGateway.Operations.Faults;
using AvGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Channels.Tests.Webhook;

/// <summary>The robots of WeCom and DingTalk, as their documents say.</summary>
public sealed class RobotTests : IAsyncLifetime
{
    private static readonly Authority Court = new();
    private readonly List<IDisposable> _open = [];
    private readonly VirtualClock _clock = new();
    private HttpReceiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await HttpReceiver.StartAsync(Court.Sign("localhost"));
        _receiver.Mood = HttpReceiver.Says(200, """{"errcode":0,"errmsg":"ok"}""");
    }

    [Fact]
    public async Task WeCom_gets_a_text_and_its_key_in_the_query()
    {
        Assert.Equal(DeliveryOutcome.Taken, (await Channel(WebhookFormat.WeCom).DeliverAsync(Notices.Fault(), "", Patience.Test)).Outcome);

        var got = Assert.Single(_receiver.All);
        Assert.Equal("?key=robot%20key", got.Query);
        using var json = JsonDocument.Parse(got.Body);
        Assert.Equal("text", json.RootElement.GetProperty("msgtype").GetString());
        Assert.StartsWith("一级故障", json.RootElement.GetProperty("text").GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(got.Headers.Keys, k => k.StartsWith("AvGateway", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task DingTalk_gets_a_sign_that_it_can_check()
    {
        await Channel(WebhookFormat.DingTalk).DeliverAsync(Notices.Fault(), "", Patience.Test);

        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(Assert.Single(_receiver.All).Query);
        var timestamp = query["timestamp"].ToString();
        Assert.Equal(_clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture), timestamp);
        Assert.Equal("robot key", query["access_token"].ToString());
        Assert.Equal(Convert.ToBase64String(HMACSHA256.HashData("SEC1"u8, Encoding.UTF8.GetBytes($"{timestamp}\nSEC1"))), query["sign"].ToString());
    }

    [Theory]
    [InlineData(WebhookFormat.WeCom, false, 2048)]
    [InlineData(WebhookFormat.WeCom, true, 4096)]
    [InlineData(WebhookFormat.DingTalk, false, 18_000)]
    [InlineData(WebhookFormat.DingTalk, true, 18_000)]
    public void A_long_text_is_cut_to_the_bytes_that_they_take_and_between_characters(WebhookFormat format, bool isMarkdown, int most)
    {
        // One, two, three and four bytes a character, so that the cut falls at every place.
        for (var shift = 0; shift < 4; shift++)
        {
            var body = new string('a', shift) + string.Concat(Enumerable.Repeat("录é𠮷x", 3000));
            var notice = Notices.Fault() with { Body = new(body, ""), Language = "zh" };
            using var json = JsonDocument.Parse(RobotText.Write(notice, format, isMarkdown));
            var part = json.RootElement.GetProperty(isMarkdown ? "markdown" : "text");
            var text = part.GetProperty(format is WebhookFormat.DingTalk && isMarkdown ? "text" : "content").GetString()!;
            Assert.InRange(Encoding.UTF8.GetByteCount(text), Math.Min(most, 16_000) - 8, most);
            Assert.EndsWith("…", text, StringComparison.Ordinal);
            Assert.DoesNotContain('\uFFFD', text);
        }
    }

    [Fact]
    public void No_link_and_no_mention_can_be_made_of_a_notice()
    {
        var notice = Notices.Fault() with { Subject = new("[点](http://evil) <@all>", ""), Body = new("# big\n`x`", ""), Language = "zh" };
        using var json = JsonDocument.Parse(RobotText.Write(notice, WebhookFormat.WeCom, isMarkdown: true));
        Assert.Equal("**［点］（http://evil） ＜＠all＞**\n\n＃ big\n\n｀x｀", json.RootElement.GetProperty("markdown").GetProperty("content").GetString());
    }

    [Theory]
    [InlineData(WebhookFormat.WeCom, 45009, DeliveryOutcome.Later, 62)]
    [InlineData(WebhookFormat.WeCom, -1, DeliveryOutcome.Later, null)]
    [InlineData(WebhookFormat.WeCom, 93000, DeliveryOutcome.Refused, null)]
    [InlineData(WebhookFormat.WeCom, 777, DeliveryOutcome.Later, null)]
    [InlineData(WebhookFormat.DingTalk, 130101, DeliveryOutcome.Later, 600)]
    [InlineData(WebhookFormat.DingTalk, 310000, DeliveryOutcome.Refused, null)]
    public async Task An_error_inside_a_200_is_an_error(WebhookFormat format, int code, DeliveryOutcome expected, int? seconds)
    {
        _receiver.Mood = HttpReceiver.Says(200, $$"""{"errcode":{{code}},"errmsg":"hint: 1234, from ip: 10.9.9.9"}""");
        var delivery = await Channel(format).DeliverAsync(Notices.Fault(), "", Patience.Test);

        Assert.Equal(expected, delivery.Outcome);
        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, delivery.After);
        Assert.DoesNotContain("10.9.9.9", delivery.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>captive portal</html>")]
    [InlineData("")]
    [InlineData("""{"errcode":"0"}""")]
    [InlineData("""{"data":{"errcode":0}}""")]
    public async Task A_200_that_is_no_robots_answer_is_not_taken_for_one(string answer)
    {
        _receiver.Mood = HttpReceiver.Says(200, answer);
        Assert.Equal(DeliveryOutcome.Later, (await Channel(WebhookFormat.WeCom).DeliverAsync(Notices.Fault(), "", Patience.Test)).Outcome);
    }

    [Fact]
    public async Task Twenty_a_minute_and_the_gravest_still_get_through()
    {
        var channel = Channel(WebhookFormat.WeCom);
        for (var i = 0; i < 16; i++) Assert.Equal(DeliveryOutcome.Taken, (await channel.DeliverAsync(Notices.Fault($"k{i}", Severity.P3), "", Patience.Test)).Outcome);
        var usual = await channel.DeliverAsync(Notices.Fault("k16", Severity.P3), "", Patience.Test);
        for (var i = 0; i < 4; i++) Assert.Equal(DeliveryOutcome.Taken, (await channel.DeliverAsync(Notices.Fault($"g{i}"), "", Patience.Test)).Outcome);
        var gravest = await channel.DeliverAsync(Notices.Fault("g4"), "", Patience.Test);

        Assert.Equal((DeliveryOutcome.Later, TimeSpan.FromSeconds(62)), (usual.Outcome, usual.After));
        Assert.Equal((DeliveryOutcome.Later, TimeSpan.FromSeconds(62)), (gravest.Outcome, gravest.After));
        Assert.Equal(20, _receiver.All.Count);

        await _clock.PassAsync(TimeSpan.FromSeconds(62), () => Task.CompletedTask);
        Assert.Equal(DeliveryOutcome.Taken, (await channel.DeliverAsync(Notices.Fault("k16", Severity.P3), "", Patience.Test)).Outcome);
    }

    [Fact]
    public async Task A_robot_that_is_muted_is_not_asked_again_before_its_time()
    {
        var channel = Channel(WebhookFormat.DingTalk);
        _receiver.Mood = HttpReceiver.Says(200, """{"errcode":130101}""");
        await channel.DeliverAsync(Notices.Fault("a"), "", Patience.Test);
        _receiver.Mood = HttpReceiver.Says(200, """{"errcode":0}""");

        await _clock.PassAsync(TimeSpan.FromMinutes(9), () => Task.CompletedTask);
        Assert.Equal(DeliveryOutcome.Later, (await channel.DeliverAsync(Notices.Fault("a"), "", Patience.Test)).Outcome);
        Assert.Single(_receiver.All);
        await _clock.PassAsync(TimeSpan.FromMinutes(1), () => Task.CompletedTask);
        Assert.Equal(DeliveryOutcome.Taken, (await channel.DeliverAsync(Notices.Fault("a"), "", Patience.Test)).Outcome);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _open) channel.Dispose();
        await _receiver.DisposeAsync();
    }

    private WebhookChannel Channel(WebhookFormat format)
    {
        var plan = new WebhookPlan("robot", new($"https://localhost:{_receiver.Port}/send"), format)
        {
            Token = new Secret("robot key"),
            Key = format is WebhookFormat.DingTalk ? new Secret("SEC1") : null,
            Authorities = Court.Certificates,
            Allowed = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")],
        };

        // The pace has a virtual clock; names are looked up in real time.
        var channel = new WebhookChannel(plan, "city", new(TimeProvider.System, NullLogger<HostResolver>.Instance), _clock);
        _open.Add(channel);
        return channel;
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AvGateway.Channels.Webhook;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Operations.Escalation;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Channels.Tests.Webhook;

public sealed class WebhookChannelTests : IAsyncLifetime
{
    private const string Key = "canary-hmac-key";
    private const string Token = "canary-token";

    private static readonly Authority Court = new();
    private readonly List<IDisposable> _open = [];
    private HttpReceiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await HttpReceiver.StartAsync(Court.Sign("localhost"));

    [Fact]
    public async Task The_receiver_gets_the_notice_with_a_signature_that_it_can_check_and_no_secret()
    {
        var delivery = await Channel().DeliverAsync(Notices.Fault(), "", Patience.Test);

        Assert.Equal((DeliveryOutcome.Taken, "localhost answers 200"), (delivery.Outcome, delivery.Detail));
        var got = Assert.Single(_receiver.All);
        Assert.Equal(("/hook", ""), (got.Path, got.Query));
        Assert.Equal(Notices.Key, got.Headers["Idempotency-Key"]);
        Assert.Equal($"Bearer {Token}", got.Headers["Authorization"]);
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), (byte[])[.. Encoding.ASCII.GetBytes(got.Headers["AvGateway-Timestamp"] + "."), .. got.Body]);
        Assert.Equal("v1=" + Convert.ToHexStringLower(mac), got.Headers["AvGateway-Signature"]);
        Assert.Equal(["Host", "User-Agent", "Authorization", "Content-Type", "Content-Length", "Idempotency-Key", "AvGateway-Timestamp", "AvGateway-Signature"], got.Headers.Keys.ToHashSet(), StringComparer.OrdinalIgnoreCase);
        using var json = JsonDocument.Parse(got.Body);
        Assert.Equal("avgateway.notice/1", json.RootElement.GetProperty("schema").GetString());
        Assert.Equal("2026-11-29T21:30:00.000Z", json.RootElement.GetProperty("at").GetString());
        Assert.DoesNotContain("canary", Encoding.UTF8.GetString(got.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_of_one_language_gets_that_language_alone()
    {
        await Channel().DeliverAsync(Notices.Fault(language: "zh"), "", Patience.Test);
        using var json = JsonDocument.Parse(_receiver.All.Single().Body);
        Assert.False(json.RootElement.GetProperty("subject").TryGetProperty("en", out _));
        Assert.StartsWith("一级故障", json.RootElement.GetProperty("subject").GetProperty("zh").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(204, DeliveryOutcome.Taken)]
    [InlineData(400, DeliveryOutcome.Refused)]
    [InlineData(401, DeliveryOutcome.Refused)]
    [InlineData(404, DeliveryOutcome.Refused)]
    [InlineData(413, DeliveryOutcome.Refused)]
    [InlineData(408, DeliveryOutcome.Later)]
    [InlineData(429, DeliveryOutcome.Later)]
    [InlineData(500, DeliveryOutcome.Later)]
    [InlineData(503, DeliveryOutcome.Later)]
    public async Task A_status_decides_whether_it_is_tried_again(int status, DeliveryOutcome expected)
    {
        _receiver.Mood = HttpReceiver.Says(status);
        Assert.Equal(expected, (await Channel().DeliverAsync(Notices.Fault(), "", Patience.Test)).Outcome);
    }

    [Theory]
    [InlineData("90", 90)]
    [InlineData("0", 1)]
    [InlineData("999999", 3600)]
    [InlineData("soon", null)]
    public async Task What_the_receiver_wishes_is_told_within_reason(string wish, int? seconds)
    {
        _receiver.Mood = HttpReceiver.Says(429, "", ("Retry-After", wish));
        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, (await Channel().DeliverAsync(Notices.Fault(), "", Patience.Test)).After);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_only_its_host_is_told()
    {
        await using var other = await HttpReceiver.StartAsync(Court.Sign("localhost"));
        _receiver.Mood = HttpReceiver.Says(302, "", ("Location", $"https://localhost:{other.Port}/secret-path?k=v"));
        var delivery = await Channel().DeliverAsync(Notices.Fault(), "", Patience.Test);

        Assert.Equal(DeliveryOutcome.Refused, delivery.Outcome);
        Assert.Contains("points to localhost", delivery.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-path", delivery.Detail, StringComparison.Ordinal);
        Assert.Empty(other.All);
    }

    [Fact]
    public async Task One_that_hangs_is_left_when_the_caller_says_so_and_delays_no_other()
    {
        await using var other = await HttpReceiver.StartAsync(Court.Sign("localhost"));
        _receiver.Mood = HttpReceiver.Hangs;
        using var cancel = new CancellationTokenSource();
        var hanging = Channel().DeliverAsync(Notices.Fault(), "", cancel.Token);
        await _receiver.Arrived.Task.Soon();

        Assert.Equal(DeliveryOutcome.Taken, (await Channel(p => p with { Url = new($"https://localhost:{other.Port}/hook") }).DeliverAsync(Notices.Fault(), "", Patience.Test).Soon()).Outcome);
        Assert.False(hanging.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging.Soon());
    }

    [Fact]
    public async Task A_receiver_that_is_down_or_cuts_the_line_is_later()
    {
        _receiver.Mood = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        Assert.Equal(DeliveryOutcome.Later, (await Channel().DeliverAsync(Notices.Fault(), "", Patience.Test)).Outcome);
        var port = _receiver.Port;
        await _receiver.DisposeAsync();
        Assert.Equal(DeliveryOutcome.Later, (await Channel(p => p with { Url = new($"https://localhost:{port}/hook") }).DeliverAsync(Notices.Fault(), "", Patience.Test)).Outcome);
        _receiver = await HttpReceiver.StartAsync(Court.Sign("localhost"));
    }

    [Fact]
    public async Task A_certificate_of_another_authority_or_for_another_name_gets_nothing()
    {
        var stranger = await Channel(p => p with { Authorities = new Authority().Certificates }).DeliverAsync(Notices.Fault(), "", Patience.Test);
        await using var misnamed = await HttpReceiver.StartAsync(Court.Sign("other.court.example"));
        var wrongName = await Channel(p => p with { Url = new($"https://localhost:{misnamed.Port}/hook") }).DeliverAsync(Notices.Fault(), "", Patience.Test);
        var unlisted = await Channel(p => p with { Authorities = null }).DeliverAsync(Notices.Fault(), "", Patience.Test);

        Assert.All([stranger, wrongName, unlisted], d => Assert.Contains("no secure connection", d.Detail, StringComparison.Ordinal));
        Assert.Empty(_receiver.All);
        Assert.Empty(misnamed.All);
    }

    [Theory]
    [InlineData]
    [InlineData("10.0.0.0/8")]
    public async Task A_name_that_leads_into_the_house_is_refused_unless_the_site_lists_it(params string[] allowed)
    {
        var delivery = await Channel(p => p with { Allowed = [.. allowed.Select(IPNetwork.Parse)] }).DeliverAsync(Notices.Fault(), "", Patience.Test);

        Assert.Equal(DeliveryOutcome.Refused, delivery.Outcome);
        Assert.Contains("may not send", delivery.Detail, StringComparison.Ordinal);
        Assert.Empty(_receiver.All);
    }

    [Fact]
    public async Task A_name_that_begins_to_lead_elsewhere_reaches_nothing_there()
    {
        var leadsTo = IPAddress.Loopback;
        var resolver = new HostResolver(TimeProvider.System, NullLogger<HostResolver>.Instance, _ => [leadsTo]);
        var channel = Channel(p => p with { Url = new($"https://hook.court.example:{_receiver.Port}/hook"), Allowed = [IPNetwork.Parse("10.0.0.0/8")] }, resolver);

        Assert.Equal(DeliveryOutcome.Refused, (await channel.DeliverAsync(Notices.Fault(), "", Patience.Test)).Outcome);
        leadsTo = IPAddress.Parse("169.254.169.254");
        Assert.Contains("169.254.169.254", (await channel.DeliverAsync(Notices.Fault(), "", Patience.Test)).Detail, StringComparison.Ordinal);
        Assert.Empty(_receiver.All);
    }

    [Theory]
    [InlineData("93.184.216.34", true)]
    [InlineData("2606:2800:220:1::1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.20.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    public void Without_a_list_only_public_addresses_are_connected_to(string address, bool isAdmitted) =>
        Assert.Equal(isAdmitted, new AllowedHosts([], new(TimeProvider.System, NullLogger<HostResolver>.Instance)).Admits(IPAddress.Parse(address)));

    [Fact]
    public async Task The_proxy_of_the_environment_is_not_asked()
    {
        Environment.SetEnvironmentVariable("https_proxy", "http://127.0.0.1:1");
        try
        {
            Assert.Equal(DeliveryOutcome.Taken, (await Channel().DeliverAsync(Notices.Fault(), "", Patience.Test)).Outcome);
        }
        finally
        {
            Environment.SetEnvironmentVariable("https_proxy", null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _open) channel.Dispose();
        await _receiver.DisposeAsync();
    }

    private WebhookChannel Channel(Func<WebhookPlan, WebhookPlan>? change = null, HostResolver? resolver = null)
    {
        var plan = new WebhookPlan("hook", new($"https://localhost:{_receiver.Port}/hook"), WebhookFormat.Json)
        {
            Key = new Secret(Key),
            Token = new Secret(Token),
            Authorities = Court.Certificates,
            Allowed = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")],
        };
        var channel = new WebhookChannel(change?.Invoke(plan) ?? plan, "city", resolver ?? new(TimeProvider.System, NullLogger<HostResolver>.Instance), TimeProvider.System);
        _open.Add(channel);
        return channel;
    }
}

using System.Text;
using AvGateway.Mqtt.Session;
using AvGateway.Mqtt.Tests.Rights;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Escalation;
using AvGateway.Testing.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Mqtt.Tests.Session;

/// <summary>A trial of a way out of the house, as it is asked on the bus.</summary>
public sealed class ChannelRequestsTests : IAsyncLifetime
{
    private const string Number = "+8613800138000";

    /// <summary>Who may, as the contract tells it to people: a table of its own.</summary>
    private static readonly Dictionary<Role, bool> MayTry = new()
    {
        [Role.Panel] = false,
        [Role.Judge] = false,
        [Role.Clerk] = false,
        [Role.Scheduler] = false,
        [Role.Auditor] = false,
        [Role.Vendor] = false,
        [Role.Engineer] = true,
        [Role.Admin] = true,
    };

    private readonly RoomBench _rooms = new(devices: FakeDevice.Matrix());
    private readonly Way _way = new();
    private readonly GatewayBench _bench;
    private int _ids;

    public ChannelRequestsTests()
    {
        var users = new FakeUsers([.. RightsOracle.Everybody]);
        var acts = new ActDesk(new(), users, _rooms.Writer, _rooms.Ledger, _rooms.Journal, _rooms.Clock, NullLogger<ActDesk>.Instance);
        _bench = new(more: [new ChannelRequests(new([_way], "city", acts, _rooms.Journal, _rooms.Clock), _rooms.Writer, _rooms.Clock)]);
    }

    public ValueTask InitializeAsync() => new(_bench.Gateway.StartAsync(GatewayBench.Test));

    [Fact]
    public async Task Engineer_and_admin_may_and_nobody_else()
    {
        Assert.Equal(Enum.GetValues<Role>().Order(), MayTry.Keys.Order());
        foreach (var user in RightsOracle.Everybody)
        {
            var sent = _way.Sent.Count;
            var code = await CodeAsync(user.Name, $$"""{"to":"{{Number}}"}""");
            Assert.True((code, _way.Sent.Count - sent) == (MayTry[user.Role] ? ("AVG-ACKED-ONLY", 1) : ("AVG-AUTH-RIGHTS", 0)), $"{user.Name}: {code}");
        }
    }

    [Fact]
    public async Task What_is_sent_is_a_trial_in_both_languages_and_the_number_is_in_no_record()
    {
        Assert.Equal("AVG-ACKED-ONLY", await CodeAsync("engineer", $$"""{"to":"{{Number}}"}"""));

        var (notice, to) = Assert.Single(_way.Sent);
        Assert.Equal((Number, NoticeKind.Trial), (to, notice.Kind));
        Assert.Contains("试发", notice.Subject.Zh, StringComparison.Ordinal);
        Assert.Contains("trial", notice.Subject.En, StringComparison.Ordinal);
        Assert.InRange(notice.Subject.Zh.Length + notice.Subject.En.Length, 10, 120);
        Assert.Contains(_rooms.Journal.Rows, r => (r.Kind, r.Subject, r.Actor) == ("channel.tried", "sms", "engineer"));
        Assert.DoesNotContain(_rooms.Journal.Rows, r => r.Details.Contains("138001", StringComparison.Ordinal));
        Assert.DoesNotContain(_bench.Fake.All, p => Encoding.UTF8.GetString(p.Payload.Span).Contains("138001", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(DeliveryOutcome.Taken, "AVG-ACKED-ONLY")]
    [InlineData(DeliveryOutcome.Later, "AVG-DEV-OFFLINE")]
    [InlineData(DeliveryOutcome.Refused, "AVG-DEV-NAK")]
    public async Task The_end_is_the_channels(DeliveryOutcome outcome, string code)
    {
        _way.Ends = new(outcome, "no network");
        Assert.Equal(code, await CodeAsync("engineer", "{}"));
    }

    [Theory]
    [InlineData("$channel/fax/do/test", "{}", "AVG-REQ-UNKNOWN")]
    [InlineData("$channel/sms/do/send", "{}", "AVG-REQ-UNKNOWN")]
    [InlineData("$channel/sms/do/test", """{"to":17}""", "AVG-REQ-ARGUMENT")]
    [InlineData("$channel/sms/do/test", """{"text":"hello"}""", "AVG-REQ-ARGUMENT")]
    [InlineData("$channel/sms/do/test", """{"to":"a\nb"}""", "AVG-REQ-TEXT")]
    public async Task Everything_is_answered_with_what_is_wrong(string target, string args, string code)
    {
        Assert.Equal(code, await CodeAsync("engineer", args, target: target));
        Assert.Empty(_way.Sent);
    }

    [Fact]
    public async Task Twice_under_one_id_is_sent_once_and_many_are_too_many()
    {
        await CodeAsync("engineer", "{}", "same");
        Assert.Equal("AVG-ACKED-ONLY", await CodeAsync("engineer", "{}", "same"));
        Assert.Single(_way.Sent);
        for (var i = 1; i < ChannelDesk.Rate.Burst; i++) Assert.Equal("AVG-ACKED-ONLY", await CodeAsync("engineer", "{}"));
        Assert.Equal("AVG-BUSY", await CodeAsync("admin", "{}"));
    }

    public async ValueTask DisposeAsync()
    {
        _bench.Dispose();
        await _rooms.DisposeAsync();
    }

    private async Task<string?> CodeAsync(string caller, string args, string? id = null, string target = "$channel/sms/do/test")
    {
        id ??= $"r{++_ids}";
        var (_, json) = await _bench.AskAsync(_bench.Message(target, $$"""{"id":"{{id}}","args":{{args}}}""", caller), _bench.Topics.Answer(caller, id));
        return json.GetProperty("code").GetString();
    }

    private sealed class Way : IChannel
    {
        public List<(Notice Notice, string To)> Sent { get; } = [];

        public Delivery Ends { get; set; } = new(DeliveryOutcome.Taken, "the network took 1 part(s)");

        public string Id => "sms";

        public TimeSpan Patience => TimeSpan.FromSeconds(30);

        public Task<Delivery> DeliverAsync(Notice notice, string address, CancellationToken cancellation)
        {
            Sent.Add((notice, address));
            return Task.FromResult(Ends);
        }
    }
}

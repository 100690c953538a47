using AvGateway.Channels.Relay;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Operations.Escalation;
using AvGateway.Testing;
using AvGateway.Testing.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Channels.Tests.Relay;

public sealed class RelayChannelTests : IDisposable
{
    private static readonly DriverManifest Manifest = new DriverManifest<string>("fake-relay", DeviceClass.Power, "Fake relay")
    {
        Links = [LinkKind.Tcp(4001)],
        Verbs = [OutletWords.On(), OutletWords.Off()],
        Properties = [],
        Reply = new(TimeSpan.FromSeconds(1), TimeSpan.Zero, Resync.Reconnect),
        Create = _ => throw new NotSupportedException(),
        Diagram = static () => "",
    };

    private readonly VirtualClock _clock = new();
    private readonly FakeDevice _relay = new(new("duty", "relay"), Manifest) { EndsWith = CommandResult.Verified };
    private readonly RelayChannel _channel;

    public RelayChannelTests() =>
        _channel = new(new("buzzer", new("duty", "relay"), 3), new FakeDirectory(_relay), _clock, NullLogger<RelayChannel>.Instance);

    private string[] Asked => [.. _relay.AllAsked.Select(a => $"{a.Request.Verb} {a.Request.Args}")];

    [Fact]
    public async Task It_sounds_for_its_time_and_goes_off()
    {
        Assert.Equal(DeliveryOutcome.Taken, (await Deliver("a")).Outcome);
        await PassAsync(59);
        Assert.Equal(["outlet-on outlet=3"], Asked);
        await PassAsync(2);
        Assert.Equal(["outlet-on outlet=3", "outlet-off outlet=3"], Asked);
        await PassAsync(600);
        Assert.Equal(2, Asked.Length);
    }

    [Fact]
    public async Task It_goes_off_when_somebody_knows_of_the_last_fault_that_it_sounds_for()
    {
        await Deliver("a");
        await Deliver("b");
        _channel.Silence("a");
        await PassAsync(1);
        Assert.Equal(2, Asked.Length);
        _channel.Silence("b");
        await PassAsync(1);
        Assert.Equal("outlet-off outlet=3", Asked[^1]);
        Assert.Equal(3, Asked.Length);
    }

    [Fact]
    public async Task Its_time_begins_anew_with_each_notice()
    {
        await Deliver("a");
        await PassAsync(50);
        await Deliver("b");
        await PassAsync(50);
        Assert.Equal(["outlet-on outlet=3", "outlet-on outlet=3"], Asked);
        await PassAsync(11);
        Assert.Equal("outlet-off outlet=3", Asked[^1]);
    }

    [Fact]
    public async Task What_is_over_silences_and_sounds_for_nobody()
    {
        await Deliver("a");
        Assert.Equal(DeliveryOutcome.Taken, (await _channel.DeliverAsync(Notices.Fault() with { Fault = "a", Kind = NoticeKind.Over }, "", Patience.Test)).Outcome);
        await PassAsync(1);
        Assert.Equal(["outlet-on outlet=3", "outlet-off outlet=3"], Asked);
    }

    [Fact]
    public async Task What_the_guard_forbids_is_later_and_nothing_is_taken_back()
    {
        _relay.EndsWith = CommandResult.Guarded("AVG-GUARD-HEARING", "a hearing is in session", retryable: true);
        var delivery = await Deliver("a");
        Assert.Equal(DeliveryOutcome.Later, delivery.Outcome);
        Assert.Contains("a hearing is in session", delivery.Detail, StringComparison.Ordinal);
        await PassAsync(600);
        Assert.Equal(["outlet-on outlet=3"], Asked);
    }

    [Fact]
    public async Task Off_is_tried_until_it_is_seen()
    {
        await Deliver("a");
        _relay.EndsWith = CommandResult.Unreachable("link down");
        await PassAsync(100);
        var tries = Asked.Length - 1;
        Assert.InRange(tries, 2, 4);
        _relay.EndsWith = CommandResult.Verified;
        await PassAsync(16);
        Assert.Equal(tries + 2, Asked.Length);
        await PassAsync(600);
        Assert.Equal(tries + 2, Asked.Length);
    }

    [Fact]
    public async Task What_the_last_run_left_on_goes_off_at_the_start_and_a_notice_in_between_is_not_silenced()
    {
        _relay.EndsWith = CommandResult.Unreachable("link down");
        _channel.Start();
        await PassAsync(1);
        _relay.EndsWith = CommandResult.Verified;
        await Deliver("a");
        await PassAsync(30);
        Assert.Equal(["outlet-off outlet=3", "outlet-on outlet=3"], Asked);
        await PassAsync(31);
        Assert.Equal("outlet-off outlet=3", Asked[^1]);
    }

    [Fact]
    public async Task A_device_that_is_gone_and_an_address_are_refused()
    {
        using var lost = new RelayChannel(new("buzzer", new("duty", "other"), 3), new FakeDirectory(_relay), _clock, NullLogger<RelayChannel>.Instance);
        Assert.Equal(DeliveryOutcome.Refused, (await lost.DeliverAsync(Notices.Fault(), "", Patience.Test)).Outcome);
        Assert.Equal(DeliveryOutcome.Refused, (await _channel.DeliverAsync(Notices.Fault(), "8001", Patience.Test)).Outcome);
    }

    public void Dispose() => _channel.Dispose();

    private Task<Delivery> Deliver(string fault) => _channel.DeliverAsync(Notices.Fault() with { Fault = fault }, "", Patience.Test);

    // Timers call the channel, and the relay answers at once: nothing runs beside the test.
    private Task PassAsync(int seconds) => _clock.PassAsync(TimeSpan.FromSeconds(seconds), () => Task.CompletedTask);
}

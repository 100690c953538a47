using AvGateway.Channels.Call;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Operations.Escalation;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Channels.Tests.Call;

/// <summary>Against baresip, a telephone with real sound.</summary>
public sealed class CallChannelTests
{
    [Fact]
    public async Task The_telephone_rings_hears_a_tone_and_is_told_no_word()
    {
        await using var phone = await Baresip.StartAsync();
        await using var channel = Channel(phone.Port, talk: 2);
        var delivery = await channel.DeliverAsync(Notices.Fault(), "8001", Patience.Test).Soon();

        Assert.True(delivery.Outcome is DeliveryOutcome.Taken, delivery.Detail + phone.Output);
        await phone.SaysAsync("packets:");
        var heard = System.Text.RegularExpressions.Regex.Match(phone.Output, "packets: +\\d+ +(\\d+)").Groups[1].Value;
        Assert.True(int.Parse(heard, System.Globalization.CultureInfo.InvariantCulture) > 20, phone.Output);
        Assert.DoesNotContain("recorder", phone.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("F-2026", phone.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_answers_the_line_is_busy_or_there_is_no_such_number()
    {
        await using var phone = await Baresip.StartAsync();
        await using var first = Channel(phone.Port, ring: 60);
        await using var second = Channel(phone.Port, ring: 2);

        var none = await second.DeliverAsync(Notices.Fault(), "7777", Patience.Test).Soon();
        var silent = await second.DeliverAsync(Notices.Fault(), "8002", Patience.Test).Soon();
        using var cancel = new CancellationTokenSource();
        var ringing = first.DeliverAsync(Notices.Fault(), "8002", cancel.Token);
        await phone.SaysAsync("Incoming call");
        var again = await first.DeliverAsync(Notices.Fault(), "8001", Patience.Test).Soon();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ringing.Soon());

        Assert.Equal((DeliveryOutcome.Refused, "the exchange knows no such extension (404)"), (none.Outcome, none.Detail));
        Assert.Equal((DeliveryOutcome.Later, "no answer"), (silent.Outcome, silent.Detail));
        Assert.Equal((DeliveryOutcome.Later, "the line is in another call"), (again.Outcome, again.Detail));
    }

    [Fact]
    public async Task A_second_caller_hears_that_the_telephone_is_busy()
    {
        await using var phone = await Baresip.StartAsync();
        await using var first = Channel(phone.Port, talk: 60);
        await using var second = Channel(phone.Port, ring: 30);
        using var cancel = new CancellationTokenSource();
        var talking = first.DeliverAsync(Notices.Fault(), "8001", cancel.Token);
        await phone.SaysAsync("Call established");

        Assert.Equal((DeliveryOutcome.Later, "busy"), await second.DeliverAsync(Notices.Fault(), "8001", Patience.Test).Soon() is var busy ? (busy.Outcome, busy.Detail) : default);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => talking.Soon());
    }

    [Theory]
    [InlineData("8001", true)]
    [InlineData("+8613800138000", true)]
    [InlineData("", false)]
    [InlineData("8001@elsewhere.example", false)]
    [InlineData("sip:8001", false)]
    [InlineData("8001;maddr=10.0.0.1", false)]
    [InlineData("8001 8002", false)]
    public void Only_an_extension_of_the_exchange_is_rung(string address, bool isGood) => Assert.Equal(isGood, CallTarget.Check(address) is null);

    private static CallChannel Channel(int port, int ring = 20, int talk = 5)
    {
        Assert.True(LinkAddress.TryParse($"sip:avgw@{Baresip.Address}:{port}", out var exchange, out _));
        return new(
            new("call", exchange) { RingFor = TimeSpan.FromSeconds(ring), TalkFor = TimeSpan.FromSeconds(talk) },
            new(TimeProvider.System, NullLogger<HostResolver>.Instance),
            TimeProvider.System,
            NullLogger<CallChannel>.Instance);
    }
}

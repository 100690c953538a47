using AvGateway.Channels.Sms;
using AvGateway.Links;
using AvGateway.Operations.Escalation;

namespace AvGateway.Channels.Tests.Sms;

/// <summary>Over a real pseudo-terminal, against a modem that shares no code with us.</summary>
public sealed class SmsChannelTests : IDisposable
{
    private const string Duty = "+8613800138000";

    private readonly TempFolder _folder = new();

    private string PinFile => _folder.Sub("channels/sms.pin-tried");

    [Fact]
    public async Task The_telephone_shows_the_Chinese_text_whole_though_it_took_several_parts()
    {
        await using var court = new ModemCourt();
        var notice = Notices.Fault();

        var delivery = await Channel(court).DeliverAsync(notice, Duty, Patience.Test).Soon();

        Assert.Equal((DeliveryOutcome.Taken, "the network took 3 part(s); signal -71 dBm"), (delivery.Outcome, delivery.Detail));
        Assert.Equal($"{Duty}: {notice.Subject.Zh} / {notice.Subject.En}\n{notice.Body.Zh}\n\n{notice.Body.En}", Assert.Single(court.Arrived));
    }

    [Fact]
    public async Task A_line_that_cuts_and_joins_at_random_changes_nothing_and_the_port_is_free_again_after_each()
    {
        await using var court = new ModemCourt("{}", ("slice", true), ("delay", "5ms"));
        var channel = Channel(court);
        for (var i = 0; i < 3; i++) Assert.Equal(DeliveryOutcome.Taken, (await channel.DeliverAsync(Notices.Fault($"k{i}", language: "zh"), Duty, Patience.Test).Soon()).Outcome);
        Assert.Equal(3, court.Arrived.Count);
    }

    [Theory]
    [InlineData("registration", "searching", DeliveryOutcome.Later, "not registered in a network (searching)")]
    [InlineData("registration", "denied", DeliveryOutcome.Later, "not registered in a network (denied)")]
    [InlineData("sim", "missing", DeliveryOutcome.Later, "no SIM (CME 10)")]
    [InlineData("sim", "puk", DeliveryOutcome.Refused, "enter its PUK")]
    [InlineData("sim", "pin", DeliveryOutcome.Refused, "the SIM wants a PIN")]
    [InlineData("packet-only", true, DeliveryOutcome.Taken, "the network took")]
    [InlineData("registration", "roaming", DeliveryOutcome.Taken, "the network took")]
    [InlineData("cms-error", 38, DeliveryOutcome.Later, "the network is out of order (CMS 38)")]
    [InlineData("cms-error", 1, DeliveryOutcome.Refused, "no such number (CMS 1)")]
    [InlineData("cms-error", 330, DeliveryOutcome.Refused, "give \"centre\"")]
    [InlineData("cms-error", 511, DeliveryOutcome.Later, "refused (CMS 511)")]
    [InlineData("submit-delay", "1s", DeliveryOutcome.Taken, "the network took")]
    public async Task What_the_modem_meets_is_told_in_words(string name, object value, DeliveryOutcome expected, string detail)
    {
        await using var court = new ModemCourt("{}", (name, System.Text.Json.Nodes.JsonValue.Create(value is string s ? s : null) ?? System.Text.Json.JsonSerializer.SerializeToNode(value)));
        var delivery = await Channel(court).DeliverAsync(Notices.Fault(language: "zh"), Duty, Patience.Test).Soon();
        Assert.Equal(expected, delivery.Outcome);
        Assert.Contains(detail, delivery.Detail, StringComparison.Ordinal);
        Assert.Equal(expected is DeliveryOutcome.Taken ? 1 : 0, court.Arrived.Count);
    }

    [Fact]
    public async Task A_right_PIN_opens_the_SIM_and_leaves_nothing_behind()
    {
        await using var court = new ModemCourt("""{"pin":"4711"}""", ("sim", "pin"));
        Assert.Equal(DeliveryOutcome.Taken, (await Channel(court, "4711").DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon()).Outcome);
        Assert.False(File.Exists(PinFile));
    }

    [Fact]
    public async Task A_wrong_PIN_is_tried_once_and_never_again_not_even_after_a_restart()
    {
        await using var court = new ModemCourt("""{"pin":"4711"}""", ("sim", "pin"));
        var first = await Channel(court, "1234").DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon();
        for (var restart = 0; restart < 3; restart++)
        {
            var again = await Channel(court, "1234").DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon();
            Assert.Equal(DeliveryOutcome.Refused, again.Outcome);
            Assert.Contains(PinFile, again.Detail, StringComparison.Ordinal);
        }

        Assert.Equal(2, court.PinTries);
        Assert.Equal(DeliveryOutcome.Refused, first.Outcome);
        Assert.DoesNotContain("1234", first.Detail, StringComparison.Ordinal);

        // Mended: the file is deleted by a person, as the answer says.
        File.Delete(PinFile);
        Assert.Equal(DeliveryOutcome.Taken, (await Channel(court, "4711").DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon()).Outcome);
    }

    [Theory]
    [InlineData("delivered", DeliveryOutcome.Taken, "the telephone has it")]
    [InlineData("failed", DeliveryOutcome.Refused, "status 46")]
    [InlineData("expired", DeliveryOutcome.Later, "status 66")]
    [InlineData("none", DeliveryOutcome.Taken, "no report from the telephone yet")]
    public async Task A_report_says_whether_the_telephone_has_it(string report, DeliveryOutcome expected, string detail)
    {
        await using var court = new ModemCourt("{}", ("report", report));
        var within = report == "none" ? TimeSpan.FromSeconds(1) : Patience.Long;
        var delivery = await Channel(court, within: within).DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon();
        Assert.Equal(expected, delivery.Outcome);
        Assert.Contains(detail, delivery.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_modem_that_dies_at_the_prompt_is_left_when_the_caller_says_so_and_works_again_when_it_does()
    {
        await using var court = new ModemCourt("{}", ("stops-at-prompt", true));
        var channel = Channel(court);
        using var cancel = new CancellationTokenSource();
        var dying = channel.DeliverAsync(Notices.Fault(), Duty, cancel.Token);
        await court.SubmittedAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dying.Soon());

        court.Set(("stops-at-prompt", false));
        Assert.Equal(DeliveryOutcome.Taken, (await channel.DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon()).Outcome);
    }

    [Fact]
    public async Task A_line_that_hangs_up_or_is_not_there_is_later()
    {
        await using var court = new ModemCourt("{}", ("stops-at-prompt", true));
        var channel = Channel(court);
        var cut = channel.DeliverAsync(Notices.Fault(), Duty, Patience.Test);
        await court.SubmittedAsync();
        court.Set(("drop", true));
        Assert.Equal(DeliveryOutcome.Later, (await cut.Soon()).Outcome);
        Assert.Equal(DeliveryOutcome.Later, (await channel.DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon()).Outcome);
    }

    [Fact]
    public async Task The_second_part_refused_is_no_message()
    {
        await using var court = new ModemCourt("{}", ("cms-error", 42), ("fails-after", 1));
        var delivery = await Channel(court).DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon();
        Assert.Equal("part 2 of 3: the network is congested (CMS 42)", delivery.Detail);
        Assert.Empty(court.Arrived);

        // The repeat has the same reference: the telephone puts it together with what it has.
        court.Set(("cms-error", null));
        await Channel(court).DeliverAsync(Notices.Fault(), Duty, Patience.Test).Soon();
        Assert.Single(court.Arrived);
    }

    [Fact]
    public async Task What_is_no_number_never_reaches_the_modem()
    {
        await using var court = new ModemCourt();
        Assert.Equal(DeliveryOutcome.Refused, (await Channel(court).DeliverAsync(Notices.Fault(), "10086\";AT+CFUN=0", Patience.Test)).Outcome);
    }

    public void Dispose() => _folder.Dispose();

    private SmsChannel Channel(ModemCourt court, string? pin = null, TimeSpan? within = null) =>
        new(new("sms", court.Link) { Pin = pin is null ? null : new Secret(pin), ReportWithin = within }, new(PinFile), court.Links, TimeProvider.System);
}

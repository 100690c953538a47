using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.PjLink;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.PjLink;

/// <summary>A class 2 projector with a password.</summary>
public sealed class PjLinkTests : DisplayCompliance<PjLinkReply>
{
    private const string Password = "court2026";

    protected override DriverManifest<PjLinkReply> Manifest => PjLinkDriver.Manifest;

    protected override (string Start, string First, string Second) Inputs => ("rgb1", "hdmi1", "digital2");

    protected override DeviceSetting Setting => base.Setting with
    {
        Password = Password,
        Switches = new Dictionary<string, JsonNode?> { ["direct-on"] = true },
    };

    protected override BenchSetup Setup => new() { Secret = Password, Options = Arguments.Of(("inputs", "hdmi1=31,pc=11x")) };

    protected override (string Verb, JsonObject Arguments) Panel(string input) => ("input", new() { ["code"] = input == "hdmi1" ? "31" : "32" });

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    [Fact]
    public async Task A_projector_that_owes_no_answer_when_it_begins_to_warm_up_is_not_taken_for_lost()
    {
        await using var bench = Bench(out var device);
        await OffAsync(bench);
        device.Set("silent-start", "10s");
        device.Set("warm-up", "30s");

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(PowerWords.OnVerb)).Outcome);

        Assert.Equal(1, bench.Opens);
        Assert.DoesNotContain(bench.Seen.Statuses, s => s.State is DeviceState.Offline);
    }

    [Fact]
    public async Task On_while_it_warms_up_already_sends_no_second_request()
    {
        await using var bench = Bench(out var device);
        await OffAsync(bench);
        device.Press("remote-on");
        await bench.PassUntilAsync(TimeSpan.FromSeconds(9), () => Power(bench) == PowerStates.Warming, "warming");

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(PowerWords.OnVerb)).Outcome);

        Assert.DoesNotContain(device.Device.Trace.Since(0), f => f.Direction == TraceDirection.Received && f.Text.Contains("POWR 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lamp_that_does_not_strike_is_told_with_the_displays_own_reason()
    {
        await using var bench = Bench(out var device);
        await OffAsync(bench);
        device.Set("lamp-fails", true);

        var result = await bench.DoAsync(PowerWords.OnVerb);
        await bench.PassAsync(30);

        Assert.Equal(CommandOutcome.NotSeen, result.Outcome);
        Assert.Equal(PowerStates.Off, Power(bench));
        Assert.Contains(DisplayWords.DidNotComeOn.Code, bench.Snapshot.Faults);
        Assert.Contains("display.lamp", bench.Snapshot.Faults);
    }

    [Fact]
    public async Task An_overheated_projector_is_shown_cooling_with_its_fault_and_without_a_wish_of_ours()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("overheat", true);
        await bench.PassAsync(12);

        Assert.Equal(PowerStates.Cooling, Power(bench));
        Assert.Contains("display.temperature", bench.Snapshot.Faults);
        Assert.Contains(bench.Seen.Events, e => e.Type == DisplayWords.PowerUnasked);
    }

    [Theory]
    [InlineData("error-fan", "display.fan")]
    [InlineData("error-lamp", "display.lamp")]
    [InlineData("error-temperature", "display.temperature")]
    [InlineData("error-cover", "display.cover")]
    [InlineData("error-filter", "display.filter")]
    [InlineData("error-other", "display.device-failure")]
    public async Task Each_error_digit_is_a_fault_told_anew_when_it_grows_and_gone_when_it_is(string digit, string fault)
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set(digit, 1);
        await bench.PassAsync(45);
        device.Set(digit, 2);
        await bench.PassAsync(45);
        Assert.Equal(["warning", "error"], bench.Seen.Faults.Where(f => f.Code == fault && f.Raised).Select(f => f.Detail));
        Assert.Equal([fault], bench.Snapshot.Faults);

        device.Set(digit, 0);
        await bench.PassAsync(45);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_display_that_comes_back_on_by_itself_is_told()
    {
        await using var bench = Bench(out var device);
        device.Set("comes-back", "60s");
        await OffAsync(bench);

        await bench.PassUntilAsync(TimeSpan.FromMinutes(2), () => Power(bench) == PowerStates.On, "on");

        Assert.Contains(bench.Seen.Events, e => e.Type == DisplayWords.PowerUnasked);
    }

    [Fact]
    public async Task A_connection_dropped_while_switching_ends_the_wish_and_the_display_is_found_again()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("drops-while-switching", true);

        var result = await DoAsync(bench, First);
        device.Set("drops-while-switching", false);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Unreachable, result.Outcome);
        Assert.Equal(First.Seen, bench.Snapshot[First.Property]);
    }

    [Fact]
    public async Task A_wrong_password_is_a_fault_and_not_tried_again_for_ten_minutes()
    {
        await using var bench = new DeviceBench<PjLinkReply>(Manifest, Setup with { Secret = "wrong", Peer = clock => new SimulatedPeer(Setting, clock) },
            TestContext.Current.CancellationToken);
        await bench.StartAsync();
        await bench.PassAsync(TimeSpan.FromMinutes(9));

        Assert.Equal((DeviceState.Offline, StatusReasons.AccessDenied), (bench.Status.State, bench.Status.Reason));
        Assert.Contains(DisplayWords.AccessDenied.Code, bench.Snapshot.Faults);
        Assert.Equal(1, bench.Opens);
        await bench.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Equal(2, bench.Opens);
    }

    [Fact]
    public async Task Without_a_password_one_that_is_wanted_is_a_fault()
    {
        await using var bench = new DeviceBench<PjLinkReply>(Manifest, Setup with { Secret = null, Peer = clock => new SimulatedPeer(Setting, clock) },
            TestContext.Current.CancellationToken);
        await bench.StartAsync();

        Assert.Equal(StatusReasons.AccessDenied, bench.Status.Reason);
        Assert.Contains(DisplayWords.AccessDenied.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_projector_that_answers_the_power_alone_in_standby_is_usable_and_read_whole_when_it_is_on()
    {
        await using var bench = Bench(out var device);
        device.Set("standby-answers", "power");
        await OffAsync(bench);
        await bench.LoseLinkAsync();
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(PowerWords.OnVerb)).Outcome);
        await bench.PassAsync(1);

        Assert.Equal(Inputs.Start, bench.Snapshot[DisplayWords.SelectedInput].Text);
        Assert.Equal(1250, bench.Snapshot[DisplayWords.LampTime].Integer);
    }

    [Fact]
    public async Task A_late_greeting_and_line_feeds_are_forgiven()
    {
        await using var bench = Bench(out var device);
        device.Set("greets-late", "4s");
        device.Set("line-end", "crlf");

        await InStepAsync(bench);

        Assert.Equal(1, bench.Opens);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task Lamp_hours_of_the_oldest_lamp_and_filter_hours_are_shown()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        await bench.PassAsync(TimeSpan.FromMinutes(181));

        Assert.Equal(1253, bench.Snapshot[DisplayWords.LampTime].Integer);
        Assert.Equal(403, bench.Snapshot[DisplayWords.FilterTime].Integer);
        Assert.Equal(1, bench.Opens);
    }

    [Fact]
    public async Task The_password_and_its_digest_are_not_in_the_wire_log()
    {
        var codec = new PjLinkCodec();
        var digest = PjLinkCodec.Digest("498e4a67", "JBMIAProjectorLink");

        Assert.Equal("5d8409bc1c3fa39749434aa3a5c38682", digest);
        Assert.True(codec.Hides(digest + "%1CLSS ?"));
        Assert.False(codec.Hides("%1CLSS ?"));
        await using var bench = Bench(out _);
        bench.Log.Traces = true;
        await InStepAsync(bench);
        Assert.Contains(bench.Log.Lines, line => line.Text.Contains("***", StringComparison.Ordinal));
        Assert.Contains(bench.Log.Lines, line => line.Text.Contains("POWR", StringComparison.Ordinal));
        Assert.DoesNotContain(bench.Log.Lines, line => line.Text.Contains("CLSS ?", StringComparison.Ordinal));
    }
}

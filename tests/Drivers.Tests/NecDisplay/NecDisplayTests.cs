using System.Buffers;
using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.NecDisplay;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.NecDisplay;

/// <summary>By TCP and by RS-232C, which differ in how a link ends.</summary>
public abstract class NecDisplayCompliance : DisplayCompliance<NecReply>
{
    protected override DriverManifest<NecReply> Manifest => NecDisplayDriver.Manifest;

    protected override (string Start, string First, string Second) Inputs => ("vga", "evidence", "hdmi1");

    protected override bool TellsWarming => false;

    protected override BenchSetup Setup => new() { Options = Arguments.Of(("inputs", "evidence=000F")) };

    protected override DeviceSetting Setting => base.Setting with
    {
        Switches = new Dictionary<string, JsonNode?> { ["direct-on"] = true, ["packet-gap"] = "600ms" },
    };

    protected override (string Verb, JsonObject Arguments) Panel(string input) => ("input", new() { ["code"] = input == "evidence" ? "000F" : "0011" });

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);
}

public sealed class NecDisplayTests : NecDisplayCompliance
{
    [Fact]
    public async Task No_packet_is_lost_for_having_come_too_soon()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await bench.DoAsync(PowerWords.OffVerb);
        await bench.DoAsync(PowerWords.OnVerb);
        await bench.PassAsync(TimeSpan.FromMinutes(30));

        Assert.Equal(0, (int)device.Device.State()["lostPackets"]!);
        Assert.Equal(1, bench.Opens);
    }

    [Fact]
    public async Task A_display_that_is_busy_with_itself_is_waited_for()
    {
        await using var bench = Bench(out var device);
        await OffAsync(bench);
        device.Set("power-time", "15s");

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(PowerWords.OnVerb)).Outcome);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task Off_while_it_goes_on_waits_for_its_moment()
    {
        await using var bench = Bench(out _);
        await OffAsync(bench);

        var on = bench.Ask(PowerWords.OnVerb);
        await bench.PassAsync(2);
        var off = bench.Ask(PowerWords.OffVerb);
        await bench.PassUntilAsync(TimeSpan.FromSeconds(40), () => on.IsCompleted && off.IsCompleted, "both ends");

        Assert.Equal(CommandOutcome.Superseded, (await on).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await off).Outcome);
        Assert.Equal(PowerStates.Off, Power(bench));
    }

    [Fact]
    public async Task A_power_save_for_want_of_a_picture_is_not_shown_as_on()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("sleeps", true);
        await bench.PassAsync(10);

        Assert.Equal(PowerStates.Off, Power(bench));
        Assert.Equal("standby", bench.Snapshot["power-mode"].Text);
        Assert.Contains(bench.Seen.Events, e => e.Type == DisplayWords.PowerUnasked);
    }

    [Theory]
    [InlineData("80", "display.fan")]
    [InlineData("A0", "display.temperature")]
    [InlineData("90", "display.backlight")]
    [InlineData("71", "display.supply")]
    [InlineData("B0", "display.no-signal")]
    [InlineData("E0", "display.device-failure")]
    public async Task What_the_self_diagnosis_finds_is_a_fault_until_it_is_gone(string code, string fault)
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("diagnosis", code);
        await bench.PassAsync(40);
        Assert.Equal([fault], bench.Snapshot.Faults);

        device.Set("diagnosis", null);
        await bench.PassAsync(40);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_wrong_check_code_is_no_answer_and_the_question_is_asked_again()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("bad-checks", 1);

        await bench.PassAsync(30);

        Assert.Equal(DeviceState.Online, bench.Status.State);
        Assert.Equal(1, bench.Opens);
    }

    [Fact]
    public async Task Another_monitor_of_a_chain_is_not_listened_to()
    {
        await using var bench = Bench(out var device);
        device.Set("other-monitor", true);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(0, bench.Counters.DriverCrashes);
    }

    [Theory]
    [InlineData("A01D6", "013041304130360230314436" + "03740D")]
    [InlineData("AC203D60001", "01304130413043024332303344363030303103730D")]
    [InlineData("C0060", "01304130433036023030363003030D")]
    public void Packets_are_those_of_the_manual(string request, string expected)
    {
        var output = new ArrayBufferWriter<byte>();
        new NecCodec(1).Write(request, output);

        Assert.Equal(expected, Convert.ToHexString(output.WrittenSpan));
    }
}

public sealed class NecDisplaySerialTests : NecDisplayCompliance
{
    protected override BenchSetup Setup => base.Setup with { Link = "serial:/dev/ttyS0" };

    protected override DeviceSetting Setting => base.Setting with { Link = Simulator.Devices.Wires.LinkKind.Serial };
}

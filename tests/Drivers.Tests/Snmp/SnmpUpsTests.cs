using AvGateway.Classes;
using AvGateway.Drivers.Protocols.Snmp;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.Snmp;

public sealed class SnmpUpsTests : SensorCompliance<SnmpReply>
{
    protected override DriverManifest<SnmpReply> Manifest => SnmpUpsDriver.Manifest;

    protected override BenchSetup Setup => new() { Link = "snmp://127.0.0.1:161" };

    protected override IReadOnlyList<Measured> Changes => [new("load", "load-percent", 62, 62), new("temperature", "battery-temperature", 31, 31.0)];

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    // Sequence, version, community "public", then the PDU: A0 is GET.
    protected override bool IsRead(ReadOnlySpan<byte> frame) => frame.IndexOf("public"u8) is var at and > 0 && frame[at + 6] == 0xA0;

    [Fact]
    public async Task A_mains_failure_is_told_and_the_battery_before_it_is_empty()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("mains", false);
        await bench.PassAsync(6);
        Assert.True(bench.Snapshot[SensorWords.OnBatteryFlag].Flag);
        Assert.Contains(SensorWords.RunsOnBattery.Code, bench.Snapshot.Faults);
        Assert.DoesNotContain(SensorWords.BatteryEnds.Code, bench.Snapshot.Faults);

        await bench.PassAsync(TimeSpan.FromMinutes(21));
        Assert.InRange(bench.Snapshot[SensorWords.BatteryTime].Integer, 7, 9);
        Assert.Contains(SensorWords.BatteryEnds.Code, bench.Snapshot.Faults);

        device.Set("mains", true);
        await bench.PassAsync(6);
        Assert.DoesNotContain(SensorWords.RunsOnBattery.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task An_overload_is_told()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("load-percent", 120);
        await bench.PassAsync(6);

        Assert.Contains(SensorWords.Overloaded.Code, bench.Snapshot.Faults);
    }
}

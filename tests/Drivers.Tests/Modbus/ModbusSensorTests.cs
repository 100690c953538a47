using AvGateway.Devices;
using AvGateway.Drivers.Protocols.Modbus;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.Modbus;

public sealed class ModbusSensorTests : SensorCompliance<ModbusReply>
{
    protected override DriverManifest<ModbusReply> Manifest => ModbusSensorDriver.Manifest;

    protected override BenchSetup Setup => new() { Link = "modbus+tcp://127.0.0.1:502/1", Options = Arguments.Of(("leak-at", "inputs 0")) };

    protected override IReadOnlyList<Measured> Changes =>
        [new("temperature", "temperature", -3.5, -3.5), new("humidity", "humidity", 61.0, 61.0), new("leak", "leak", true, true)];

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    // MBAP header of seven bytes, then the function: 1 to 4 only read.
    protected override bool IsRead(ReadOnlySpan<byte> frame) => frame.Length == 12 && frame[7] is >= 1 and <= 4;

    [Theory]
    [InlineData("wall-humidity-first", "wall-humidity-first", "", "")]
    [InlineData("xy-md02", "xy-md02", "", "")]
    [InlineData("sign-offset", "sign-offset", "", "")]
    [InlineData("float", "own", "input 0 f32-abcd", "input 2 f32-abcd")]
    public async Task Every_register_map_gives_the_same_climate(string layout, string map, string temperature, string humidity)
    {
        SimulatedPeer? device = null;
        var setting = Setting with { Options = new() { ["layout"] = layout } };
        await using var bench = new DeviceBench<ModbusReply>(Manifest, Setup with
        {
            Options = Arguments.Of(("map", map), ("temperature-at", temperature), ("humidity-at", humidity)),
            Peer = clock => device = new(setting, clock),
        }, TestContext.Current.CancellationToken);
        await InStepAsync(bench);
        Assert.Equal((24.7, 45.0), (bench.Snapshot["temperature"].Number, bench.Snapshot["humidity"].Number));

        device!.Set("temperature", -12.3);
        await bench.PassAsync(6);
        Assert.Equal(-12.3, bench.Snapshot["temperature"].Number);
    }

    [Theory]
    [InlineData("f32-abcd", 0x41C5999Au), InlineData("f32-cdab", 0x999A41C5u), InlineData("f32-badc", 0xC5419A99u), InlineData("f32-dcba", 0x9A99C541u)]
    public void A_float_is_read_in_each_of_its_four_orders(string type, uint wire)
    {
        byte[] data = [(byte)(wire >> 24), (byte)(wire >> 16), (byte)(wire >> 8), (byte)wire];

        Assert.Equal(24.7, Quantity.Read($"holding 7 {type}")!.Of(new(1, 3, 0, data), 7));
    }

    [Theory]
    [InlineData("holding"), InlineData("holding x"), InlineData("words 1"), InlineData("inputs 0 s16"), InlineData("holding 0 bit"), InlineData("holding 0 s16 0")]
    public void What_says_nothing_is_no_quantity(string text) => Assert.Null(Quantity.Read(text));

    [Fact]
    public async Task A_value_that_never_moves_is_told_after_a_day_and_no_longer_when_it_moves()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("rises", 0.5);
        device.Set("stuck", true);

        await bench.PassAsync(TimeSpan.FromHours(23));
        Assert.DoesNotContain("sensor.stuck", bench.Snapshot.Faults);
        await bench.PassAsync(TimeSpan.FromHours(1.1));
        Assert.Contains("sensor.stuck", bench.Snapshot.Faults);

        device.Set("rises", 0.0);
        device.Set("temperature", 21.0);
        device.Set("humidity", 50.0);
        device.Set("stuck", false);
        await bench.PassAsync(10);
        Assert.DoesNotContain("sensor.stuck", bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_rising_temperature_is_followed()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("rises", 2.0);
        await bench.PassAsync(TimeSpan.FromMinutes(5));

        Assert.InRange(bench.Snapshot["temperature"].Number, 34.4, 34.7);
    }

    [Theory, InlineData("full-scale"), InlineData("minus-999")]
    public async Task A_pulled_probe_shows_nothing_and_is_told(string how)
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("unplugged", how);
        await bench.PassAsync(6);
        Assert.Contains("sensor.implausible", bench.Snapshot.Faults);
        Assert.Equal(Quality.Unknown, bench.Snapshot.Readings["humidity"].Quality);

        device.Set("unplugged", "no");
        await bench.PassAsync(6);
        Assert.DoesNotContain("sensor.implausible", bench.Snapshot.Faults);
        Assert.Equal(45.0, bench.Snapshot["humidity"].Number);
    }
}

using AvGateway.Devices;
using AvGateway.Faults.Toxics;

namespace AvGateway.Faults.Tests;

/// <summary>I1, D2 to D6: behind a bad line a driver may fail, but what it calls done is done, and a mended line brings it back.</summary>
public sealed class ToxicTests
{
    private static readonly int Commands = FaultSettings.Number("AVGW_FAULT_TOXIC_COMMANDS", 5);

    // Shorter than the drivers' own patience, so that a line on which nothing passes does not take minutes.
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WithinOnASlowLine = TimeSpan.FromSeconds(10);

    public static TheoryData<string, bool> Lines => new(
        from toxic in Toxics.Keys
        from serial in (bool[])[false, true]
        select (toxic, serial));

    private static Dictionary<string, Toxic> Toxics { get; } = new()
    {
        ["latency"] = new Latency(TimeSpan.FromMilliseconds(200)),
        ["jitter"] = new Latency(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(180)),
        ["slicer"] = new Slicer(3),
        ["drip"] = new Drip(TimeSpan.FromMilliseconds(20)),
        ["resets"] = new Resets(0.4),
        ["half-open"] = new HalfOpen(),
        ["deaf ear"] = new DeafEar(),
        ["garbage"] = new Garbage(40),
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task What_is_called_done_is_done_and_a_mended_line_brings_the_device_back(string toxic, bool serial)
    {
        const string device = "matrix";
        await using var bench = await ToxicBench.StartAsync(FaultSettings.Seed, serial ? ToxicBench.SerialMatrix(device) : ToxicBench.Matrix(device));
        await bench.OnlineAsync(device);
        bench.Set(device, Toxics[toxic]);
        var done = 0;
        for (var n = 0; n < Commands; n++)
        {
            var (output, input) = (1 + n % 3, 1 + (n * 5 + 3) % 15);
            var before = bench.RouteOf(device, output);
            var result = await bench.RouteAsync(device, output, input, toxic is "latency" or "jitter" or "slicer" ? WithinOnASlowLine : Within);
            if (result.Outcome is CommandOutcome.Verified)
            {
                done++;
                Assert.Equal(input, bench.RouteOf(device, output));
            }
            else if (result.Attempts == 0)
            {
                Assert.True(before == bench.RouteOf(device, output), $"nothing was sent ({result}), and the device changed");
            }
        }

        bench.Set(device, Toxic.None);
        await bench.OnlineAsync(device);
        await Mended(bench, device);
        await bench.ShownAsync(device, 2, bench.RouteOf(device, 2));
        FaultSettings.Show($"toxic {toxic} on {(serial ? "a serial line" : "TCP")}: {done} of {Commands} verified, none falsely");
        if (toxic is "latency" or "jitter" or "slicer") Assert.Equal(Commands, done);
        if (toxic is "half-open" or "deaf ear") Assert.Equal(0, done);
    }

    // The first wish may meet the end of what the toxic left behind: a link that is suspect and about to be opened anew.
    private static async Task Mended(ToxicBench bench, string device)
    {
        for (var input = 1; ; input++)
        {
            await bench.OnlineAsync(device);
            var result = await bench.RouteAsync(device, 5, input, TimeSpan.FromSeconds(10));
            if (result.Outcome is CommandOutcome.Verified) return;
            Assert.True(input < 15, $"the line is mended and the device still not: {result}");
        }
    }
}

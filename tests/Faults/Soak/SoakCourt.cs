using System.Text.Json.Nodes;
using AvGateway.Faults.Courts;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Faults.Soak;

/// <summary>Many simulated devices in rooms of ten, and a hand that makes one of them unwell now and then.</summary>
internal sealed class SoakCourt(FaultCourt court, int seed)
{
    private const int PerRoom = 10;
    private const int Longest = 15;

    private static readonly (string Switch, JsonNode On, JsonNode Off)[] Faults =
    [
        ("mute", true, false), ("frozen", true, false), ("refuse", true, false), ("delay", "400ms", "0ms"), ("slice", true, false),
        ("garbage", true, false), ("drop", true, false), ("half-open", true, false),
    ];

    private readonly Random _random = new(seed);

    /// <summary>Of ten devices seven matrices on TCP, one on a serial line, and two recorders.</summary>
    public static IEnumerable<DeviceSetting> Settings(int devices) =>
        from n in Enumerable.Range(0, devices)
        let room = $"room-{n / PerRoom}"
        select (n % PerRoom) switch
        {
            7 => new DeviceSetting(room, "matrix-7", "extron-sis") { Link = LinkKind.Serial },
            8 or 9 => new DeviceSetting(room, $"recorder-{n % PerRoom}", "hyperdeck"),
            var place => new DeviceSetting(room, $"matrix-{place}", "videohub"),
        };

    /// <summary>A verb for a device of a room, with arguments.</summary>
    public static (string Target, string Arguments) Wish(string room, int devices, Random random)
    {
        var place = random.Next(Math.Min(PerRoom, devices));
        if (place < 8) return ($"{room}/matrix-{place}/do/route", $$"""{"input":{{random.Next(1, 16)}},"output":{{random.Next(1, 16)}}}""");
        return ($"{room}/recorder-{place}/do/{(random.Next(2) == 0 ? "record" : "stop")}", "{}");
    }

    /// <summary>Makes one device unwell and well again after some seconds; completes when it is well.</summary>
    public async Task HurtAsync(CancellationToken over)
    {
        var device = court.Court.Devices[_random.Next(court.Court.Devices.Count)].Device;
        var (name, on, off) = Faults[_random.Next(Faults.Length)];
        var time = TimeSpan.FromSeconds(_random.Next(1, Longest));
        Set(device, name, on);
        await Task.Delay(time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Set(device, name, off);
    }

    private static void Set(SimulatedDevice device, string name, JsonNode value)
    {
        if (device.SetSwitch(name, value.DeepClone()) is { } problem) throw new InvalidOperationException(problem.ToString());
    }
}

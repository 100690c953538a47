using AvGateway.Acceptance.Tests.Support;

namespace AvGateway.Acceptance.Tests;

/// <summary>A serial line that is pulled and put back, on the whole gateway over a pseudo-terminal.</summary>
[Collection(nameof(DemoCourt))]
public sealed class SerialHangUpTests(DemoCourt court)
{
    private const int HangUps = 100;

    [Fact]
    public async Task A_hundred_hang_ups_cost_no_thread_and_the_device_is_back_within_five_seconds_each_time()
    {
        await using var client = court.Client();
        const string Device = "court-2/codec";
        await client.SubscribeAsync($"{client.Base}/{Device}/$state");
        await client.NextAsync($"{client.Base}/{Device}/$state", s => s.GetProperty("state").GetString() == "online");
        var slowest = TimeSpan.Zero;
        var threads = new List<int>();

        for (var i = 0; i < HangUps; i++)
        {
            var began = TimeProvider.System.GetTimestamp();
            await court.Simulators.SwitchAsync(Device, "hang-up", true);
            await client.NextAsync($"{client.Base}/{Device}/$state", s => s.GetProperty("state").GetString() == "offline");
            await client.NextAsync($"{client.Base}/{Device}/$state", s => s.GetProperty("state").GetString() == "online");
            var took = TimeProvider.System.GetElapsedTime(began);
            if (took > slowest) slowest = took;
            threads.Add(Threads());
        }

        Assert.True(slowest < TimeSpan.FromSeconds(5), $"the slowest return took {slowest.TotalSeconds:0.0} s");
        Assert.True(threads[^1] <= threads[HangUps / 10] + 8, $"threads: {string.Join(' ', threads)}");
    }

    private int Threads() => Directory.GetDirectories($"/proc/{court.Gateway.ProcessId}/task").Length;
}

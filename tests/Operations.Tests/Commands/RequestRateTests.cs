using AvGateway.Testing.Commands;

namespace AvGateway.Operations.Tests.Commands;

/// <summary>A caller that asks too fast is refused in time, and nobody else with it.</summary>
public sealed class RequestRateTests
{
    [Fact]
    public async Task A_burst_passes_then_a_steady_rate_and_other_callers_do_not_feel_it()
    {
        using var bench = new RouterBench(new() { RoomRate = new(20, 40), MostPerDevice = 1000 });

        Assert.Equal(40, Taken(60, "panel-1", "p"));
        Assert.Equal(1, Taken(1, "engineer", "e"));

        await bench.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(20, Taken(30, "panel-1", "q"));
        Assert.InRange(Listener.Json(bench.Ask(bench.Route(1, 2, "last", "panel-1")).All[0]).GetProperty("retryAfterMs").GetInt32(), 1, 50);

        // A refusal is told at once; what was taken is answered when the store has it.
        int Taken(int asked, string caller, string id) =>
            Enumerable.Range(0, asked).Count(i => !bench.Ask(bench.Route(1, 2, $"{id}{i}", caller)).All.Any(a => a.Stat == 429));
    }
}

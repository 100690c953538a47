using AvGateway.LineWatch.Capture;
using AvGateway.Operations.Faults;

namespace AvGateway.LineWatch.Tests.Agents;

/// <summary>The capture process as it is installed, without something that it needs or with more than that, seen from the gateway's side.</summary>
public sealed class CaptureProcessTests : IAsyncDisposable
{
    private readonly WatcherBench _bench = WatcherBench.Open();

    [Fact]
    public async Task Without_the_right_it_says_so_and_how_to_get_it()
    {
        using var agent = AgentProcess.WithoutRights(_bench.Socket);
        await agent.ListensAsync();
        _bench.Watcher.Start();

        await _bench.StateAsync(CaptureState.NoRights, agent);

        Assert.Contains("CAP_NET_RAW", _bench.View.Condition.En, StringComparison.Ordinal);
        Assert.Contains("avgateway-capture", _bench.View.Condition.RemedyZh, StringComparison.Ordinal);
        await _bench.News.UntilAsync(() => _bench.WasTold(MediaFaults.Unwatched, isPresent: true), () => "that nobody watches was not told");
    }

    [Fact]
    public async Task Without_libpcap_it_says_so_and_how_to_get_it()
    {
        WatcherBench.NeedsMounts();
        using var agent = AgentProcess.WithoutLibrary(_bench.Socket);
        await agent.ListensAsync();
        _bench.Watcher.Start();

        await _bench.StateAsync(CaptureState.NoLibrary, agent);

        Assert.Contains("apt-get install libpcap0.8", _bench.View.Condition.RemedyEn, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_refuses_to_run_with_more_rights_than_it_needs()
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => Tools.AskAsync("dotnet", AgentProcess.Program, "capture-agent", "--socket", _bench.Socket));

        Assert.Contains("surplus", refused.Message, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();
}

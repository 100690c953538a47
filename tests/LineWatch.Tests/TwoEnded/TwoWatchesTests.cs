using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using AvGateway.LineWatch.TwoEnded;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Lines;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.LineWatch.Tests.TwoEnded;

/// <summary>Two watches over real sockets.</summary>
public sealed class TwoWatchesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Both_see_the_line_well_and_one_sees_the_other_go_and_come()
    {
        var (toA, toB) = (Free(), Free());
        await using var a = new End("court-a", "court-b", toA, toB);
        var b = new End("court-b", "court-a", toB, toA);
        await a.IsAsync(LineState.Well);
        await b.IsAsync(LineState.Well);
        Assert.False(a.Tells(FaultKinds.LineSilent));

        await b.DisposeAsync();
        await a.IsAsync(LineState.Down);
        Assert.True(a.Tells(FaultKinds.LineSilent));
        Assert.NotNull(a.Watch.VerdictOf("line"));

        await using var again = new End("court-b", "court-a", toB, toA);
        await a.IsAsync(LineState.Well);
        Assert.False(a.Tells(FaultKinds.LineSilent));
        Assert.Null(a.Watch.VerdictOf("line"));
    }

    [Fact]
    public void A_fault_of_a_line_that_is_watched_no_more_is_taken_back()
    {
        var told = new List<(SymptomKey, bool)>();
        var watch = new TwoEndedWatch([], "court-a", new((key, isPresent, _) => told.Add((key, isPresent)), () => { }, _ => null, _ => { }, (_, _) => { }), TimeProvider.System, NullLogger<TwoEndedWatch>.Instance);
        watch.Start([new("F-2026-000001", FaultKinds.LineDegraded, "gone", default, default), new("F-2026-000002", FaultKinds.LineDown, "dark", default, default)]);

        Assert.Equal((new SymptomKey("gone", FaultKinds.LineDegraded), false), Assert.Single(told));
    }

    private static IPEndPoint Free()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    private sealed class End : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);
        private volatile TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public End(string site, string far, IPEndPoint here, IPEndPoint there)
        {
            // Losses and delays of a busy machine are not what is looked at.
            var plan = new LinePlan("line", far, there, new("a shared secret of two courts")) { Listen = here, Rate = 20, Limits = new(50, 2000, TimeSpan.FromSeconds(2)) };
            Watch = new([plan], site, new((key, isPresent, _) => _told[key.Code] = isPresent, () => { }, _ => null, _ => { }, (_, _) => { }), TimeProvider.System, NullLogger<TwoEndedWatch>.Instance);
            Watch.Changed += _ =>
            {
                var news = _news;
                _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
                news.TrySetResult();
            };
            Watch.Start([]);
        }

        public TwoEndedWatch Watch { get; }

        public bool Tells(string code) => _told.GetValueOrDefault(code);

        public async Task IsAsync(LineState state)
        {
            while (true)
            {
                var news = _news;
                if (Watch.Find("line")!.State == state) return;
                await news.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
            }
        }

        public ValueTask DisposeAsync() => Watch.DisposeAsync();
    }
}

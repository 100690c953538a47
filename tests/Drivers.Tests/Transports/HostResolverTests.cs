using System.Net;
using System.Net.Sockets;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using Microsoft.Extensions.Logging.Abstractions;
using static AvGateway.Drivers.Tests.Transports.LinkReading;

namespace AvGateway.Drivers.Tests.Transports;

public sealed class HostResolverTests : IDisposable
{
    private readonly HandClock _clock = new();
    private readonly ManualResetEventSlim _hang = new();

    public void Dispose() => _hang.Set();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_literal_address_is_never_looked_up(string literal)
    {
        var resolver = Resolver(_ => throw new SocketException((int)SocketError.HostNotFound));

        Assert.Equal([IPAddress.Parse(literal)], await resolver.ResolveAsync(literal, Cancellation));
    }

    [Fact]
    public async Task A_resolver_that_hangs_is_given_up_after_three_seconds()
    {
        var resolver = Resolver(Hang);

        var asking = resolver.ResolveAsync("slow.court", Cancellation).AsTask();
        await _clock.ArmedAsync(Cancellation);
        Assert.False(asking.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(3));

        var late = await Assert.ThrowsAsync<LinkException>(() => asking.WaitAsync(Soon, Cancellation));
        Assert.Contains("did not answer within 3 s", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_hangs_holds_up_no_other_name()
    {
        var resolver = Resolver(name => name == "slow.court" ? Hang(name) : [IPAddress.Parse("10.0.0.1")]);
        var slow = resolver.ResolveAsync("slow.court", Cancellation).AsTask();

        var quick = await resolver.ResolveAsync("quick.court", Cancellation).AsTask().WaitAsync(Soon, Cancellation);

        Assert.Equal([IPAddress.Parse("10.0.0.1")], quick);
        Assert.False(slow.IsCompleted);
    }

    [Fact]
    public async Task A_hundred_devices_behind_one_hanging_name_cost_one_look_up()
    {
        var lookUps = 0;
        var resolver = Resolver(name =>
        {
            Interlocked.Increment(ref lookUps);
            return Hang(name);
        });

        var asking = Enumerable.Range(0, 100).Select(_ => resolver.ResolveAsync("slow.court", Cancellation).AsTask()).ToArray();
        _hang.Set();
        await Task.WhenAll(asking).WaitAsync(Soon, Cancellation);

        Assert.Equal(1, lookUps);
    }

    [Fact]
    public async Task Hanging_look_ups_take_a_few_threads_and_no_more()
    {
        var running = 0;
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var resolver = Resolver(name =>
        {
            if (Interlocked.Increment(ref running) == HostResolver.Breadth) full.TrySetResult();
            return Hang(name);
        });

        var asking = Enumerable.Range(0, 50).Select(i => resolver.ResolveAsync($"slow-{i}.court", Cancellation).AsTask()).ToArray();
        await full.Task.WaitAsync(Soon, Cancellation);
        Assert.Equal(HostResolver.Breadth, Volatile.Read(ref running));

        _hang.Set();
        await Task.WhenAll(asking).WaitAsync(Soon, Cancellation);
        Assert.Equal(50, running);
    }

    [Fact]
    public async Task The_last_known_address_serves_when_the_name_servers_fail()
    {
        var fails = false;
        var resolver = Resolver(_ => fails ? throw new SocketException((int)SocketError.TryAgain) : [IPAddress.Parse("10.0.0.1")]);
        await resolver.ResolveAsync("matrix.court", Cancellation);
        fails = true;

        Assert.Equal([IPAddress.Parse("10.0.0.1")], await resolver.ResolveAsync("matrix.court", Cancellation));
    }

    [Fact]
    public async Task An_unknown_name_is_told_with_the_way_out()
    {
        var resolver = Resolver(_ => throw new SocketException((int)SocketError.HostNotFound));

        var unknown = await Assert.ThrowsAsync<LinkException>(async () => await resolver.ResolveAsync("nobody.court", Cancellation));

        Assert.Contains("nobody.court", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("write the IP address", unknown.Message, StringComparison.Ordinal);
    }

    private HostResolver Resolver(Func<string, IPAddress[]> lookUp) => new(_clock, NullLogger<HostResolver>.Instance, lookUp);

    private IPAddress[] Hang(string name)
    {
        _hang.Wait(Soon);
        return [IPAddress.Loopback];
    }
}

using AvGateway.Drivers.Transports;
using AvGateway.Drivers.Transports.Serial;
using AvGateway.Links;
using Microsoft.Extensions.Logging.Abstractions;
using static AvGateway.Drivers.Tests.Transports.LinkReading;

namespace AvGateway.Drivers.Tests.Transports;

public sealed class PortCloserTests : IDisposable
{
    private readonly HandClock _clock = new();
    private readonly ManualResetEventSlim _hang = new();

    public void Dispose() => _hang.Set();

    [Fact]
    public async Task A_close_that_hangs_is_counted_after_two_seconds_and_no_longer_when_it_ends()
    {
        var closer = new PortCloser(_clock, NullLogger.Instance);
        var closing = closer.Close("/dev/ttyS9", () => _hang.Wait(Soon));
        await _clock.ArmedAsync(Cancellation);
        Assert.Equal(0, closer.Stuck);

        _clock.Advance(PortCloser.Limit);
        SpinWait.SpinUntil(() => closer.Stuck == 1, Soon);
        Assert.Equal(1, closer.Stuck);
        _hang.Set();
        await closing.WaitAsync(Soon, Cancellation);

        Assert.Equal(0, closer.Stuck);
    }

    [Fact]
    public async Task With_too_many_stuck_closes_no_port_is_opened()
    {
        var factory = new SerialLinkFactory(_clock, NullLogger.Instance, new HangingBackend(() => _hang.Wait(Soon)), new(_clock));
        for (var i = 0; i < PortCloser.MostStuck; i++)
        {
            var link = await factory.OpenAsync(Address($"serial:/dev/hangs{i}"), null, Cancellation);
            await link.DisposeAsync();
        }

        while (factory.StuckCloses < PortCloser.MostStuck)
        {
            await _clock.ArmedAsync(Cancellation);
            _clock.Advance(PortCloser.Limit);
            await Task.Yield();
        }

        var refused = await Assert.ThrowsAsync<LinkException>(async () => await factory.OpenAsync(Address("serial:/dev/fine"), null, Cancellation));
        Assert.Contains("their driver hangs", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_whose_close_hangs_stays_taken_until_the_close_ends()
    {
        var factory = new SerialLinkFactory(_clock, NullLogger.Instance, new HangingBackend(() => _hang.Wait(Soon)), new(_clock));
        var link = await factory.OpenAsync(Address("serial:/dev/hangs"), null, Cancellation);
        link.Abort(LinkEnd.HungUp);

        var waiting = factory.OpenAsync(Address("serial:/dev/hangs"), null, Cancellation).AsTask();
        Assert.False(waiting.IsCompleted);
        _hang.Set();

        await using var again = await waiting.WaitAsync(Soon, Cancellation);
        Assert.False(again.Ended.IsCompleted);
    }

    [Fact]
    public async Task An_opening_that_hangs_is_given_up_and_closed_when_it_succeeds_late()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var backend = new HangingBackend(() => closed.TrySetResult()) { Opening = () => _hang.Wait(Soon) };
        var factory = new SerialLinkFactory(_clock, NullLogger.Instance, backend, new(_clock));

        var opening = factory.OpenAsync(Address("serial:/dev/slow"), null, Cancellation).AsTask();
        await _clock.ArmedAsync(Cancellation);
        _clock.Advance(SerialLinkFactory.Patience);
        var late = await Assert.ThrowsAsync<LinkException>(() => opening.WaitAsync(Soon, Cancellation));
        _hang.Set();

        Assert.Contains("has not opened the port within 5 s", late.Message, StringComparison.Ordinal);
        await closed.Task.WaitAsync(Soon, Cancellation);
    }

    /// <summary>A driver that hangs where it is told to.</summary>
    private sealed class HangingBackend(Action closing) : ISerialBackend
    {
        public Action Opening { get; init; } = () => { };

        public string RealPath(string path) => path;

        public OpenLink Open(string path, SerialSettings settings, Action<Action> close)
        {
            Opening();
            return new NullLink(() => close(closing));
        }
    }

    private sealed class NullLink(Action shut) : OpenLink(System.IO.Pipelines.PipeOptions.Default)
    {
        protected override void Shut() => shut();

        protected override Task ClosedAsync() => Task.CompletedTask;

        protected override ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => default;
    }
}

using System.Diagnostics;

namespace AvGateway.LineWatch.Tests;

/// <summary>Wakes whoever waits for something to become true; raised by whatever may have made it so.</summary>
internal sealed class Signal
{
    private TaskCompletionSource _next = New();

    public void Raise() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    /// <summary>Looks once, and again at each raise.</summary>
    public async Task UntilAsync(Func<bool> isSo, Func<string> otherwise)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            // Taken before the look: what comes during it is not missed.
            var next = Volatile.Read(ref _next).Task;
            if (isSo()) return;
            var left = Tools.Patience - Stopwatch.GetElapsedTime(began);
            try { await next.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, TestContext.Current.CancellationToken); }
            catch (TimeoutException) { Assert.Fail(otherwise()); }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

using AvGateway.Devices;
using AvGateway.Links;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Runtime;

/// <summary>What a device is told about its link.</summary>
internal interface ILinkUser
{
    /// <summary>Uses the link until it ends; completes after the device has let go of it.</summary>
    /// <returns>The pause the device asks for before the next try, and whether the link was any good.</returns>
    Task<LinkVerdict> UseAsync(ILink link);

    void OpenFailed(string reason, string detail);
}

/// <param name="WasInStep">The device had been usable on this link: the back-off starts over.</param>
internal readonly record struct LinkVerdict(bool WasInStep, TimeSpan NotBefore);

/// <summary>Keeps one link open: connects, backs off, and starts again, for as long as the device runs.</summary>
internal sealed partial class LinkKeeper(DeviceId device, LinkAddress address, Secret? secret, DeviceSurroundings surroundings, ILinkUser user, ILogger log)
{
    private static readonly TimeSpan OpenWithin = TimeSpan.FromSeconds(10);

    private volatile TaskCompletionSource _now = NewSignal();

    /// <summary>It should be there any moment: the pause ends, and those that follow are short again.</summary>
    public void TryNow() => _now.TrySetResult();

    public async Task RunAsync(CancellationToken stopping)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            var notBefore = TimeSpan.Zero;
            try
            {
                var verdict = await TryOnceAsync(stopping);
                notBefore = verdict.NotBefore;
                failures = verdict.WasInStep ? 1 : failures + 1;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested) { return; }
            catch (LinkException failure)
            {
                failures++;
                user.OpenFailed(failure.Reason, failure.Message);
            }
            catch (Exception bug)
            {
                // One of the named loops: a bug in a transport must not leave its device without a keeper.
                failures++;
                KeeperFailed(log, bug, device);
                user.OpenFailed(StatusReasons.ConnectFailed, bug.Message);
            }

            var pause = surroundings.Backoff.Pause(Math.Max(1, failures), surroundings.Luck());
            try
            {
                if (await WasCalledAsync(pause, notBefore, stopping)) failures = 0;
            }
            catch (OperationCanceledException) { return; }
        }
    }

    // What the device itself asked for is kept: a log-in that was refused is not tried again because somebody is in a hurry.
    private async Task<bool> WasCalledAsync(TimeSpan pause, TimeSpan notBefore, CancellationToken stopping)
    {
        if (notBefore >= pause)
        {
            await Task.Delay(notBefore, surroundings.Time, stopping);
            return false;
        }

        try { await _now.Task.WaitAsync(pause, surroundings.Time, stopping); }
        catch (TimeoutException) { return false; }
        _now = NewSignal();
        return true;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<LinkVerdict> TryOnceAsync(CancellationToken stopping)
    {
        ILink link;
        using (await surroundings.Hosts.EnterAsync(address, stopping))
        {
            using var within = new CancellationTokenSource(OpenWithin, surroundings.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, within.Token);
            try { link = await surroundings.Links.OpenAsync(address, secret, either.Token); }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
            {
                throw new LinkException(StatusReasons.ConnectFailed, $"{address} did not open within {OpenWithin.TotalSeconds:0} s");
            }
        }

        await using (link)
        {
            await using var aborting = stopping.Register(() => link.Abort(LinkEnd.Aborted));
            return await user.UseAsync(link);
        }
    }

    [LoggerMessage(EventId = 101, Level = LogLevel.Error, Message = "{Device}: the link keeper failed and goes on")]
    private static partial void KeeperFailed(ILogger log, Exception bug, DeviceId device);
}

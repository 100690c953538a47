using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>The mailbox of the stack: everything that touches transactions and dialogs runs here, one step at a time.</summary>
internal sealed class SipLoop : IAsyncDisposable
{
    private const int Capacity = 8192;

    private readonly Channel<Step> _steps = Channel.CreateBounded<Step>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly ILogger _log;
    private readonly Task _running;

    public SipLoop(TimeProvider time, ILogger log)
    {
        _log = log;
        Timers = new(time, () => TryPost(static _ => { }, null));
        _running = RunAsync();
    }

    public SipTimers Timers { get; }

    /// <summary>False when there is no room, or the loop has ended.</summary>
    public bool TryPost(Action<object?> run, object? argument) => _steps.Writer.TryWrite(new(run, argument));

    /// <summary>Queues a step without waiting; when there is no room it stands in line. After the end it does nothing.</summary>
    public void Post(Action step)
    {
        if (TryPost(static s => ((Action)s!)(), step) || _steps.Reader.Completion.IsCompleted) return;
        _ = PostLaterAsync(step);
    }

    /// <summary>Waits for room.</summary>
    /// <exception cref="ChannelClosedException">The loop has ended.</exception>
    public ValueTask PostAsync(Action<object?> run, object? argument, CancellationToken cancellation = default) =>
        _steps.Writer.WriteAsync(new(run, argument), cancellation);

    /// <summary>Completes when everything that stood in the mailbox before has been done.</summary>
    public async Task SettleAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await PostAsync(static d => ((TaskCompletionSource)d!).SetResult(), done);
        await done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _steps.Writer.TryComplete();
        await _running;
        Timers.Dispose();
    }

    private async Task PostLaterAsync(Action step)
    {
        try { await PostAsync(static s => ((Action)s!)(), step); }
        catch (ChannelClosedException)
        {
            // The stack has stopped meanwhile; what the step was about has been ended by that.
        }
    }

    private async Task RunAsync()
    {
        while (await _steps.Reader.WaitToReadAsync())
        {
            while (_steps.Reader.TryRead(out var step))
            {
                // One of the named loops: a bug in one dialog must not end the calls of all the others.
                try { step.Run(step.Argument); }
                catch (Exception bug) { SipLog.StepFailed(_log, bug); }

                while (Timers.TryTakeDue(out var ring))
                {
                    try { ring(); }
                    catch (Exception bug) { SipLog.StepFailed(_log, bug); }
                }
            }
        }
    }

    private readonly record struct Step(Action<object?> Run, object? Argument);
}

namespace AvGateway.Scenes.Running;

/// <summary>The run that is under way, and how it is told to make room.</summary>
internal sealed class CurrentRun(CancellationTokenSource source, CancellationToken stop) : IDisposable
{
    private volatile bool _isPreempted;

    /// <summary>Ends the waiting for devices: another scene takes over, or the gateway stops.</summary>
    public CancellationToken Token { get; } = source.Token;

    /// <summary>The gateway's own end: what is stored must be written even when another scene takes over.</summary>
    public CancellationToken Stop { get; } = stop;
    public Task<SceneRun>? Ended { get; set; }
    public bool IsPreempted => _isPreempted;

    /// <summary>The run as far as it has come, for when it is taken over in the middle of a step.</summary>
    public SceneRun? Latest { get; set; }

    public async Task PreemptAsync()
    {
        _isPreempted = true;
        try
        {
            await source.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It ended in the same moment.
        }

        // Between taking the slot and beginning to play there is a moment without a task to wait for.
        if (Ended is { } ended) await ((Task)ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        else await Task.Yield();
    }

    public void Dispose() => source.Dispose();
}

/// <summary>One run per room. A scene that goes before others ends the one that runs and waits until it has written its list.</summary>
internal sealed class RunSlot
{
    private readonly Lock _gate = new();
    private CurrentRun? _current;

    public bool IsTaken
    {
        get
        {
            lock (_gate) return _current is not null;
        }
    }

    public async Task<RunAnswer> BeginAsync(bool preempts, Func<CurrentRun, Task<SceneRun>> play, CancellationToken stop)
    {
        var current = new CurrentRun(CancellationTokenSource.CreateLinkedTokenSource(stop), stop);
        while (Take(current) is { } running)
        {
            if (!preempts)
            {
                current.Dispose();
                return RunAnswer.Refused("AVG-GUARD-SCENE-RUNNING", "本庭另一场景正在执行", "another scene of this room is running");
            }

            await running.PreemptAsync();
        }

        current.Ended = PlayAsync(play, current);
        return new(current.Ended);
    }

    private async Task<SceneRun> PlayAsync(Func<CurrentRun, Task<SceneRun>> play, CurrentRun current)
    {
        try
        {
            return await play(current);
        }
        finally
        {
            lock (_gate) _current = null;
            current.Dispose();
        }
    }

    // Null: the slot is ours.
    private CurrentRun? Take(CurrentRun current)
    {
        lock (_gate)
        {
            if (_current is { } running) return running;
            _current = current;
            return null;
        }
    }
}

using System.Collections.Concurrent;

namespace AvGateway.Testing.Courts;

/// <summary>
/// Runs what scenes and watches do after each await, when the test says so and on its thread: then a test can know that nothing of it is
/// under way before it lets time pass.
/// </summary>
public sealed class CourtPump : SynchronizationContext
{
    private readonly ConcurrentQueue<(SendOrPostCallback Act, object? State)> _waiting = new();

    public bool HasWork => !_waiting.IsEmpty;

    public override void Post(SendOrPostCallback d, object? state) => _waiting.Enqueue((d, state));
    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("nothing here waits for another thread");

    /// <summary>Starts something whose every step is to run here.</summary>
    public T Start<T>(Func<T> act)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try { return act(); }
        finally { SetSynchronizationContext(before); }
    }

    /// <summary>Runs what waits; false when nothing did.</summary>
    public bool Run()
    {
        if (_waiting.IsEmpty) return false;
        return Start(() =>
        {
            while (_waiting.TryDequeue(out var next)) next.Act(next.State);
            return true;
        });
    }
}

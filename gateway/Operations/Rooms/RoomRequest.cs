using AvGateway.Operations.Commands;

namespace AvGateway.Operations.Rooms;

/// <summary>A request for a room that is under way, and everybody who waits for its end.</summary>
internal sealed class RoomRequest(RoomAsk ask, string id, string digest, RoomArguments arguments, IAnswers first)
{
    private const int MostListeners = 8;

    private readonly Lock _gate = new();
    private readonly List<IAnswers> _listeners = [first];
    private bool _hasEnded;

    public RoomAsk Ask { get; } = ask;
    public string Id { get; } = id;
    public string Digest { get; } = digest;
    public RoomArguments Arguments { get; } = arguments;

    /// <summary>The ledger has its end already, or cannot have it.</summary>
    public bool IsSettled { get; set; }

    /// <summary>False when it has ended, or too many listen.</summary>
    public bool TryListen(IAnswers answers)
    {
        lock (_gate)
        {
            if (_hasEnded) return false;
            if (_listeners.Contains(answers)) return true;
            if (_listeners.Count >= MostListeners) return false;
            _listeners.Add(answers);
            return true;
        }
    }

    public void GiveAll(in Answer answer)
    {
        lock (_gate)
        {
            foreach (var listener in _listeners) listener.Give(answer);
        }
    }

    public void GiveLast(in Answer answer)
    {
        lock (_gate)
        {
            _hasEnded = true;
            foreach (var listener in _listeners) listener.Give(answer);
        }
    }
}

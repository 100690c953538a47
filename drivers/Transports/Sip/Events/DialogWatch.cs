namespace AvGateway.Drivers.Transports.Sip;

/// <summary>What became of a notification.</summary>
public enum WatchStep
{
    Taken,

    /// <summary>Older than what is known, or the same again.</summary>
    Stale,

    /// <summary>One was missed: the picture is wrong until a full one comes. Subscribe anew.</summary>
    Gap,

    /// <summary>Not a document of this kind.</summary>
    Unreadable,
}

/// <summary>Puts the calls of a watched device together from full and partial documents (RFC 4235 §4.3).</summary>
public sealed class DialogWatch
{
    private readonly Dictionary<string, WatchedCall> _calls = [];
    private uint? _version;

    /// <summary>Calls that have not ended; meaningless while <see cref="IsComplete"/> is false.</summary>
    public IReadOnlyCollection<WatchedCall> Calls => _calls.Values;

    public bool IsComplete { get; private set; }

    /// <summary>A new subscription starts to count at 0 again.</summary>
    public void Reset() => (_version, IsComplete) = (null, false);

    public WatchStep Take(ReadOnlyMemory<byte> body)
    {
        if (!DialogInfo.TryParse(body, out var info)) return WatchStep.Unreadable;
        if (_version is { } last && info.Version <= last) return WatchStep.Stale;
        var gap = !info.IsFull && (_version is null || info.Version != _version + 1);
        _version = info.Version;
        if (gap) IsComplete = false;
        if (info.IsFull)
        {
            _calls.Clear();
            IsComplete = true;
        }

        foreach (var call in info.Calls)
        {
            if (call.State == WatchedCallState.Terminated) _calls.Remove(call.Id);
            else _calls[call.Id] = call;
        }

        return gap ? WatchStep.Gap : WatchStep.Taken;
    }
}

namespace AvGateway.Mqtt.Embedded;

/// <summary>Who gets a topic, remembered until anything about subscriptions or rights changes.</summary>
internal sealed class ReceiverSet(Receiver[] receivers)
{
    public Receiver[]? Receivers { get; private set; } = receivers;

    /// <summary>Lets go of the clients, so that a topic that never changes again does not keep one alive that is gone.</summary>
    public void Forget() => Receivers = null;
}

/// <summary>The sets that are in force. Topics with the same receivers share one, so there are about as many as there are rooms.</summary>
internal sealed class ReceiverCache
{
    /// <summary>Receivers over all sets, 16 bytes each; beyond it they are looked up for each publication.</summary>
    private const int MostReceivers = 500_000;

    private readonly Dictionary<int, ReceiverSet> _byHash = [];
    private int _receivers;

    /// <summary>The set of these receivers; null when it is not worth, or not possible, to remember it.</summary>
    public ReceiverSet? Keep(ReadOnlySpan<Receiver> receivers)
    {
        var hash = new HashCode();
        foreach (var receiver in receivers) hash.Add(receiver);
        var key = hash.ToHashCode();
        if (_byHash.TryGetValue(key, out var known)) return receivers.SequenceEqual(known.Receivers) ? known : null;
        if (_receivers + receivers.Length > MostReceivers) return null;

        _receivers += receivers.Length;
        return _byHash[key] = new(receivers.ToArray());
    }

    public void Clear()
    {
        foreach (var set in _byHash.Values) set.Forget();
        _byHash.Clear();
        _receivers = 0;
    }
}

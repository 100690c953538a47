using AvGateway.Classes;

namespace AvGateway.Drivers.Protocols.SipCodec;

/// <summary>A call that the link has set up for us.</summary>
/// <param name="State">A word of the link: calling, ringing, connected, held, ending.</param>
/// <param name="Dialog">What the codec calls it in its own reports.</param>
internal sealed record OwnCall(string State, string With, string Dialog)
{
    public bool IsUp => State is "connected" or "held";
}

/// <summary>A call as the codec itself tells it (RFC 4235).</summary>
internal sealed record ToldCall(string State, bool IsIncoming, string With, string Dialog)
{
    public bool IsConfirmed => State == "confirmed";
}

/// <summary>The calls of a codec, put together from what it tells and from those that we have set up.</summary>
internal sealed class SipModel
{
    // The call that matters most is the one that is shown.
    private static readonly string[] ByWeight = [CallStates.Connected, CallStates.Held, CallStates.Ringing, CallStates.Dialling, CallStates.Ending];

    private readonly SortedDictionary<int, OwnCall> _own = [];
    private readonly Dictionary<string, ToldCall> _told = [];

    /// <summary>The codec tells its calls, and the picture is whole.</summary>
    public bool IsWatched { get; private set; }

    public IReadOnlyDictionary<int, OwnCall> Own => _own;

    /// <summary>Calls that the codec placed or took by itself.</summary>
    public IReadOnlyList<ToldCall> Foreign => [.. _told.Values.Where(t => _own.Values.All(o => o.Dialog != t.Dialog))];

    public int Count => _own.Count + Foreign.Count;

    public (string State, string With)? Main => _own.Values.Select(o => (StateOf(o), o.With)).Concat(Foreign.Select(f => (StateOf(f), f.With)))
        .Cast<(string State, string With)?>().MinBy(c => Array.IndexOf(ByWeight, c!.Value.State));

    /// <summary>What of ours is up sends nothing; null when nothing of ours is up.</summary>
    public bool? IsMuted => _own.Values.Any(o => o.IsUp) ? _own.Values.Where(o => o.IsUp).All(o => o.State == "held") && !Foreign.Any(f => f.IsConfirmed) : null;

    /// <summary>The codec tells this call as standing, or tells none at all.</summary>
    public bool IsSeen(OwnCall call) => !IsWatched || _told.Values.Any(t => t.Dialog == call.Dialog && t.IsConfirmed);

    public void Clear()
    {
        _own.Clear();
        _told.Clear();
        IsWatched = false;
    }

    public void NotWatched()
    {
        IsWatched = false;
        _told.Clear();
    }

    public void Take(int number, OwnCall call)
    {
        if (call.State == "ended") _own.Remove(number);
        else _own[number] = call;
    }

    /// <summary>Takes all calls that the codec has. Returns those that are new.</summary>
    public IReadOnlyList<ToldCall> TakeTold(bool isComplete, IReadOnlyDictionary<string, ToldCall> calls)
    {
        IsWatched = isComplete;
        ToldCall[] fresh = [.. calls.Where(c => !_told.ContainsKey(c.Key)).Select(c => c.Value)];
        _told.Clear();
        foreach (var (id, call) in calls) _told[id] = call;
        return fresh;
    }

    private static string StateOf(OwnCall call) => call.State switch
    {
        "connected" => CallStates.Connected,
        "held" => CallStates.Held,
        "ringing" => CallStates.Ringing,
        "ending" => CallStates.Ending,
        _ => CallStates.Dialling,
    };

    private static string StateOf(ToldCall call) => call.State switch
    {
        "confirmed" => CallStates.Connected,
        "early" => CallStates.Ringing,
        _ => call.IsIncoming ? CallStates.Ringing : CallStates.Dialling,
    };
}

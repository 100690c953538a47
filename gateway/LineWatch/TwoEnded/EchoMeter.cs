using AvGateway.Operations.Lines;

namespace AvGateway.LineWatch.TwoEnded;

/// <summary>Echo requests to one router and what came back. Not for use by two threads at once.</summary>
internal sealed class EchoMeter(TimeProvider time)
{
    private const int Kept = 512;

    // To call a stretch well while the stream loses a few in a hundred takes so many requests; to see that somebody answers at all, a handful.
    private const int EnoughForLosses = 150;
    private const int EnoughForSilence = 5;
    private const int FewestLost = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);

    private readonly Request[] _requests = new Request[Kept];
    private uint _next = 1;
    private long _from = time.GetTimestamp();
    private long? _lastAnswer;

    /// <summary>A router that never answered tells nothing by not answering.</summary>
    public bool HasAnswered => _lastAnswer is not null;

    public uint Ask()
    {
        var sequence = _next++;
        _requests[sequence % Kept] = new() { Sequence = sequence, SentAt = time.GetTimestamp() };
        return sequence;
    }

    public void Take(uint sequence)
    {
        ref var request = ref _requests[sequence % Kept];
        if (request.Sequence != sequence || sequence == 0 || request.Trip is not null) return;
        _lastAnswer = time.GetTimestamp();
        request.Trip = time.GetElapsedTime(request.SentAt).TotalMilliseconds;
    }

    public void BeginAnew() => _from = time.GetTimestamp();

    /// <param name="isLossy">It is losses that are looked for, not silence.</param>
    public LegState State(LineLimits limits, bool isLossy)
    {
        if (_lastAnswer is not { } answered) return LegState.Missing;
        var silent = time.GetElapsedTime(answered);
        if (silent >= limits.SilentAfter && Asked(limits.SilentAfter) >= EnoughForSilence) return LegState.Silent;
        if (answered < _from || silent > limits.SilentAfter / 2) return LegState.Missing;
        var requests = Settled(limits.Window).ToList();
        var lost = requests.Count(r => r.Trip is null);
        var share = requests.Count == 0 ? 0 : 100.0 * lost / requests.Count;
        if (share >= limits.Loss && lost >= FewestLost) return LegState.Poor;
        var trips = requests.Where(r => r.Trip is not null).Select(r => r.Trip!.Value).ToList();
        var variation = trips.Count < EnoughForSilence ? 0 : StreamMeter.Variation(trips);
        if (variation >= limits.Variation && trips.Count >= 20) return LegState.Poor;

        // Between well and poor nothing is claimed.
        if (requests.Count < (isLossy ? EnoughForLosses : EnoughForSilence) || share > limits.Loss / 2 || variation > limits.Variation / 2) return LegState.Missing;
        return LegState.Good;
    }

    private int Asked(TimeSpan window) => _requests.Count(r => r.Sequence != 0 && time.GetElapsedTime(r.SentAt) <= window + Patience);

    private IEnumerable<Request> Settled(TimeSpan window) => _requests.Where(r => r.Sequence != 0 && r.SentAt >= _from
        && time.GetElapsedTime(r.SentAt) is var age && age <= window && (r.Trip is not null || age > Patience));

    private struct Request
    {
        public uint Sequence;
        public long SentAt;
        public double? Trip;
    }
}

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>Keeps what a call tells.</summary>
internal sealed class CallLog : ISipCallObserver
{
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<SipCallStatus> States { get; } = [];

    public List<(string Method, string Body)> Texts { get; } = [];

    public List<int> Progress { get; } = [];

    public SipUri? ReferTarget { get; private set; }

    public ISipReferral? Referral { get; private set; }

    public bool AcceptsRefer { get; init; }

    public Task Connected => _connected.Task;

    public IEnumerable<SipCallState> Path => States.Select(s => s.State).Aggregate(new List<SipCallState>(), (path, s) =>
    {
        if (path.Count == 0 || path[^1] != s) path.Add(s);
        return path;
    });

    public void Changed(ISipCall call, SipCallStatus status)
    {
        lock (States) States.Add(status);
        if (status.State == SipCallState.Connected) _connected.TrySetResult();
        if (status.State == SipCallState.Ended) _connected.TrySetException(new InvalidOperationException($"the call ended: {status}"));
    }

    public void Received(ISipCall call, string method, string? contentType, ReadOnlyMemory<byte> body) =>
        Texts.Add((method, System.Text.Encoding.UTF8.GetString(body.Span)));

    public bool ReferRequested(ISipCall call, SipUri target, ISipReferral referral)
    {
        (ReferTarget, Referral) = (target, referral);
        return AcceptsRefer;
    }

    public void ReferProgressed(ISipCall call, int status) => Progress.Add(status);
}

/// <summary>Takes calls by a rule, and keeps texts and notices.</summary>
internal sealed class Desk : ISipIncoming
{
    private readonly TaskCompletionSource<ISipCall> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What to do with a call; runs on the loop.</summary>
    public Action<ISipCall>? OnCall { get; set; }

    public CallLog Log { get; set; } = new();

    public List<ISipCall> Calls { get; } = [];

    public List<string> Texts { get; } = [];

    public List<string> Notices { get; } = [];

    public Task<ISipCall> First => _first.Task;

    public static void Accept(ISipCall call, SipMediaPlan media) => _ = call.AcceptAsync(media);

    public ISipCallObserver? Called(ISipCall call)
    {
        lock (Calls) Calls.Add(call);
        _first.TrySetResult(call);
        OnCall?.Invoke(call);
        return Log;
    }

    public bool MessageReceived(SipAddress from, string text)
    {
        Texts.Add(text);
        return true;
    }

    public bool Notified(SipAddress from, string eventPackage, string body)
    {
        Notices.Add(eventPackage);
        return true;
    }
}

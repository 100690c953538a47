namespace AvGateway.Drivers.Transports.Sip;

/// <summary>One request of a peer until our final response has surely arrived (RFC 3261 §17.2).</summary>
internal abstract class ServerTransaction(SipTransactions layer, SipRequest request, SipSource source, string key)
{
    private readonly List<SipTimer> _timers = [];
    private ReadOnlyMemory<byte> _last;

    public SipRequest Request { get; } = request;

    public SipSource Source { get; } = source;

    /// <summary>The tag that our responses put into To when the request has none; the same in all of them.</summary>
    public string LocalTag { get; } = request.To?.Tag ?? SipIds.Tag();

    public bool HasFinal { get; protected set; }

    public bool IsTerminated { get; private set; }

    internal string Key { get; } = key;

    internal string? MergeKey { get; init; }

    protected SipTransactions Layer { get; } = layer;

    protected SipTimerValues Values => Layer.Values;

    /// <summary>Makes a response of the request; send it with <see cref="Send"/>.</summary>
    public SipResponse Reply(int status) => SipReply.To(Request, status, LocalTag);

    public void Answer(int status, Action<SipHeaderList>? extra = null)
    {
        var response = Reply(status);
        extra?.Invoke(response.Headers);
        Send(response);
    }

    public void Send(SipResponse response)
    {
        if (HasFinal || IsTerminated) return;
        _last = SipWriter.ToBytes(response);
        Layer.SendRaw(response, Source, Request, _last);
        if (response.IsProvisional) return;
        HasFinal = true;
        OnFinal(response);
    }

    internal abstract void Repeated(SipRequest request);

    internal void Terminate()
    {
        if (IsTerminated) return;
        IsTerminated = true;
        StopTimers();
        Layer.Remove(this);
    }

    protected abstract void OnFinal(SipResponse response);

    protected void SendAgain()
    {
        if (!_last.IsEmpty) Layer.SendRaw(null, Source, Request, _last);
    }

    protected void After(TimeSpan due, Action ring) => _timers.Add(Layer.Timers.Start(due, ring));

    protected void StopTimers()
    {
        foreach (var timer in _timers) timer.Stop();
        _timers.Clear();
    }
}

/// <summary>Every method but INVITE (§17.2.2): timer J.</summary>
internal sealed class PlainServerTransaction(SipTransactions layer, SipRequest request, SipSource source, string key)
    : ServerTransaction(layer, request, source, key)
{
    internal override void Repeated(SipRequest request) => SendAgain();

    protected override void OnFinal(SipResponse response)
    {
        if (Source.Peer.IsReliable) Terminate();
        else After(Values.GiveUp, Terminate);
    }
}

/// <summary>INVITE (§17.2.1 with RFC 6026): timers G, H, I and L.</summary>
internal sealed class InviteServerTransaction(SipTransactions layer, SipRequest request, SipSource source, string key)
    : ServerTransaction(layer, request, source, key)
{
    private bool _accepted;
    private bool _confirmed;

    /// <summary>The user agent repeats its 2xx until the ACK has come (§13.3.1.4).</summary>
    public void SendSuccessAgain() => SendAgain();

    internal override void Repeated(SipRequest request)
    {
        if (request.Method == SipMethods.Ack)
        {
            // An endpoint that uses the INVITE's branch for the ACK of a 2xx is wrong, but it has acknowledged.
            if (_accepted) Layer.Acknowledged(request, Source);
            else if (HasFinal) Confirm();
        }
        else if (!_accepted && !_confirmed)
        {
            SendAgain();
        }
    }

    protected override void OnFinal(SipResponse response)
    {
        if (response.IsSuccess)
        {
            _accepted = true;
            After(Values.GiveUp, Terminate);
            return;
        }

        if (!Source.Peer.IsReliable) Repeat(Values.T1);
        After(Values.GiveUp, Terminate);
    }

    private void Confirm()
    {
        if (_confirmed) return;
        _confirmed = true;
        StopTimers();
        if (Source.Peer.IsReliable) Terminate();
        else After(Values.T4, Terminate);
    }

    private void Repeat(TimeSpan gap) => After(gap, () =>
    {
        SendAgain();
        Repeat(Values.Longer(gap));
    });
}

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Who started a request and is told what became of it. Called on the loop.</summary>
internal interface IClientTransactionUser
{
    void Answered(ClientTransaction transaction, SipResponse response);

    void Failed(ClientTransaction transaction, SipFailure failure);
}

/// <summary>One request of ours until its final response has been dealt with (RFC 3261 §17.1).</summary>
internal abstract class ClientTransaction(SipTransactions layer, SipRequest request, SipPeer peer, IClientTransactionUser user)
{
    private readonly List<SipTimer> _timers = [];
    private ReadOnlyMemory<byte> _octets;
    private SipPeer? _fallBack;

    public SipRequest Request { get; } = request;

    public SipPeer Peer { get; private set; } = peer;

    public bool IsTerminated { get; private set; }

    public bool HasProvisional { get; protected set; }

    public bool HasFinal { get; protected set; }

    internal string Key => KeyOf(Request.Via!.Branch!, Request.Method);

    protected SipTransactions Layer { get; } = layer;

    protected SipTimerValues Values => Layer.Values;

    protected IClientTransactionUser User { get; } = user;

    internal static string KeyOf(string branch, string method) => branch + " " + method;

    /// <summary>Ends it without a word to its user: answers that still come are strays.</summary>
    public void Abandon()
    {
        HasFinal = true;
        Terminate();
    }

    internal void Stop() => Fail(SipFailure.Cancelled);

    internal void Start(ReadOnlyMemory<byte> octets, SipPeer? fallBack)
    {
        _octets = octets;
        _fallBack = fallBack;
        Send();
        if (!IsTerminated) OnStarted();
    }

    internal abstract void Received(SipResponse response);

    /// <summary>The transport cannot reach the peer. Once something was heard, the timers decide.</summary>
    internal void TransportFailed(SipFailure failure)
    {
        if (IsTerminated || HasProvisional || HasFinal) return;
        if (_fallBack is { } other)
        {
            // RFC 3261 §18.1.1: a large request that TCP cannot deliver is tried over UDP.
            _fallBack = null;
            Peer = other;
            _octets = Layer.Reroute(this);
            StopTimers();
            Send();
            OnStarted();
            return;
        }

        Fail(failure);
    }

    protected abstract void OnStarted();

    protected void Send() => Layer.SendRaw(Request, Peer, _octets);

    protected void After(TimeSpan due, Action ring) => _timers.Add(Layer.Timers.Start(due, ring));

    protected void StopTimers()
    {
        foreach (var timer in _timers) timer.Stop();
        _timers.Clear();
    }

    /// <summary>Sends again after a gap that doubles, up to a limit; UDP only.</summary>
    protected void Repeat(TimeSpan gap, Func<TimeSpan, TimeSpan> next)
    {
        if (Peer.IsReliable) return;
        After(gap, () =>
        {
            Send();
            Repeat(next(gap), next);
        });
    }

    protected void Fail(SipFailure failure)
    {
        if (IsTerminated || HasFinal) return;
        HasFinal = true;
        Terminate();
        User.Failed(this, failure);
    }

    protected void Terminate()
    {
        if (IsTerminated) return;
        IsTerminated = true;
        StopTimers();
        Layer.Remove(this);
    }
}

/// <summary>Every method but INVITE and ACK (§17.1.2): timers E, F and K.</summary>
internal sealed class PlainClientTransaction(SipTransactions layer, SipRequest request, SipPeer peer, IClientTransactionUser user)
    : ClientTransaction(layer, request, peer, user)
{
    internal override void Received(SipResponse response)
    {
        if (HasFinal) return;
        if (response.IsProvisional)
        {
            if (!HasProvisional)
            {
                // §17.1.2.2: in Proceeding the request is repeated every T2.
                HasProvisional = true;
                StopTimers();
                Repeat(Values.T2, gap => gap);
                After(Values.GiveUp, () => Fail(SipFailure.TimedOut));
            }

            User.Answered(this, response);
            return;
        }

        HasFinal = true;
        StopTimers();
        User.Answered(this, response);
        if (Peer.IsReliable) Terminate();
        else if (!IsTerminated) After(Values.T4, Terminate);
    }

    protected override void OnStarted()
    {
        Repeat(Values.T1, Values.Longer);
        After(Values.GiveUp, () => Fail(SipFailure.TimedOut));
    }
}

/// <summary>INVITE (§17.1.1 with RFC 6026): timers A, B, D and M, and the ACK of a refusal.</summary>
internal sealed class InviteClientTransaction(SipTransactions layer, SipRequest request, SipPeer peer, IClientTransactionUser user)
    : ClientTransaction(layer, request, peer, user)
{
    private bool _accepted;
    private ReadOnlyMemory<byte> _ack;
    private SipRequest? _ackRequest;

    internal override void Received(SipResponse response)
    {
        if (response.IsProvisional) Provisional(response);
        else if (response.IsSuccess) Success(response);
        else Refusal(response);
    }

    /// <summary>The CANCEL of this INVITE: same branch, number and target, no tag (§9.1).</summary>
    public SipRequest Cancel()
    {
        var cancel = new SipRequest(SipMethods.Cancel, Request.Uri);
        cancel.Headers.Add(SipHeaders.Via, Request.Via!.ToString());
        foreach (var name in (ReadOnlySpan<string>)[SipHeaders.From, SipHeaders.To, SipHeaders.CallId])
            cancel.Headers.Add(name, Request.Headers[name]!);
        cancel.Headers.Add(SipHeaders.CSeq, new SipSequence(Request.Sequence!.Value.Number, SipMethods.Cancel).ToString());
        cancel.Headers.Add(SipHeaders.MaxForwards, "70");
        foreach (var route in Request.Headers.Lines(SipHeaders.Route)) cancel.Headers.Add(SipHeaders.Route, route);
        return cancel;
    }

    protected override void OnStarted()
    {
        Repeat(Values.T1, gap => gap * 2);
        After(Values.GiveUp, () => Fail(SipFailure.TimedOut));
    }

    private void Provisional(SipResponse response)
    {
        if (HasFinal) return;
        if (!HasProvisional)
        {
            HasProvisional = true;
            StopTimers();
        }

        User.Answered(this, response);
    }

    private void Success(SipResponse response)
    {
        if (HasFinal && !_accepted) return;
        if (!_accepted)
        {
            _accepted = HasFinal = true;
            StopTimers();
            After(Values.GiveUp, Terminate);
        }

        User.Answered(this, response);
    }

    private void Refusal(SipResponse response)
    {
        if (_accepted) return;
        if (HasFinal)
        {
            if (_ackRequest is not null) Layer.SendRaw(_ackRequest, Peer, _ack);
            return;
        }

        HasFinal = true;
        StopTimers();
        _ackRequest = Ack(response);
        _ack = SipWriter.ToBytes(_ackRequest);
        Layer.SendRaw(_ackRequest, Peer, _ack);
        if (Peer.IsReliable) Terminate();
        else After(Values.GiveUp, Terminate);
        User.Answered(this, response);
    }

    /// <summary>§17.1.1.3: the ACK of a refusal belongs to this transaction and carries its branch.</summary>
    private SipRequest Ack(SipResponse response)
    {
        var ack = new SipRequest(SipMethods.Ack, Request.Uri);
        ack.Headers.Add(SipHeaders.Via, Request.Via!.ToString());
        ack.Headers.Add(SipHeaders.From, Request.Headers[SipHeaders.From]!);
        ack.Headers.Add(SipHeaders.To, response.Headers[SipHeaders.To]!);
        ack.Headers.Add(SipHeaders.CallId, Request.CallId);
        ack.Headers.Add(SipHeaders.CSeq, new SipSequence(Request.Sequence!.Value.Number, SipMethods.Ack).ToString());
        ack.Headers.Add(SipHeaders.MaxForwards, "70");
        foreach (var route in Request.Headers.Lines(SipHeaders.Route)) ack.Headers.Add(SipHeaders.Route, route);
        return ack;
    }
}

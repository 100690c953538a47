namespace AvGateway.Drivers.Transports.Sip;

/// <summary>A call with its one confirmed dialog. Everything but the public members runs on the loop.</summary>
internal sealed partial class SipCall : ISipCall, IDialogOwner, IExchangeUser
{
    private readonly SipCore _core;
    private readonly SipIdentity _identity;
    private readonly string _localTag;
    private readonly TaskCompletionSource<SipCallStatus> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<SipTimer> _timers = [];
    private volatile SipCallStatus _status = new(SipCallState.Calling, SipCallEnd.None, 0, "");
    private ISipCallObserver? _observer;
    private SdpNegotiation? _negotiation;
    private bool _hasMedia;
    private SipDialog? _dialog;
    private SipPeer _peer;
    private SuccessRepeat? _awaitsAck;
    private SipCallEnd _endAs = SipCallEnd.HungUpHere;
    private bool _byeWanted;

    public string CallId { get; }

    public bool IsIncoming => _incoming is not null;

    public SipAddress Remote { get; }

    public SipUri Target { get; }

    public SipCallStatus Status => _status;

    public Task<SipCallStatus> Ended => _ended.Task;

    private bool IsOver => _status.State == SipCallState.Ended;

    public async Task HangUpAsync()
    {
        await RunAsync(() => HangUp(SipCallEnd.HungUpHere));
        if (_core.Stopping.IsCancellationRequested)
            _ended.TrySetResult(_status with { State = SipCallState.Ended, End = SipCallEnd.Stopped });
        await _ended.Task;
    }

    public Task<SipAnswer> InfoAsync(string contentType, ReadOnlyMemory<byte> body) =>
        AskAsync(done => Send(SipMethods.Info, r => r.SetBody(contentType, body), done));

    /// <summary>The peer is told, and not waited for.</summary>
    public void Stopped()
    {
        HangUp(SipCallEnd.Stopped);
        Finish(SipCallEnd.Stopped);
    }

    void IDialogOwner.Acknowledged(SipRequest ack) => _awaitsAck?.Acknowledged(ack);

    /// <summary>Posts a step and waits until it has run.</summary>
    private async Task RunAsync(Action step)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _core.Loop.PostAsync(
                _ =>
                {
                    try { step(); }
                    finally { done.TrySetResult(); }
                },
                null);
        }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            // The stack has stopped, and every call with it.
            return;
        }

        await done.Task;
    }

    private async Task<SipAnswer> AskAsync(Action<Action<SipAnswer>> ask)
    {
        var answer = new TaskCompletionSource<SipAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        await RunAsync(() => ask(a => answer.TrySetResult(a)));
        _ = _ended.Task.ContinueWith(_ => answer.TrySetResult(Local(481, SipFailure.Cancelled)), TaskScheduler.Default);
        return await answer.Task;
    }

    private static SipAnswer Local(int status, SipFailure failure = SipFailure.None) =>
        new(failure == SipFailure.None ? status : 0, SipReply.ReasonOf(status), failure);

    private void Change(Func<SipCallStatus, SipCallStatus> change)
    {
        var next = change(_status);
        if (next == _status) return;
        _status = next;
        _observer?.Changed(this, next);
    }

    private void HangUp(SipCallEnd why)
    {
        switch (_status.State)
        {
            case SipCallState.Ended or SipCallState.Ending:
                break;
            case SipCallState.Connected:
                Bye(why);
                break;
            case var _ when _unanswered is not null:
                RefuseOffer(why);
                break;
            case var _ when _incoming is not null:
                if (_awaitsAck is null) Reject(480, why);
                else Bye(why);
                break;
            default:
                CancelInvite(why);
                break;
        }
    }

    /// <summary>
    /// RFC 3261 §15: whoever was called sends BYE only after the ACK, or when none can come any more. However the peer behaves, the call
    /// has ended here after 64·T1.
    /// </summary>
    private void Bye(SipCallEnd why, string? reason = null)
    {
        if (_status.State is SipCallState.Ending or SipCallState.Ended) return;
        BeginEnding(why);
        if (_awaitsAck is not null) _byeWanted = true;
        else SendBye(reason);
    }

    private void BeginEnding(SipCallEnd why)
    {
        StopTimers();
        _endAs = why;
        Change(s => s with { State = SipCallState.Ending });
        After(_core.Values.GiveUp, () => Finish(why));
    }

    private void SendBye(string? reason = null)
    {
        var request = _dialog!.Request(SipMethods.Bye);
        if (reason is not null) request.Headers.Add(SipHeaders.Reason, reason);
        new SipExchange(_core, _identity, request, _dialog.NextSequence,
            new ExchangeEnd(_ => Finish(_endAs)))
        { Otherwise = _peer }.Start();
    }

    private void Finish(SipCallEnd end, int status = 0, string? reason = null)
    {
        if (IsOver) return;
        StopTimers();
        _awaitsAck?.Stop();
        _awaitsAck = null;
        EndReferrals();
        _core.Disown(CallId, _localTag, this);
        try
        {
            Change(s => s with
            {
                State = SipCallState.Ended,
                End = end,
                Status = status == 0
                ? s.Status
                : status,
                Reason = reason ?? s.Reason
            });
        }
        finally
        {
            _ended.TrySetResult(_status);
        }
    }

    private void After(TimeSpan due, Action ring) => _timers.Add(_core.Timers.Start(due, ring));

    private void StopTimers()
    {
        foreach (var timer in _timers) timer.Stop();
        _timers.Clear();
        _sessionTimer?.Stop();
    }

    /// <summary>A request within the call. A peer that no longer knows the call, or is silent, has lost it (RFC 3261 §12.2.1.2).</summary>
    private void Send(string method, Action<SipRequest> fill, Action<SipAnswer> done)
    {
        if (_dialog is not { } dialog || _status.State != SipCallState.Connected)
        {
            done(Local(481));
            return;
        }

        var request = dialog.Request(method);
        fill(request);
        var end = new ExchangeEnd(answer =>
        {
            done(answer);
            if (answer.Status is 481 or 408 || answer.Failure == SipFailure.TimedOut) Bye(SipCallEnd.Vanished);
        });
        new SipExchange(_core, _identity, request, dialog.NextSequence, end) { Otherwise = _peer }.Start();
    }

    /// <summary>
    /// What the peer answers to a hold of ours says nothing about a hold of its own: some answer "inactive" where "recvonly" is due, and
    /// believing them would leave the call held after we resume it.
    /// </summary>
    private void Agree(SipMediaAgreement? agreed, bool offeredByPeer)
    {
        var tells = _hasMedia && agreed is not null && (offeredByPeer || !_negotiation!.HoldsPeer);
        Change(s => s with
        {
            State = SipCallState.Connected,
            Media = agreed ?? s.Media,
            IsHeldByPeer = tells ? agreed!.Direction is SdpDirection.Inactive or SdpDirection.ReceiveOnly : s.IsHeldByPeer,
        });
    }

    private void Use(SipMediaPlan media)
    {
        _hasMedia = media.AudioPort != 0;
        _negotiation = new(media, (ulong)System.Security.Cryptography.RandomNumberGenerator.GetInt32(1, int.MaxValue));
    }
}

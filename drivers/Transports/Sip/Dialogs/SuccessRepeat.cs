namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Repeats our 2xx of an INVITE until its ACK has come (RFC 3261 §13.3.1.4), on every transport.</summary>
internal sealed class SuccessRepeat
{
    private readonly SipCore _core;
    private readonly InviteServerTransaction _invite;
    private readonly Action<SipRequest?> _done;
    private SipTimer? _next;
    private readonly SipTimer _giveUp;
    private bool _over;

    /// <param name="done">Called once: with the ACK, or with null when none came in 64·T1.</param>
    public SuccessRepeat(SipCore core, InviteServerTransaction invite, Action<SipRequest?> done)
    {
        (_core, _invite, _done) = (core, invite, done);
        _giveUp = core.Timers.Start(core.Values.GiveUp, () => End(null));
        Repeat(core.Values.T1);
    }

    public uint Sequence => _invite.Request.Sequence!.Value.Number;

    public void Acknowledged(SipRequest ack)
    {
        if (ack.Sequence!.Value.Number == Sequence) End(ack);
    }

    public void Stop()
    {
        _over = true;
        _next?.Stop();
        _giveUp.Stop();
    }

    private void Repeat(TimeSpan gap) => _next = _core.Timers.Start(gap, () =>
    {
        _invite.SendSuccessAgain();
        Repeat(_core.Values.Longer(gap));
    });

    private void End(SipRequest? ack)
    {
        if (_over) return;
        Stop();
        _done(ack);
    }
}
